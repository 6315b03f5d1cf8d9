"""The one way in which answers come out: suppressed rates of groups of a campaign's people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.demographics.models import DemographicAnswer, DemographicLink, DemographicRelease
from assess.demographics.questions import PREFER_NOT
from assess.demographics.release import UNKNOWN, Outcome, as_plain, from_plain, renewed
from assess.selection.impact import UNSTABLE_UNDER
from assess.selection.suppression import SuppressedTable

__all__ = ["UNKNOWN", "Outcome", "Rates", "has_answered", "rates"]


@dataclass(frozen=True)
class Rates:
    """A table of groups by choice code, and when it was counted."""

    table: SuppressedTable
    counted_at: datetime


def has_answered(session: Session, candidate_id: int) -> bool:
    """Say whether somebody has been through the questions, never what they said."""
    found = select(DemographicLink.id).where(DemographicLink.candidate_id == candidate_id)
    return session.scalar(found) is not None


def rates(
    session: Session,
    campaign_id: int,
    question: str,
    outcomes: Mapping[str, Outcome],
    *,
    now: datetime,
) -> dict[str, Rates | None]:
    """Give for each outcome its suppressed table by the groups of ``question``.

    ``outcomes`` by name, such as "finished", each with the candidate ids that went in and were
    selected. What is shown is kept: an outcome that differs by fewer than ten people from
    anything shown before, of this campaign or another that shares people with it, or whose table
    would tell of those who moved, gives its own earlier table, or None when it has none.
    ``session`` writes inside the organisation.
    """
    rows = _releases(session, question)
    groups = _groups(session, question)
    found: dict[str, Rates | None] = {}
    for name, outcome in outcomes.items():
        earlier = [one for one in rows if (one.campaign_id, one.outcome) == (campaign_id, name)]
        shown = [(_outcome(row), _rates(row).table) for row in rows]
        table = renewed(shown, outcome, groups)
        if table is None:
            same = [row for row in earlier if _outcome(row) == outcome]
            found[name] = _rates((same or earlier)[-1]) if earlier else None
            continue
        row = _release(campaign_id, question, name, outcome, now)
        row.shown = as_plain(table)
        session.add(row)
        session.flush()
        rows.append(row)
        found[name] = _rates(row)
    return found


def _releases(session: Session, question: str) -> list[DemographicRelease]:
    """Give everything shown in any campaign: the same people can be invited to a second one."""
    chosen = (
        select(DemographicRelease)
        .where(DemographicRelease.question == question)
        .order_by(DemographicRelease.id)
        .with_for_update()
    )
    return list(session.scalars(chosen))


def _release(
    campaign_id: int, question: str, name: str, outcome: Outcome, now: datetime
) -> DemographicRelease:
    return DemographicRelease(
        campaign_id=campaign_id,
        question=question,
        outcome=name,
        people={"went": sorted(outcome.people), "selected": sorted(outcome.selected)},
        shown_at=now,
    )


def _outcome(row: DemographicRelease) -> Outcome:
    return Outcome(frozenset(row.people["went"]), frozenset(row.people["selected"]))


def _rates(row: DemographicRelease) -> Rates:
    return Rates(from_plain(row.shown, UNSTABLE_UNDER), row.shown_at)


def _groups(session: Session, question: str) -> dict[int, str]:
    """Give the choice of everybody who made one; it never leaves this module."""
    rows = session.execute(
        select(DemographicLink.candidate_id, DemographicAnswer.choice)
        .join(DemographicAnswer, DemographicAnswer.pseudonym == DemographicLink.pseudonym)
        .where(DemographicAnswer.question == question, DemographicAnswer.choice != PREFER_NOT)
    )
    return {candidate_id: choice for candidate_id, choice in rows}  # noqa: C416 - rows, no pairs
