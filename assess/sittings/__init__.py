"""Room sittings: a person's way through a battery, from link to score."""
