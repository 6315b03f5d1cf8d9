"""Room demographics: voluntary group membership behind a wall."""
