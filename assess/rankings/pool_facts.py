"""What the pool's pages may know of campaigns: places and their states, never a result."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, aliased

from assess.campaigns.models import Campaign, Invitation
from assess.candidates.pool_facts import Notice, Place, PoolFacts, State
from assess.rankings.models import Decision, DecisionKind
from assess.sittings.models import NoticeShown, Sitting


def _campaigns(session: Session) -> Sequence[tuple[int, str]]:
    rows = session.execute(select(Campaign.id, Campaign.title).order_by(Campaign.id.desc()))
    return [(id_, title) for id_, title in rows]


def _decided() -> ColumnElement[bool]:
    """Say of an invitation that the newest decision about the person is other than hold."""
    newer = aliased(Decision)
    same = newer.campaign_id == Decision.campaign_id, newer.candidate_id == Decision.candidate_id
    return exists(
        select(Decision.id).where(
            Decision.campaign_id == Invitation.campaign_id,
            Decision.candidate_id == Invitation.candidate_id,
            Decision.kind != DecisionKind.HOLD,
            ~exists(select(newer.id).where(*same, newer.id > Decision.id)),
        )
    )


def _in_state(state: State) -> tuple[ColumnElement[bool], ...]:
    there, begun = Invitation.withdrawn_at.is_(None), Invitation.started_at.is_not(None)
    done = Invitation.submitted_at.is_not(None)
    return {
        "withdrawn": (~there,),
        "decided": (there, _decided()),
        "finished": (there, done, ~_decided()),
        "started": (there, begun, ~done, ~_decided()),
        "invited": (there, ~begun, ~done, ~_decided()),
    }[state]


def _taking_part(campaign_id: int | None, state: State | None) -> Select[Any]:
    chosen = select(Invitation.candidate_id)
    if campaign_id is not None:
        chosen = chosen.where(Invitation.campaign_id == campaign_id)
    return chosen if state is None else chosen.where(*_in_state(state))


def _places(session: Session, candidate_ids: Collection[int]) -> Mapping[int, Sequence[Place]]:
    rows = session.execute(
        select(Invitation, Campaign.title, Campaign.closes_on, _decided())
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .where(Invitation.candidate_id.in_(candidate_ids))
        .order_by(Invitation.id.desc())
    )
    found: dict[int, list[Place]] = {}
    for row, title, closes_on, decided in rows:
        place = Place(
            row.campaign_id, title, _state(row, decided=decided), row.created_at, closes_on
        )
        found.setdefault(row.candidate_id, []).append(place)
    return found


def _state(row: Invitation, *, decided: bool) -> State:
    if row.withdrawn_at is not None:
        return "withdrawn"
    if decided:
        return "decided"
    if row.submitted_at is not None:
        return "finished"
    return "invited" if row.started_at is None else "started"


def _notices(session: Session, candidate_id: int) -> Sequence[Notice]:
    rows = session.scalars(
        select(NoticeShown)
        .join(Sitting, Sitting.id == NoticeShown.sitting_id)
        .where(Sitting.candidate_id == candidate_id)
        .order_by(NoticeShown.id.desc())
    )
    return [Notice(r.version, r.language, r.shown_at, r.agreed_at) for r in rows]


def _hidden(session: Session, candidate_ids: Collection[int]) -> frozenset[int]:
    """Give whose code stands for the name in a blind review that is not decided yet.

    Whoever revealed a name for one campaign does not see it here: another may be blind, too.
    """
    found = session.scalars(
        select(Invitation.candidate_id)
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .where(Invitation.candidate_id.in_(candidate_ids), Campaign.blind, ~_decided())
    )
    return frozenset(found)


FACTS = PoolFacts(_campaigns, _taking_part, _places, _notices, _hidden)
