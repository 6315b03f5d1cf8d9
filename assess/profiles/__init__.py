"""Room profiles: what a job demands, from its call drivers."""
