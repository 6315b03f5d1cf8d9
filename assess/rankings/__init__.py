"""Room rankings: the ranked list under error, and its snapshots."""
