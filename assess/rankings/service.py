"""Rank a campaign's finished people: assembled, ranked under error, kept as a snapshot."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

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
from assess.db.scope import Sessions, writing
from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.profiles.queries import VersionView
from assess.rankings.assembly import Assembly, Basis, assemble, place
from assess.rankings.entries import entry_rows
from assess.rankings.models import RankingEntry, RankingSnapshot
from assess.rankings.pool import Pool, read_pool, sha256
from assess.rankings.profile_basis import profile_basis
from assess.selection.demand import COMPETENCIES
from assess.selection.ranking import Ranking

__all__ = ["MAY_RANK", "PERSON_VIEWED", "note_viewed", "rank_campaign"]

MAY_RANK = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)


def rank_campaign(
    sessions: Sessions, actor: Actor, catalogue: Catalogue, campaign_id: int, *, now: datetime
) -> int:
    """Rank everyone who has finished; return the snapshot's id.

    The same people, scores, weights, seats and versions give the snapshot that exists already.
    Raises NotFound for an unknown campaign, Invalid when nobody has finished or the battery
    measures nothing the profile demands, Conflict when versions of a questionnaire are mixed.
    """
    actor.must_be(*MAY_RANK)
    with writing(sessions, actor.organisation_id) as session:
        # Whoever ranks the same campaign at the same moment waits here and finds this snapshot.
        session.execute(select(Campaign.id).where(Campaign.id == campaign_id).with_for_update())
        campaign = campaigns.campaign(session, campaign_id)
        catalogue = held(session, catalogue, campaign.parts)
        battery = [catalogue.instrument(part.key) for part in campaign.battery]
        pool = read_pool(session, campaign_id, battery)
        if not pool.candidates:
            raise Invalid("Nobody has finished yet, so there is nobody to rank.")
        facts = _facts(catalogue, battery, pool, campaign.profile)
        digest = _pool_digest(campaign, pool, facts)
        found = session.scalar(
            select(RankingSnapshot.id).where(
                RankingSnapshot.campaign_id == campaign_id, RankingSnapshot.pool_digest == digest
            )
        )
        if found is not None:
            return found
        return _rank(session, actor, catalogue, campaign, battery, pool, facts, digest, now)


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


def _rank(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    campaign: CampaignView,
    battery: list[Instrument],
    pool: Pool,
    facts: dict[str, Any],
    digest: str,
    now: datetime,
) -> int:
    """Assemble, rank and keep a pool that has no snapshot yet; return the snapshot's id."""
    basis = profile_basis(catalogue, battery, campaign.profile)
    assembly = assemble(basis, pool.tables, pool.flags)
    ranking = place(assembly, campaign.seats, seed=campaign.seed)
    snapshot = RankingSnapshot(
        campaign_id=campaign.id,
        profile_version_id=campaign.profile_version_id,
        pool_digest=digest,
        people=len(pool.candidates),
        seats=campaign.seats,
        coverage=basis.demand.coverage,
        method=facts | _method(basis, assembly, ranking),
        made_at=now,
    )
    session.add(snapshot)
    session.flush()
    styles = tuple(style.scale for style in catalogue.styles)
    rows = entry_rows(pool, basis, assembly, ranking, styles)
    owner = {"organisation_id": actor.organisation_id, "snapshot_id": snapshot.id}
    session.execute(insert(RankingEntry), [owner | row for row in rows])
    audit.record(
        session, actor, "campaign ranked", "campaign", campaign.id, now=now,
        snapshot=snapshot.id, people=snapshot.people,
        unranked=int((~assembly.ranked).sum()), held_back=int(assembly.held.sum()),
        seats=campaign.seats, digest=digest,
    )  # fmt: skip
    return snapshot.id


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
    people = sorted(zip(pool.candidates, pool.score_digests, strict=True))
    return sha256([people, campaign.seats, campaign.seed, campaign.profile_version_id, facts])


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
