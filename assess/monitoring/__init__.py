"""Room monitoring: what the product does to people, looked at and never changed."""
