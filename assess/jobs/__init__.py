"""The jobs floor: durable work after the response."""
