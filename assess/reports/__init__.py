"""Room reports: what a ranking and a person look like on paper."""
