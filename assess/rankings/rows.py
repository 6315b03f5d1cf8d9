"""One small row a person beside a snapshot's entry: what the table is put in order by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isnan
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.rankings.assembly import Assembly
from assess.rankings.pool import Pool
from assess.selection.demand import COMPETENCIES
from assess.selection.ranking import Ranking

HELD_BACK: Final = 1_000_000_000
"""The section of who is surely below a minimum: after every band."""
UNRANKED: Final = 2_000_000_000
MEANS: Final = {code: f"mean_{code.lower()}" for code in COMPETENCIES}
"""The column of each competency."""

Named = tuple[str, str, datetime | None]
"""Code, name, and when the person finished."""


def named(session: Session, campaign_id: int) -> dict[int, Named]:
    """Return everybody who has finished a campaign, by candidate id."""
    rows = session.execute(
        select(Candidate.id, Candidate.code, Candidate.name, Invitation.submitted_at)
        .join(Invitation, Invitation.candidate_id == Candidate.id)
        .where(Invitation.campaign_id == campaign_id, Invitation.submitted_at.is_not(None))
    )
    return {candidate_id: (code, name, at) for candidate_id, code, name, at in rows}


def ranking_rows(
    pool: Pool,
    assembly: Assembly,
    ranking: Ranking,
    people: Mapping[int, Named],
    *,
    coverage: float,
) -> list[dict[str, Any]]:
    """Give everybody's row by column name, in the order of paper.

    ``coverage`` is the battery's, which somebody with nothing missing has.
    """
    held, ranked = assembly.held.tolist(), assembly.ranked.tolist()
    bands = ranking.band.tolist()
    sections = [
        UNRANKED if not ranked[i] else HELD_BACK if held[i] else bands[i] for i in range(len(held))
    ]
    # Who went between two readings is found out before anything is kept.
    told = [people.get(one, ("", "", None)) for one in pool.candidates]
    order = _order(sections, [(name.casefold(), code) for code, name, _at in told])
    code_place = [0] * len(order)
    for place, i in enumerate(_order(sections, [(code, "") for code, _name, _at in told]), 1):
        code_place[i] = place
    ranks, at_cut = ranking.rank.tolist(), ranking.at_cut.tolist()
    fits, means = assembly.fit.tolist(), assembly.table.mean.tolist()
    complete = (assembly.coverage >= coverage - 1e-9).tolist()
    return [
        {
            "candidate_id": pool.candidates[i],
            "section": sections[i],
            "place": place,
            "code_place": code_place[i],
            "rank": ranks[i] if sections[i] < HELD_BACK else None,
            "at_cut": at_cut[i],
            "fit": fits[i] if ranked[i] else None,
            "complete": complete[i],
            "flags": _flags(assembly.flags[i]),
            "finished_at": told[i][2],
            **{
                column: None if isnan(value) else value
                for column, value in zip(MEANS.values(), means[i], strict=True)
            },
        }
        for place, i in enumerate(order, 1)
    ]


def _order(sections: Sequence[int], words: Sequence[tuple[str, str]]) -> list[int]:
    """Give places by section, then by words."""
    return sorted(range(len(sections)), key=lambda i: (sections[i], words[i]))


def _flags(flags: Sequence[str]) -> str:
    kinds = sorted({flag.rpartition(":")[2] for flag in flags})
    return f" {' '.join(kinds)} " if kinds else ""
