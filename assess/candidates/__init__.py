"""Room candidates: the organisation's pool of people."""
