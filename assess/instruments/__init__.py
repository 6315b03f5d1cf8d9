"""Questionnaires as frozen data: what they ask, how they are keyed, how answers become scores."""
