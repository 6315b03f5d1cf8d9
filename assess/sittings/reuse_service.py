"""A candidate agrees that earlier answers are used for an invitation, or takes that back.

Without an agreement nothing is used. Acts on one invitation wait for one another (`on_path`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.campaigns import reusing
from assess.campaigns import service as campaigns
from assess.db.scope import Across, Sessions, across
from assess.errors import Refused
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.sittings import queries, reuse_queries, service
from assess.sittings.battery import same_instruments
from assess.sittings.lending import end_lending, lend, lent
from assess.sittings.models import ReuseAgreement, Sitting
from assess.sittings.path import actor_of, on_path
from assess.sittings.queries import PathView
from assess.sittings.retest import Plan, Policy
from assess.web.languages import DEFAULT, known
from assess.web.links import LinkClaim

#: The wording of templates/sittings/earlier.html; a changed word is a new version.
REUSE_NOTICE: Final = "reuse-2026-11"


@dataclass(frozen=True)
class Earlier:
    """What somebody who has answered before can do about an invitation, and under which rule."""

    path: PathView
    plan: Plan
    policy: Policy


def look_earlier(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> Earlier:
    """Read what the person could do and change nothing; LinkShut when the link does not hold."""
    with across(sessions, Across.LINK) as session:
        path = queries.by_link(session, claim)
        plan = reuse_queries.plan_of(session, path.invitation, now.date())
        return Earlier(path, plan, reuse_queries.policy(session, path.invitation.campaign_id))


def agree_to_reuse(
    sessions: Sessions,
    catalogue: Catalogue,
    claim: LinkClaim,
    token: str,
    *,
    language: str | None = None,
    device: str | None = None,
    now: datetime,
) -> bool:
    """Use earlier answers for this invitation; say whether they are the ones of ``token``.

    Whoever has begun stays where they are: sent twice is once. ``token`` is `Plan.token` as it
    was shown; where it has changed meanwhile nothing happens. Raises LinkShut when the link does
    not hold, Refused when nothing can be used.
    """
    with on_path(sessions, claim) as (session, path):
        if path.sitting is not None:
            return True
        path.must_be_open(now)
        plan = reuse_queries.plan_of(session, path.invitation, now.date())
        if plan.token != token:
            return False
        if not plan.may_use:
            raise Refused("There are no answers that can be used now.")
        spoken = known(language) or known(path.language) or DEFAULT
        battery = same_instruments(session, catalogue, path.invitation.parts)
        agreement = _agreement(session, path, plan, battery, spoken, now)
        if plan.one_sitting is not None:
            items, answered = lent(agreement)
            reusing.note_reused(session, path.invitation.id, plan.one_sitting, items, answered, now)
        else:
            _begin_with(session, path, catalogue, plan, agreement, spoken, device, now)
        return True


def take_back(session: Session, path: PathView, now: datetime) -> bool:
    """End the agreement in the caller's transaction; say whether there was one.

    The invitation is as before it was opened; answers that were used are used no more. What the
    person answered for it alone stays theirs, as answers given before.
    """
    row = reuse_queries.in_force(session, path.invitation.id)
    if row is None:
        return False
    row.withdrawn_at = max(now, row.agreed_at)
    reusing.note_unused(session, path.invitation.id)
    if path.sitting is not None:
        end_lending(session, path.sitting.id)
    audit.record(
        session, actor_of(path), "reuse taken back", "invitation", path.invitation.id,
        now=now, agreement=row.id,
    )  # fmt: skip
    return True


def _agreement(
    session: Session,
    path: PathView,
    plan: Plan,
    battery: Sequence[Instrument],
    language: str,
    now: datetime,
) -> ReuseAgreement:
    """Keep the agreement, and that it was given."""
    row = ReuseAgreement(
        invitation_id=path.invitation.id,
        notice_version=REUSE_NOTICE,
        language=language,
        given_on=min(one.given_on for one in plan.used),
        counts=reuse_queries.policy(session, path.invitation.campaign_id).counts,
        used={"answers": _answers(session, plan, battery)},
        agreed_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor_of(path), "reuse agreed", "invitation", path.invitation.id, now=now,
        agreement=row.id, notice=REUSE_NOTICE, language=language,
        sittings=sorted({one.sitting_id for one in plan.used}),
        attempts=[one.attempt_id for one in plan.used],
    )  # fmt: skip
    return row


def _answers(session: Session, plan: Plan, battery: Sequence[Instrument]) -> list[dict[str, Any]]:
    """Name the answers used, and how many items they are to."""
    counts = reuse_queries.answered_in(session, [one.attempt_id for one in plan.used])
    lengths = {one.key: len(one.items) for one in battery}
    return [
        {
            "instrument": one.instrument,
            "digest": one.digest,
            "attempt": one.attempt_id,
            "sitting": one.sitting_id,
            "given_on": one.given_on.isoformat(),
            "items": lengths[one.instrument],
            "answered": counts.get(one.attempt_id, 0),
        }
        for one in plan.used
    ]


def _begin_with(
    session: Session,
    path: PathView,
    catalogue: Catalogue,
    plan: Plan,
    agreement: ReuseAgreement,
    language: str,
    device: str | None,
    now: datetime,
) -> None:
    """Begin a sitting that asks for what is missing; finish it where nothing is."""
    sitting = service.new_sitting(path, now, language=language, device=device)
    service.begin_sitting(session, path, catalogue, sitting, now)
    for one in plan.used:
        lend(session, sitting.id, one.instrument, one.attempt_id)
    items, answered = lent(agreement)
    invitation_id = path.invitation.id
    if plan.missing:
        asked = reusing.counts(session, invitation_id)[0] - items
        reusing.note_counts(session, invitation_id, asked, 0)
        return
    session.execute(
        update(Sitting)
        .where(Sitting.id == sitting.id)
        .values(consented_at=now, submitted_at=now, notice_version=REUSE_NOTICE)
    )
    reusing.note_counts(session, invitation_id, items, answered)
    campaigns.note_submitted(session, sitting.id, now)
