"""The questions on what a job asks for, as plain data for a page of the candidate."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from assess.campaigns.requirement_queries import PersonRequirements
from assess.campaigns.requirement_words import (
    asked_words,
    choice_words,
    question_words,
    said_words,
)
from assess.candidates.requirements import Outcome


@dataclass(frozen=True)
class Question:
    """One question: its choices as (value, words), none for a day; ``fault`` what is wrong."""

    key: str
    words: str
    choices: tuple[tuple[str, str], ...]
    value: str
    fault: str

    @property
    def said(self) -> str:
        """The answer in words, empty for none."""
        return choice_words(self.value) if self.value else ""


def job_asks(found: PersonRequirements | None) -> list[tuple[str, bool]]:
    """Give what the job asks for in words, and whether each is a must."""
    return [(asked_words(one), one.must) for one in found.asked.requirements] if found else []


def questions(
    found: PersonRequirements,
    typed: Mapping[str, str] | None = None,
    faults: tuple[str, ...] = (),
) -> list[Question]:
    """Give the questions with what was said, or ``typed`` now; ``faults`` begin with their key."""
    said = found.declared.answers if found.declared else {}
    values = said if typed is None else typed
    return [
        Question(
            key=key,
            words=question_words(one, key),
            choices=tuple((value, choice_words(value)) for value in one.choices),
            value=values.get(key, ""),
            fault=_("Please give the day, for example 2026-03-31.")
            if any(fault.startswith(f"{key}: ") for fault in faults)
            else "",
        )
        for one in found.asked.requirements
        for key in one.questions
    ]


def not_met(found: PersonRequirements) -> list[tuple[str, str]]:
    """Give each must that is not met: what the job asks for, what the person said."""
    return [
        (asked_words(one.requirement), said_words(one))
        for one in found.results
        if one.requirement.must and one.outcome is Outcome.NOT_MET
    ]
