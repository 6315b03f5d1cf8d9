"""How people stand to the requirements, beside a ranking and on a person's page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from assess.campaigns import requirement_queries
from assess.campaigns.requirement_queries import PersonRequirements
from assess.campaigns.requirement_words import asked_words, said_words
from assess.candidates.requirements import Outcome, Status

Badge = tuple[str, str]
"""Kind and words."""


@dataclass(frozen=True)
class Wanted:
    """The choice of people by state; ``only`` these, None everybody, no choices: nothing asked."""

    choices: tuple[tuple[str, str], ...] = ()
    chosen: str = ""
    only: frozenset[int] | None = None


@dataclass(frozen=True)
class Line:
    """One requirement on a person's page."""

    words: str
    must: bool
    badge: Badge
    said: str


def wanted(session: Session, campaign_id: int, asked: Mapping[str, str]) -> Wanted:
    """Read who is in the state that the address asks for."""
    if requirement_queries.asked(session, campaign_id) is None:
        return Wanted()
    choices = (("", _("all people")), *((one.value, _words()[one]) for one in Outcome))
    chosen = asked.get("requirements", "")
    if chosen not in {one.value for one in Outcome}:
        return Wanted(choices)
    only = requirement_queries.candidates_in(session, campaign_id, Outcome(chosen))
    return Wanted(choices, chosen, only)


def badges(session: Session, campaign_id: int, candidate_ids: Collection[int]) -> dict[int, Badge]:
    """Say how these people stand; nothing of anybody where nothing is asked."""
    found = requirement_queries.statuses(session, campaign_id, candidate_ids)
    return {candidate_id: badge(one) for candidate_id, one in found.items()}


def badge(found: Status) -> Badge:
    """Say how somebody stands in a word or two."""
    if found.not_met:
        return "error", ngettext("%(num)s not met", "%(num)s not met", found.not_met)
    if found.not_said:
        return "note", ngettext("%(num)s not said", "%(num)s not said", found.not_said)
    return "ok", _("all met")


def lines(found: PersonRequirements | None) -> list[Line]:
    """Give each requirement with what the person says, the musts first."""
    if found is None:
        return []
    kinds = {Outcome.MET: "ok", Outcome.NOT_MET: "error", Outcome.NOT_SAID: "note"}
    # What is nice to have is no warning when it is not there.
    nice = {Outcome.MET: "ok"}
    shown = [
        Line(
            words=asked_words(one.requirement),
            must=one.requirement.must,
            badge=(
                kinds[one.outcome] if one.requirement.must else nice.get(one.outcome, "plain"),
                _words()[one.outcome],
            ),
            said=said_words(one),
        )
        for one in found.results
    ]
    return sorted(shown, key=lambda line: not line.must)


def _words() -> Mapping[Outcome, str]:
    return {
        Outcome.MET: _("met"),
        Outcome.NOT_MET: _("not met"),
        Outcome.NOT_SAID: _("not said"),
    }
