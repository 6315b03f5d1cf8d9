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
class Line:
    """One requirement on a person's page."""

    words: str
    must: bool
    badge: Badge
    said: str


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
                outcome_words()[one.outcome],
            ),
            said=said_words(one),
        )
        for one in found.results
    ]
    return sorted(shown, key=lambda line: not line.must)


def outcome_words() -> Mapping[Outcome, str]:
    """Give the words of each state."""
    return {
        Outcome.MET: _("met"),
        Outcome.NOT_MET: _("not met"),
        Outcome.NOT_SAID: _("not said"),
    }
