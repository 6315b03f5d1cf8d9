"""Read what somebody has answered before, under which retest rule, and what they agreed to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand
from assess.campaigns.models import Campaign, Invitation
from assess.campaigns.queries import InvitationView
from assess.candidates.models import Candidate
from assess.sittings.imports import NOTICE_ELSEWHERE
from assess.sittings.models import (
    Answer,
    Attempt,
    RetestException,
    RetestRule,
    ReuseAgreement,
    Score,
    Sitting,
)
from assess.sittings.retest import DEFAULT, Counts, Plan, Policy, Taken, make_plan

Source = tuple[str, str]


@dataclass(frozen=True)
class AgreementView:
    """An agreement in force; ``given_on`` is the day of the oldest answers used."""

    id: int
    given_on: date
    agreed_at: datetime
    counts: Counts
    instruments: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    """An invited person who may answer everything anew from a day on."""

    invitation_id: int
    name: str
    until: date


def policy(session: Session, campaign_id: int | None) -> Policy:
    """Give the rule of a campaign: its own, else the organisation's, else the product's."""
    return own_policy(session, campaign_id) or own_policy(session, None) or DEFAULT


def own_policy(session: Session, campaign_id: int | None) -> Policy | None:
    """Give the rule that was set for a campaign, or (None) for the organisation."""
    row = session.scalar(select(RetestRule).where(rule_of(campaign_id)))
    if row is None:
        return None
    return Policy(row.cool_off_days, row.most_in_year, Counts(row.counts), row.valid_days)


def rule_of(campaign_id: int | None) -> ColumnElement[bool]:
    """Choose the rule of a campaign, or (None) of the organisation."""
    if campaign_id is None:
        return RetestRule.campaign_id.is_(None)
    return RetestRule.campaign_id == campaign_id


def plan_of(session: Session, invitation: InvitationView, today: date) -> Plan:
    """Plan what the invited person could do today."""
    excepted = session.scalar(
        select(RetestException.id).where(RetestException.invitation_id == invitation.id)
    )
    return make_plan(
        invitation.parts,
        taken(session, Sitting.candidate_id == invitation.candidate_id).get(
            invitation.candidate_id, []
        ),
        policy(session, invitation.campaign_id),
        today,
        excepted=excepted is not None,
    )


def waiting(
    session: Session, campaign_id: int, parts: tuple[tuple[str, str], ...], today: date
) -> list[Waiting]:
    """Give those who have not begun and may not answer everything anew yet, the soonest first.

    Whoever need not wait, or has an exception, is left out.
    """
    unbegun = (
        Invitation.campaign_id == campaign_id,
        Invitation.sitting_id.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.id.not_in(select(RetestException.invitation_id)),
    )
    rule = policy(session, campaign_id)
    whose = Sitting.candidate_id.in_(select(Invitation.candidate_id).where(*unbegun))
    before = taken(session, whose, named=False)
    invited = session.execute(
        select(Invitation.id, Candidate.id, Candidate.name)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(*unbegun)
        .order_by(Invitation.id)
    )
    found = []
    for invitation_id, candidate_id, name in invited:
        plan = make_plan(parts, before.get(candidate_id, ()), rule, today)
        if plan.again_on is not None:
            found.append(Waiting(invitation_id, name, plan.again_on))
    return sorted(found, key=lambda one: (one.until, one.name.casefold()))


def taken(
    session: Session, whose: ColumnElement[bool], *, named: bool = True
) -> dict[int, list[Taken]]:
    """Give by candidate what they have finished here; answers from elsewhere have no known day.

    ``named`` with the campaign each was given for.
    """
    rows = session.execute(
        select(
            Sitting.candidate_id,
            Sitting.submitted_at,
            Attempt.id,
            Attempt.sitting_id,
            Attempt.instrument,
            Attempt.instrument_digest,
        )
        .join(Attempt, Attempt.sitting_id == Sitting.id)
        .join(Score, Score.attempt_id == Attempt.id)
        .where(
            whose,
            Attempt.given_in.is_(None),
            Sitting.submitted_at.is_not(None),
            Sitting.notice_version != NOTICE_ELSEWHERE,
        )
        .order_by(Attempt.id)
    ).all()
    sources = _sources(session, {row.sitting_id for row in rows}) if named else {}
    found: dict[int, list[Taken]] = {}
    for candidate_id, submitted_at, attempt_id, sitting_id, instrument, digest in rows:
        if submitted_at is not None:
            one = Taken(
                attempt_id, sitting_id, instrument, digest, submitted_at.date(),
                sources.get(sitting_id),
            )  # fmt: skip
            found.setdefault(candidate_id, []).append(one)
    return found


def answered_in(session: Session, attempt_ids: Collection[int]) -> Mapping[int, int]:
    """Give by attempt how many items have an answer that counts; one without any is left out."""
    last = (
        select(func.max(Answer.id))
        .where(Answer.attempt_id.in_(attempt_ids), Answer.counts)
        .group_by(Answer.attempt_id, Answer.item)
    )
    rows = session.execute(
        select(Answer.attempt_id, func.count(Answer.id))
        .where(Answer.id.in_(last), Answer.value.is_not(None))
        .group_by(Answer.attempt_id)
    )
    return {row[0]: row[1] for row in rows}


def in_force(session: Session, invitation_id: int) -> ReuseAgreement | None:
    """Give the agreement that holds for an invitation."""
    return session.scalar(
        select(ReuseAgreement).where(
            ReuseAgreement.invitation_id == invitation_id, ReuseAgreement.withdrawn_at.is_(None)
        )
    )


def agreement(session: Session, invitation_id: int) -> AgreementView | None:
    """Give the agreement that holds for an invitation, as plain data."""
    row = in_force(session, invitation_id)
    if row is None:
        return None
    return AgreementView(
        row.id, row.given_on, row.agreed_at, Counts(row.counts), tuple(_names(row.used))
    )


def days_of_reuse(session: Session, campaign_id: int) -> dict[int, date]:
    """Give by candidate the day of answers used in a campaign that were given for another."""
    rows = session.execute(
        select(Invitation.candidate_id, ReuseAgreement.given_on)
        .join(ReuseAgreement, ReuseAgreement.invitation_id == Invitation.id)
        .where(Invitation.campaign_id == campaign_id, ReuseAgreement.withdrawn_at.is_(None))
    )
    return {row[0]: row[1] for row in rows}


def other_days(session: Session, campaign_id: int, candidate_id: int) -> tuple[date, ...]:
    """Give the days of finished answers to the same versions that a campaign does not use."""
    serving = select(Invitation.sitting_id).where(
        Invitation.campaign_id == campaign_id, Invitation.candidate_id == candidate_id
    )
    attempts = session.execute(
        select(Attempt.id, Attempt.given_in, Attempt.instrument_digest).where(
            Attempt.sitting_id.in_(serving)
        )
    ).all()
    digests = {row.instrument_digest for row in attempts}
    here = {row.given_in or row.id for row in attempts}
    before = taken(session, Sitting.candidate_id == candidate_id, named=False).get(candidate_id, [])
    days = {one.given_on for one in before if one.digest in digests and one.attempt_id not in here}
    return tuple(sorted(days))


def _sources(session: Session, sitting_ids: Collection[int]) -> dict[int, Source]:
    """Give (title, brand) of the campaign each sitting was for: the first that it finished."""
    rows = session.execute(
        select(Invitation.sitting_id, Campaign.title, Brand.name)
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .join(Brand, Brand.id == Campaign.brand_id)
        .where(Invitation.sitting_id.in_(sitting_ids))
        .order_by(Invitation.submitted_at, Invitation.id)
    )
    found: dict[int, Source] = {}
    for sitting_id, title, brand in rows:
        if sitting_id is not None:
            found.setdefault(sitting_id, (title, brand))
    return found


def _names(used: Mapping[str, Any]) -> list[str]:
    return [one["instrument"] for one in used["answers"]]
