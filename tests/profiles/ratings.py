"""Ratings of a job: people who agree, people who do not."""

from assess.profiles.rater_statements import CODES

#: What the job is like for people who know it: much calm and ownership, little at once.
LIKE = (4, 4, 5, 4, 5, 4, 3, 2, 4, 3, 2, 1)
#: Each rater's odd answers, by place of the statement.
ODD = ({}, {0: 5}, {3: 5, 7: 3}, {10: 3}, {5: 3}, {8: 5})


def answers(values) -> dict[str, int]:
    """Give twelve ratings by statement."""
    return dict(zip(CODES, values, strict=True))


def agreeing(n: int = 6) -> list[dict[str, int]]:
    """Give the ratings of people who see the job alike."""
    return [
        answers([ODD[k].get(place, value) for place, value in enumerate(LIKE)]) for k in range(n)
    ]


def opposed() -> list[dict[str, int]]:
    """Give six people, half of whom see the reverse of the job on most statements."""
    turned = [5 - value for value in LIKE]
    return [answers(LIKE)] * 3 + [answers(turned)] * 3
