"""The twelve statements by which stakeholders rate what a job demands, and their answers.

Five competencies have two statements each and the two narrowest, escalation and channels, one:
twelve in all, all of one kind, so that one intraclass correlation can speak of them. Each
is the high end of a competency's behaviour anchors in words a team lead uses. They ask for
the whole job, beside the call drivers that the rater is shown; what a rater thinks of each driver
apart would be eighty-four ratings, and nobody gives those with care.
"""

from dataclasses import dataclass
from typing import Final

from assess.selection.demand import COMPETENCIES

LOWEST, HIGHEST = 0, 5

#: What the numbers mean, 0 first.
ANSWERS: Final = (
    "Not part of this job",
    "Helps now and then",
    "Useful every week",
    "Needed on most days",
    "Needed every day",
    "The job fails without it",
)


@dataclass(frozen=True)
class Statement:
    """One thing a job may need of a person, and the competency it speaks of."""

    code: str
    competency: str
    text: str
    short: str


STATEMENTS: Final = (
    Statement(
        "emp-1", "EMP", "Lets an upset customer finish, and says back what went wrong",
        "lets customers finish",
    ),
    Statement(
        "emp-2", "EMP", "Notices what a customer feels, also when it is not said",
        "notices feelings",
    ),
    Statement(
        "reg-1", "REG", "Stays calm and friendly when a customer shouts or blames",
        "stays calm",
    ),
    Statement(
        "reg-2", "REG", "Shakes off a hard contact, so that the next one starts fresh",
        "shakes it off",
    ),
    Statement(
        "own-1", "OWN", "Takes a problem to its end instead of passing it on",
        "takes it to the end",
    ),
    Statement(
        "own-2", "OWN", "Calls back as promised, and checks that the answer worked",
        "calls back",
    ),
    Statement(
        "gui-1", "GUI", "Offers real choices and helps the customer to decide",
        "offers choices",
    ),
    Statement(
        "gui-2", "GUI", "Says a fair no and keeps the customer's respect",
        "says a fair no",
    ),
    Statement(
        "int-1", "INT", "Gives exact facts, amounts and dates, and notes them well",
        "exact facts",
    ),
    Statement(
        "int-2", "INT", "Says openly what went wrong or is not known yet",
        "says what went wrong",
    ),
    Statement(
        "esc-1", "ESC", "Knows when somebody else must decide, and hands over well",
        "hands over well",
    ),
    Statement(
        "chn-1", "CHN", "Serves several customers or channels at once, the urgent first",
        "several at once",
    ),
)  # fmt: skip

CODES: Final = tuple(one.code for one in STATEMENTS)

#: Which statements speak of each competency, by place, in the order of COMPETENCIES.
PLACES: Final = tuple(
    tuple(place for place, one in enumerate(STATEMENTS) if one.competency == code)
    for code in COMPETENCIES
)
