"""Rank a campaign's finished people: assembled, ranked under error, kept as a snapshot."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from assess import __version__
from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns.models import Campaign, Invitation
from assess.campaigns.queries import CampaignView
from assess.campaigns.results_seen import PERSON_VIEWED
from assess.candidates.models import Candidate
from assess.db.scope import Sessions, reading, writing
from assess.errors import Conflict, Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.profiles.queries import VersionView
from assess.rankings import queries
from assess.rankings.assembly import Assembly, Basis, assemble, place
from assess.rankings.collection import no_collection
from assess.rankings.entries import entry_rows
from assess.rankings.models import RankingEntry, RankingRow, RankingSnapshot
from assess.rankings.pool import Pool, read_pool, sha256
from assess.rankings.profile_basis import profile_basis
from assess.rankings.rows import Named, named, ranking_rows
from assess.selection.demand import COMPETENCIES
from assess.selection.ranking import Ranking

__all__ = ["MAY_RANK", "PERSON_VIEWED", "SEE_RANKINGS", "note_viewed", "rank_campaign"]

Progress = Callable[[int, int], None]

SEE_RANKINGS = (
    *(RoleName.RECRUITER, RoleName.HIRING_MANAGER),
    *(RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR),
)
STEPS: Final = 10
"""What `rank_campaign` tells of; the fourth to sixth are the rank intervals."""
_TRIES: Final = 3
MAY_RANK = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)


@dataclass(frozen=True)
class Ground:
    """What a ranking is made of, as it was read; ``digest`` names it.

    ``found`` is the snapshot that was made of the same before, None where there is none.
    """

    campaign: CampaignView
    catalogue: Catalogue
    pool: Pool
    basis: Basis
    facts: Mapping[str, Any]
    people: Mapping[int, Named]
    digest: str
    found: int | None


def rank_campaign(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    campaign_id: int,
    *,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> int:
    """Rank everyone who has finished; return the snapshot's id.

    The same people, scores, weights, seats and versions give the snapshot that exists already.
    Nobody waits while it is computed, only while it is written. ``progress`` is told the steps.
    Raises NotFound for an unknown campaign, Invalid when nobody has finished or the battery
    measures nothing the profile demands, Conflict when versions of a questionnaire are mixed, or
    when people were erased again and again while it was computed.
    """
    actor.must_be(*MAY_RANK)
    for _ in range(_TRIES):
        with no_collection():
            kept = _ranked(sessions, actor, catalogue, campaign_id, now=now, progress=progress)
        if kept is not None:
            return kept
    raise Conflict("People were erased while the campaign was ranked. Rank it again.")


def _ranked(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    campaign_id: int,
    *,
    now: datetime,
    progress: Progress,
) -> int | None:
    """Rank once; None when somebody was erased meanwhile."""
    with reading(sessions, actor.organisation_id) as session:
        ground = read_ground(session, catalogue, campaign_id)
    if ground.found is not None:
        return ground.found
    progress(1, STEPS)
    assembly = assemble(ground.basis, ground.pool.tables, ground.pool.flags)
    progress(2, STEPS)
    ranking = place(assembly, ground.campaign.seats, seed=ground.campaign.seed)
    progress(6, STEPS)
    made = _made(ground, assembly, ranking)
    progress(9, STEPS)
    with writing(sessions, actor.organisation_id) as session:
        return _keep(session, actor, ground, made, now)


def read_ground(
    session: Session, catalogue: Catalogue, campaign_id: int, *, named_too: bool = True
) -> Ground:
    """Read what a campaign's ranking is made of now; raises as `rank_campaign`.

    The order alone needs nobody's name: ``named_too`` False leaves ``people`` empty.
    """
    campaign = campaigns.campaign(session, campaign_id)
    catalogue = held(session, catalogue, campaign.parts)
    battery = [catalogue.instrument(part.key) for part in campaign.battery]
    pool = read_pool(session, campaign_id, battery)
    if not pool.candidates:
        raise Invalid("Nobody has finished yet, so there is nobody to rank.")
    facts = _facts(catalogue, battery, pool, campaign.profile)
    digest = _pool_digest(campaign, pool, facts)
    return Ground(
        campaign=campaign,
        catalogue=catalogue,
        pool=pool,
        basis=profile_basis(catalogue, battery, campaign.profile),
        facts=facts,
        people=named(session, campaign_id) if named_too else {},
        digest=digest,
        found=queries.of_digest(session, campaign_id, digest),
    )


def note_viewed(
    sessions: Sessions, actor: Actor, campaign_id: int, candidate_id: int, *, now: datetime
) -> None:
    """Leave in the trail that a member opened a person's page; the person can see when first."""
    with writing(sessions, actor.organisation_id) as session:
        invitation_id = session.scalar(
            select(Invitation.id).where(
                Invitation.campaign_id == campaign_id, Invitation.candidate_id == candidate_id
            )
        )
        if invitation_id is not None:
            audit.record(
                session, actor, PERSON_VIEWED, "invitation", invitation_id, now=now,
                candidate=candidate_id,
            )  # fmt: skip


def note_compared(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    candidate_ids: Collection[int],
    *,
    now: datetime,
) -> None:
    """Leave in the trail that a member saw these people side by side.

    It is no look at a person's own page, and does not count as one.
    """
    _note_each(sessions, actor, "person compared", campaign_id, candidate_ids, now=now)


def note_interviews(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    candidate_ids: Collection[int],
    *,
    now: datetime,
) -> None:
    """Leave in the trail that a member had the interview guides of these people.

    A guide shows no score: it is no look at a person's own page either.
    """
    _note_each(sessions, actor, "interview guide shown", campaign_id, candidate_ids, now=now)


def _note_each(
    sessions: Sessions,
    actor: Actor,
    act: str,
    campaign_id: int,
    candidate_ids: Collection[int],
    *,
    now: datetime,
) -> None:
    with writing(sessions, actor.organisation_id) as session:
        found = session.scalars(
            select(Invitation.id).where(
                Invitation.campaign_id == campaign_id, Invitation.candidate_id.in_(candidate_ids)
            )
        ).all()
        for one in found:
            audit.record(session, actor, act, "invitation", one, now=now, together=len(found))


@dataclass(frozen=True)
class _Made:
    """A ranking that is computed and not kept yet: its facts, entries and rows."""

    method: Mapping[str, Any]
    unranked: int
    held_back: int
    entries: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def _made(ground: Ground, assembly: Assembly, ranking: Ranking) -> _Made:
    styles = tuple(style.scale for style in ground.catalogue.styles)
    coverage = ground.basis.demand.coverage
    return _Made(
        method={**ground.facts, **_method(ground.basis, assembly, ranking)},
        unranked=int((~assembly.ranked).sum()),
        held_back=int(assembly.held.sum()),
        entries=entry_rows(ground.pool, ground.basis, assembly, ranking, styles),
        rows=ranking_rows(ground.pool, assembly, ranking, ground.people, coverage=coverage),
    )


def _keep(session: Session, actor: Actor, ground: Ground, made: _Made, now: datetime) -> int | None:
    """Keep a ranking as a snapshot; None when somebody in it was erased since it was read."""
    campaign = ground.campaign
    # Whoever ranks the same campaign at the same moment waits here and finds this snapshot.
    session.execute(select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    found = queries.of_digest(session, campaign.id, ground.digest)
    if found is not None:
        return found
    if _left(session, campaign.id, ground.pool):
        return None
    snapshot = RankingSnapshot(
        campaign_id=campaign.id,
        profile_version_id=campaign.profile_version_id,
        pool_digest=ground.digest,
        people=len(ground.pool.candidates),
        seats=campaign.seats,
        coverage=ground.basis.demand.coverage,
        method=dict(made.method),
        made_at=now,
    )
    session.add(snapshot)
    session.flush()
    owner = {"organisation_id": actor.organisation_id, "snapshot_id": snapshot.id}
    session.execute(insert(RankingEntry), [owner | row for row in made.entries])
    session.execute(insert(RankingRow), [owner | row for row in made.rows])
    audit.record(
        session, actor, "campaign ranked", "campaign", campaign.id, now=now,
        snapshot=snapshot.id, people=snapshot.people,
        unranked=made.unranked, held_back=made.held_back,
        seats=campaign.seats, digest=ground.digest,
    )  # fmt: skip
    return snapshot.id


def _left(session: Session, campaign_id: int, pool: Pool) -> bool:
    """Say whether somebody of the pool is no longer among those who have finished."""
    here = session.scalars(
        select(Invitation.candidate_id)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(campaigns.finished(campaign_id), Candidate.erased_at.is_(None))
    )
    return not set(pool.candidates).issubset(here)


def _facts(
    catalogue: Catalogue, battery: list[Instrument], pool: Pool, version: VersionView
) -> dict[str, Any]:
    """Give the versions a ranking rests on, as they are stored and named in its digest."""
    # Only where a profile has them: a ranking without keeps the digest it always had.
    asked: dict[str, Any] = {"minimums": dict(version.minimums)} if version.minimums else {}
    if version.style_weight:
        asked["style_asked"] = version.style_weight
    return asked | {
        "engine": __version__,
        "profile": {"number": version.number, "digest": version.digest},
        "profile_weights": dict(zip(COMPETENCIES, version.weights.tolist(), strict=True)),
        "style_target": version.style_target.tolist(),
        "instruments": [
            {
                "key": one.key,
                "title": one.title,
                "version": one.version,
                "digest": pool.instrument_digests.get(one.key),
                "present_digest": one.digest,
                "calibration": one.calibration.label if one.calibration else None,
                "reference_group": _reference_group(one),
                "norm": one.norm.label if one.norm else None,
                "provisional": one.provisional,
            }
            for one in battery
        ],
        "reference": {
            "source": catalogue.reference.source,
            "provisional": catalogue.reference.provisional,
            "digest": sha256(catalogue.reference.matrix),
        },
        "answers": {"answered": sum(pool.answered), "asked": sum(pool.asked)},
    }


def _reference_group(instrument: Instrument) -> str | None:
    if instrument.calibration is not None:
        return instrument.calibration.reference_group
    return instrument.norm.reference_group if instrument.norm else None


def _pool_digest(campaign: CampaignView, pool: Pool, facts: Mapping[str, Any]) -> str:
    return sha256([pool.digest, campaign.seats, campaign.seed, campaign.profile_version_id, facts])


def _method(basis: Basis, assembly: Assembly, ranking: Ranking) -> dict[str, Any]:
    weights = zip(COMPETENCIES, basis.demand.weights.tolist(), strict=True)
    return {
        "kind": ranking.method,
        "seed": ranking.seed,
        "draws": ranking.draws,
        "partial": basis.demand.partial,
        "evidenced": list(basis.demand.evidenced),
        "weights": {code: weight for code, weight in weights if weight > 0},
        "sd_ref": assembly.sd_ref,
        "unranked": int((~assembly.ranked).sum()),
        "held_back": int(assembly.held.sum()),
        "style_weight": basis.style.weight if basis.style else 0.0,
        "style_scales": [
            s for s, counts in zip(basis.styles, basis.counted, strict=True) if counts
        ],
    }
