"""Read everybody who has finished one of several campaigns, with the scores they have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assess.campaigns.models import Invitation
from assess.candidates.models import Candidate
from assess.errors import Conflict
from assess.instruments.model import Instrument
from assess.rankings.assembly import StoredTable
from assess.rankings.models import Decision, DecisionKind
from assess.rankings.open_campaigns import Battery, OpenCampaign
from assess.sittings.models import Score
from assess.sittings.retest import Counts
from assess.sittings.reuse_queries import policy

BoolArray = NDArray[np.bool_]
Version = tuple[str, str]
"""A questionnaire by key and digest."""


@dataclass(frozen=True)
class KeptScores:
    """What n people have of one questionnaire; ``has`` (n,) who has a score of it at all."""

    table: StoredTable
    has: BoolArray
    flags: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Applicants:
    """n people who finished at least one of C campaigns, by candidate id.

    ``finished`` (n, C) and ``out`` (n, C), where they have withdrawn or were declined; ``scores``
    by the very version of a questionnaire, everybody's newest or
    first, as the retest rule says; ``versions`` (C,) the one each
    campaign's people answered, by key. Nobody who was hired is among them; ``hired`` (C,) people
    have a seat there.
    """

    candidates: tuple[int, ...]
    finished: BoolArray
    out: BoolArray
    hired: tuple[int, ...]
    scores: Mapping[Version, KeptScores]
    versions: tuple[Mapping[str, str], ...]


@dataclass
class _Gathered:
    """The score rows of one questionnaire, a person at most one, while they are read."""

    rows: dict[int, tuple[Mapping[str, Any], Sequence[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class _People:
    """Who finished or is out where; ``sittings`` leads to a person's row and campaigns."""

    candidates: tuple[int, ...]
    finished: BoolArray
    out: BoolArray
    sittings: Mapping[int, tuple[int, set[int]]]


def read_applicants(
    session: Session,
    campaigns: Sequence[OpenCampaign],
    instruments: Mapping[Battery, Sequence[Instrument]],
) -> Applicants:
    """Read the people, their scores and decisions, in three statements however many they are.

    Raises Conflict when people of one campaign answered different versions of a questionnaire.
    """
    ids = [campaign.id for campaign in campaigns]
    decided = _decided(session)
    found = _people(session, ids, decided)
    gathered, answered = _gather(session, ids, found.sittings)
    scales = {
        key: one.scale_names
        for campaign in campaigns
        for (key, _), one in zip(campaign.battery, instruments[campaign.battery], strict=True)
    }
    return Applicants(
        candidates=found.candidates,
        finished=found.finished,
        out=found.out,
        hired=tuple(
            sum(of == one and kind == DecisionKind.HIRED for (of, _), kind in decided.items())
            for one in ids
        ),
        scores={
            version: _kept(scales[version[0]], rows, len(found.candidates))
            for version, rows in gathered.items()
            if version[0] in scales
        },
        versions=tuple(
            _one_version(campaign, answered.get(place, {}))
            for place, campaign in enumerate(campaigns)
        ),
    )


def _decided(session: Session) -> dict[tuple[int, int], DecisionKind]:
    """Give by campaign and candidate the decisions that take somebody out: declined and hired.

    Of all campaigns: whoever was hired for another job is not looked for again.
    """
    last = select(func.max(Decision.id)).group_by(Decision.campaign_id, Decision.candidate_id)
    rows = session.execute(
        select(Decision.campaign_id, Decision.candidate_id, Decision.kind).where(
            Decision.id.in_(last), Decision.kind.in_((DecisionKind.DECLINE, DecisionKind.HIRED))
        )
    )
    return {(campaign, candidate): kind for campaign, candidate, kind in rows}


def _people(
    session: Session, campaign_ids: list[int], decided: Mapping[tuple[int, int], DecisionKind]
) -> _People:
    """Give everybody who has finished somewhere and can be placed, by candidate id."""
    column = {campaign_id: place for place, campaign_id in enumerate(campaign_ids)}
    hired = {who for (_, who), kind in decided.items() if kind == DecisionKind.HIRED}
    invited = session.execute(
        select(
            Invitation.candidate_id,
            Invitation.campaign_id,
            Invitation.sitting_id,
            Invitation.submitted_at,
            Invitation.withdrawn_at,
        ).where(Invitation.campaign_id.in_(column))
    ).all()
    done = [one for one in invited if one.submitted_at and not one.withdrawn_at]
    candidates = sorted({one.candidate_id for one in done} - hired)
    rows = {candidate: place for place, candidate in enumerate(candidates)}
    finished, out = (np.zeros((len(rows), len(column)), dtype=np.bool_) for _ in range(2))
    for candidate, campaign, _, _, withdrawn_at in invited:
        if withdrawn_at and candidate in rows:
            out[rows[candidate], column[campaign]] = True
    for campaign, candidate in decided:
        if candidate in rows and campaign in column:
            out[rows[candidate], column[campaign]] = True
    sittings: dict[int, tuple[int, set[int]]] = {}
    for candidate, campaign, sitting, _, _ in done:
        if candidate in rows:
            finished[rows[candidate], column[campaign]] = True
            if sitting is not None:
                sittings.setdefault(sitting, (rows[candidate], set()))[1].add(column[campaign])
    return _People(tuple(candidates), finished, out, sittings)


def names(session: Session, campaign_ids: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    """Return (name, code) of everybody in these campaigns, by candidate id."""
    invited = select(Invitation.candidate_id).where(Invitation.campaign_id.in_(campaign_ids))
    found = session.execute(
        select(Candidate.id, Candidate.name, Candidate.code).where(Candidate.id.in_(invited))
    )
    return {id_: (name, code) for id_, name, code in found}


def finished_counts(session: Session, campaign_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many people have finished each campaign; one where nobody has is left out."""
    found = session.execute(
        select(Invitation.campaign_id, func.count(Invitation.id))
        .where(
            Invitation.campaign_id.in_(campaign_ids),
            Invitation.submitted_at.is_not(None),
            Invitation.withdrawn_at.is_(None),
        )
        .group_by(Invitation.campaign_id)
    )
    return {row[0]: row[1] for row in found}


def _gather(
    session: Session, campaign_ids: list[int], sittings: Mapping[int, tuple[int, set[int]]]
) -> tuple[dict[Version, _Gathered], dict[int, dict[str, set[str]]]]:
    """Give the score rows that count by version, and which versions each campaign answered."""
    chosen = select(Invitation.sitting_id).where(
        Invitation.campaign_id.in_(campaign_ids),
        Invitation.submitted_at.is_not(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.sitting_id.is_not(None),
    )
    scores = session.execute(
        select(
            Score.sitting_id, Score.instrument, Score.instrument_digest, Score.scales, Score.flags
        )
        .where(Score.sitting_id.in_(chosen))
        .order_by(*_order(policy(session, None).counts))
    )
    gathered: dict[Version, _Gathered] = {}
    answered: dict[int, dict[str, set[str]]] = {}
    for sitting, key, digest, scales, raised in scores:
        if sitting not in sittings:  # submitted between the two statements
            continue
        row, places = sittings[sitting]
        gathered.setdefault((key, digest), _Gathered()).rows[row] = scales, raised["flags"]
        for place in places:
            answered.setdefault(place, {}).setdefault(key, set()).add(digest)
    return gathered, answered


def _order(counts: Counts) -> tuple[ColumnElement[Any], ...]:
    """Give the order in which the score row that counts of several comes last."""
    if counts is Counts.FIRST:
        return Score.scored_at.desc(), Score.id.desc()
    return Score.scored_at.asc(), Score.id.asc()


def _one_version(campaign: OpenCampaign, answered: Mapping[str, set[str]]) -> dict[str, str]:
    """Give the version of each questionnaire that a campaign's people answered, or will."""
    for key, _ in campaign.battery:
        digests = answered.get(key, set())
        if len(digests) > 1:
            raise Conflict(
                f"{campaign.title}: people answered {len(digests)} versions of {key}. Scores of "
                "different versions cannot be set side by side."
            )
    return {
        key: next(iter(answered.get(key, {digest}))) for key, digest in campaign.battery
    }  # fmt: skip


def _kept(names: tuple[str, ...], gathered: _Gathered, n: int) -> KeptScores:
    """Put score rows into one table (n, S); a scale the questionnaire has no more is left out."""
    mean, error = (np.full((n, len(names)), np.nan) for _ in range(2))
    has = np.zeros(n, dtype=np.bool_)
    has[list(gathered.rows)] = True
    flags: list[tuple[str, ...]] = [()] * n
    alike: dict[tuple[str, ...], list[int]] = {}
    for row, (scales, raised) in gathered.rows.items():
        flags[row] = tuple(raised)
        alike.setdefault(tuple(scales["names"]), []).append(row)
    for stored, rows in alike.items():
        shared = [name for name in names if name in stored]
        here, there = ([order.index(name) for name in shared] for order in (names, stored))
        for target, kind in ((mean, "mean"), (error, "error")):
            values = np.array([gathered.rows[row][0][kind] for row in rows], dtype=np.float64)
            target[np.ix_(rows, here)] = values[:, there]
    return KeptScores(StoredTable(names, mean, error), has, tuple(flags))
