"""From a job's demands and people's scores to a ranking that shows its own error (pure)."""
