"""Read rankings: the newest snapshot, its people in order, one person in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand
from assess.campaigns import queries as campaigns
from assess.campaigns.models import Campaign, Invitation
from assess.campaigns.queries import CampaignView
from assess.candidates.models import Candidate
from assess.candidates.queries import MERGED
from assess.errors import NotFound
from assess.profiles import queries as profiles
from assess.profiles.models import ProfileVersion
from assess.rankings.models import RankingEntry, RankingSnapshot
from assess.selection.demand import COMPETENCIES
from assess.sittings.models import Score

Pair = tuple[float, float]
Figure = TypeVar("Figure", float, float | None)

STYLE = "style"
"""The name of style among the contributions to a fit, beside the competencies' codes."""


@dataclass(frozen=True)
class EntryView:
    """One person in a snapshot.

    ``fit`` and ``fit_error`` are shown units (50 + 10 SD), ``mean`` and ``error`` true-score
    units by competency (None: not measured), ``contributions`` shown points that sum to
    ``fit`` - 50, ``style`` (mean, error) by scale, ``blanks`` (answered, of, low, high) by scale
    with items left blank: its range had they been lowest or highest; ``picture`` within the
    person by style, which enters nothing. Unranked: rank, band, p_top and fit are None; held back
    by a minimum: all but fit. ``below`` the chance by competency that the true index is under the
    profile's minimum, None not measured. ``given_on`` is the day of answers that were given for
    another campaign. ``erased``: only place and fit are left, of nobody, or ``merged``: the person
    stands in the ranking a second time.
    """

    candidate_id: int
    code: str
    name: str
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    p_top: float | None
    band: int | None
    at_cut: bool
    fit: float | None
    fit_error: float | None
    coverage: float
    mean: Mapping[str, float | None]
    error: Mapping[str, float | None]
    parts: Mapping[str, int]
    contributions: Mapping[str, float]
    style: Mapping[str, Pair | None]
    flags: tuple[str, ...]
    scales: Mapping[str, Pair | None]
    answered: int
    asked: int
    blanks: Mapping[str, tuple[int, int, float, float]]
    picture: Mapping[str, float | None] = field(default_factory=dict)
    erased: bool = False
    merged: bool = False
    below: Mapping[str, float | None] = field(default_factory=dict)
    given_on: date | None = None

    @property
    def held_back(self) -> bool:
        """Whether a minimum alone keeps the person out of the order: a fit, but no rank."""
        return self.fit is not None and self.rank is None

    @property
    def group(self) -> tuple[int, int]:
        """Where the person stands on paper: the bands, then the held back, then the unranked."""
        if self.band is not None:
            return 0, self.band
        return (1, 0) if self.held_back else (2, 0)


@dataclass(frozen=True)
class SnapshotView:
    """One ranking as it was made; ``weights`` are those in use, ``entries`` in order of paper.

    ``people`` finished, ``unranked`` of them have no fit. ``method`` holds kind, seed, draws,
    engine, instruments and reference as stored. ``weights`` sum to 1; with a style weight d each
    competency has (1 - d) of its own in the fit.
    """

    id: int
    campaign_id: int
    title: str
    brand: str
    seats: int
    people: int
    unranked: int
    simulated: bool
    made_at: datetime
    coverage: float
    partial: bool
    evidenced: tuple[str, ...]
    weights: Mapping[str, float]
    method: Mapping[str, Any]
    profile_number: int
    entries: tuple[EntryView, ...]
    profile_version_id: int = 0
    pool_digest: str = ""

    @property
    def held_back(self) -> int:
        """How many people a minimum of the profile keeps out of the order."""
        return int(self.method.get("held_back", 0))

    @property
    def ranked(self) -> int:
        """How many people have a rank."""
        return self.people - self.unranked - self.held_back

    @property
    def minimums(self) -> dict[str, float]:
        """The profile's minimums in shown points, by competency code."""
        return _in_order(self.method.get("minimums", {}))

    @property
    def style_weight(self) -> float:
        """The share of the fit that style has, 0 to .10; 0 also where no scale of it counts."""
        return float(self.method.get("style_weight", 0.0))


@dataclass(frozen=True)
class Standing:
    """Whether the newest snapshot still tells the present state.

    ``finished`` people now; ``snapshot_id`` the newest ranking, None before the first;
    ``more`` people finished since; ``stale`` when anything it rests on has changed.
    """

    finished: int
    snapshot_id: int | None
    more: int
    stale: bool


def newest(session: Session, campaign_id: int) -> int | None:
    """Return the id of the campaign's newest snapshot, None before the first."""
    return session.scalar(
        select(RankingSnapshot.id)
        .where(RankingSnapshot.campaign_id == campaign_id)
        .order_by(RankingSnapshot.made_at.desc(), RankingSnapshot.id.desc())
        .limit(1)
    )


def needed(session: Session, campaign_id: int) -> int:
    """Return the id of the campaign's newest snapshot; NotFound before the first."""
    found = newest(session, campaign_id)
    if found is None:
        raise NotFound("Nobody in this campaign has been ranked yet.")
    return found


def of_digest(session: Session, campaign_id: int, digest: str) -> int | None:
    """Return the id of the snapshot that was made of this very pool, None where there is none."""
    return session.scalar(
        select(RankingSnapshot.id).where(
            RankingSnapshot.campaign_id == campaign_id, RankingSnapshot.pool_digest == digest
        )
    )


def standing(session: Session, campaign_id: int) -> Standing:
    """Return what has changed since the newest snapshot; NotFound for an unknown campaign."""
    campaign = campaigns.campaign(session, campaign_id)
    finished = session.scalar(
        select(func.count(Invitation.id)).where(campaigns.finished(campaign_id))
    )
    finished = finished or 0
    snapshot_id = newest(session, campaign_id)
    if snapshot_id is None:
        return Standing(finished, None, finished, stale=finished > 0)
    made = session.get_one(RankingSnapshot, snapshot_id)
    stale = (
        finished != made.people
        or _scored_since(session, campaign_id, made.made_at)
        or made.profile_version_id != campaign.profile_version_id
        or made.seats != campaign.seats
    )
    return Standing(finished, snapshot_id, max(finished - made.people, 0), stale=stale)


def _scored_since(session: Session, campaign_id: int, made_at: datetime) -> bool:
    """Say whether somebody who has finished has a score younger than a ranking."""
    younger = (
        select(Score.id)
        .join(Invitation, Invitation.sitting_id == Score.sitting_id)
        .where(campaigns.finished(campaign_id), Score.scored_at > made_at)
    )
    return session.scalar(younger.limit(1)) is not None


def snapshot(session: Session, snapshot_id: int, candidate_id: int | None = None) -> SnapshotView:
    """Return a snapshot: bands in order, alphabetical inside a band; held back; the unranked.

    With ``candidate_id`` its entries hold this person alone. Raises NotFound when the
    organisation has no such snapshot, or the snapshot no such person.
    """
    if candidate_id is not None:
        return people(session, snapshot_id, [candidate_id])
    return _snapshot(session, snapshot_id, _entries(session, snapshot_id))


def people(session: Session, snapshot_id: int, candidate_ids: Collection[int]) -> SnapshotView:
    """Return a snapshot with the entries of these people alone, in the order of paper.

    Raises NotFound likewise, and when one of them was erased.
    """
    entries = _entries(session, snapshot_id, candidate_ids)
    if len(entries) < len(set(candidate_ids)) or any(one.erased for one in entries):
        raise NotFound("This person is not in the ranking.")
    return _snapshot(session, snapshot_id, entries)


def head(session: Session, snapshot_id: int) -> SnapshotView:
    """Return a snapshot without its people; NotFound when the organisation has none such."""
    return _snapshot(session, snapshot_id, ())


def with_entries(
    session: Session, snapshot: SnapshotView, candidate_ids: Sequence[int]
) -> SnapshotView:
    """Return a snapshot with the entries of these people alone, in this order; the erased too."""
    found = {}
    if candidate_ids:
        found = {one.candidate_id: one for one in _entries(session, snapshot.id, candidate_ids)}
    return replace(snapshot, entries=tuple(found[one] for one in candidate_ids if one in found))


def _snapshot(session: Session, snapshot_id: int, entries: tuple[EntryView, ...]) -> SnapshotView:
    found = session.execute(
        select(RankingSnapshot, Campaign, Brand.name, ProfileVersion.number)
        .join(Campaign, Campaign.id == RankingSnapshot.campaign_id)
        .join(Brand, Brand.id == Campaign.brand_id)
        .join(ProfileVersion, ProfileVersion.id == RankingSnapshot.profile_version_id)
        .where(RankingSnapshot.id == snapshot_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This ranking does not exist.")
    made, campaign, brand, number = found
    return SnapshotView(
        id=made.id,
        campaign_id=campaign.id,
        title=campaign.title,
        brand=brand,
        seats=made.seats,
        people=made.people,
        unranked=made.method["unranked"],
        simulated=campaign.simulated,
        made_at=made.made_at,
        coverage=made.coverage,
        partial=made.method["partial"],
        evidenced=tuple(made.method["evidenced"]),
        weights=_in_order(made.method["weights"]),
        method=made.method,
        profile_number=number,
        entries=entries,
        profile_version_id=made.profile_version_id,
        pool_digest=made.pool_digest,
    )


def as_ranked(session: Session, campaign: CampaignView, snapshot: SnapshotView) -> CampaignView:
    """Return the campaign with the profile version that a snapshot of it was made under."""
    if snapshot.profile_version_id == campaign.profile_version_id:
        return campaign
    return replace(campaign, profile=profiles.version(session, snapshot.profile_version_id))


def entry(session: Session, snapshot_id: int, candidate_id: int) -> EntryView:
    """Return one person of a snapshot; NotFound when they are not in it, or were erased."""
    found = _entries(session, snapshot_id, [candidate_id])
    if not found or found[0].erased:
        raise NotFound("This person is not in the ranking.")
    return found[0]


def _entries(
    session: Session, snapshot_id: int, candidate_ids: Collection[int] | None = None
) -> tuple[EntryView, ...]:
    wanted = (
        select(RankingEntry, Candidate.code, Candidate.name, Candidate.erased_at)
        .join(Candidate, Candidate.id == RankingEntry.candidate_id)
        .where(RankingEntry.snapshot_id == snapshot_id)
    )
    if candidate_ids is not None:
        wanted = wanted.where(RankingEntry.candidate_id.in_(candidate_ids))
    views = [_view(*found) for found in session.execute(wanted)]
    return tuple(sorted(views, key=_on_paper))


def _on_paper(view: EntryView) -> tuple[tuple[int, int], str, str]:
    """Order by bands, then who is held back, the unranked last; by name inside each."""
    return view.group, view.name.casefold(), view.code


def _view(row: RankingEntry, code: str, name: str, erased_at: datetime | None) -> EntryView:
    evidence = row.evidence
    codes = evidence["codes"]
    return EntryView(
        candidate_id=row.candidate_id,
        code=code,
        name=name,
        rank=row.rank,
        rank_low=row.rank_low,
        rank_high=row.rank_high,
        p_top=row.p_top,
        band=row.band,
        at_cut=row.at_cut,
        fit=row.fit,
        fit_error=row.fit_error,
        coverage=row.coverage,
        mean=dict(zip(codes, evidence["mean"], strict=True)),
        error=dict(zip(codes, evidence["error"], strict=True)),
        parts=dict(zip(codes, evidence["parts"], strict=True)),
        contributions=_in_order(evidence["contributions"]),
        style=_pairs(evidence["style"]),
        flags=tuple(evidence["flags"]),
        scales=_pairs(evidence["scales"]),
        answered=evidence["answered"],
        asked=evidence["asked"],
        blanks={name: tuple(blank) for name, blank in evidence["blanks"].items()},
        picture=evidence.get("picture", {}),
        erased=erased_at is not None,
        merged=name == MERGED,
        below=_in_order(evidence.get("below", {})),
        given_on=date.fromisoformat(evidence["given_on"]) if "given_on" in evidence else None,
    )


def _pairs(stored: Mapping[str, list[float] | None]) -> dict[str, Pair | None]:
    return {name: None if pair is None else (pair[0], pair[1]) for name, pair in stored.items()}


def _in_order(stored: Mapping[str, Figure]) -> dict[str, Figure]:
    """Give figures by competency in the product's order, style last; a document has its own."""
    return {code: stored[code] for code in (*COMPETENCIES, STYLE) if code in stored}
