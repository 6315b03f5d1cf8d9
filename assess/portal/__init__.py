"""Room portal: the candidate's own pages, and what they can ask for there."""
