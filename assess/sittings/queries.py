"""Read a candidate's way through a battery, and the scores of those who finished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from assess.accounts import queries as accounts
from assess.campaigns import queries as campaigns
from assess.campaigns.merged_invitations import counting
from assess.campaigns.models import Invitation
from assess.campaigns.queries import InvitationView
from assess.candidates.models import Candidate
from assess.db.scope import narrow
from assess.sittings.answer_log import AnswerLog, KeptAnswer
from assess.sittings.clock import Clock
from assess.sittings.comfort import PLAIN, Comfort
from assess.sittings.faults import LinkShut, ShutReason
from assess.sittings.models import (
    Answer,
    Attempt,
    Score,
    Sitting,
    SittingClock,
    SittingComfort,
    SittingTime,
)
from assess.sittings.timing import Observed
from assess.web.links import LinkClaim

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

#: Dates carry no zone: a campaign opens when its first day begins anywhere.
EARLIEST_ZONE = timedelta(hours=14)
MOST_OBSERVED = 1000


@dataclass(frozen=True)
class AttemptView:
    """One instrument form of a sitting."""

    id: int
    instrument: str
    digest: str


@dataclass(frozen=True)
class SittingView:
    """How far a person is; ``attempts`` are those they are asked, not what is used from before."""

    id: int
    started_at: datetime
    consented_at: datetime | None
    practised_at: datetime | None
    position: int
    submitted_at: datetime | None
    moves: int
    language: str
    attempts: tuple[AttemptView, ...]
    seed: int
    device: str | None
    comfort: Comfort
    clock: Clock


@dataclass(frozen=True)
class PathView:
    """What a link leads to: who invites whom, for what, until when, and the sitting if begun."""

    organisation: str
    invitation: InvitationView
    sitting: SittingView | None

    @property
    def language(self) -> str:
        """The language of the pages: the sitting's, before it the one the person is invited in."""
        return self.invitation.language if self.sitting is None else self.sitting.language

    def must_be_open(self, now: datetime) -> None:
        """Raise LinkShut before the campaign's first day, after its last, and after withdrawing."""
        if self.invitation.withdrawn_by is not None:
            raise LinkShut(ShutReason.TAKEN_BACK)
        if self.invitation.withdrawn_at is not None:
            raise LinkShut(ShutReason.WITHDRAWN)
        first = datetime.combine(self.invitation.opens_on, time(), UTC)
        if now + EARLIEST_ZONE < first:
            raise LinkShut(ShutReason.EARLY)
        if now >= self.invitation.expires:
            closed = self.invitation.closed_at is not None
            raise LinkShut(ShutReason.CLOSED if closed else ShutReason.ENDED)

    def must_hold(self, now: datetime) -> None:
        """Raise LinkShut when the link itself has ended, or who sent it has taken it back."""
        if self.invitation.withdrawn_by is not None:
            raise LinkShut(ShutReason.TAKEN_BACK)
        if now >= self.invitation.expires:
            closed = self.invitation.closed_at is not None
            raise LinkShut(ShutReason.CLOSED if closed else ShutReason.EXPIRED)


@dataclass(frozen=True)
class ScoreView:
    """The scores of one attempt: arrays (S,) in the order of ``scales``, NaN where not scored."""

    instrument: str
    scales: tuple[str, ...]
    mean: FloatArray
    error: FloatArray
    raw: FloatArray
    answered: IntArray
    flags: tuple[str, ...]
    instrument_digest: str
    engine_version: str


FinishedPerson = tuple[int, int, str, str, dict[str, ScoreView]]


def by_link(session: Session, claim: LinkClaim, *, lock: bool = False) -> PathView:
    """Find what ``claim`` leads to and go on inside its organisation.

    ``session`` is open over all organisations. With ``lock`` nobody else changes this path
    until the transaction ends. Raises LinkShut for a link that is not ours or was taken back.
    """
    chosen = select(Invitation.organisation_id, Invitation.generation).where(
        Invitation.id == claim.id
    )
    row = session.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    if row is None:
        raise LinkShut(ShutReason.UNKNOWN)
    organisation_id, generation = row
    if generation != claim.generation:
        raise LinkShut(ShutReason.REVOKED)
    narrow(session, organisation_id)
    invitation = campaigns.invitation(session, counting(session, claim.id, lock=lock))
    return PathView(
        organisation=accounts.organisation_name(session, organisation_id),
        invitation=invitation,
        sitting=_sitting(session, invitation, lock=lock),
    )


def observed_times(session: Session, battery: str) -> Sequence[Observed]:
    """Give how long the organisation's newest MOST_OBSERVED finished sittings of a battery took."""
    rows = session.execute(
        select(SittingTime.seconds, SittingTime.device, SittingTime.slower)
        .where(SittingTime.battery == battery)
        .order_by(SittingTime.id.desc())
        .limit(MOST_OBSERVED)
    )
    return [Observed(*row) for row in rows]


def answer_log(session: Session, sitting: SittingView) -> AnswerLog:
    """Give every answer of a sitting that was ever kept, oldest first."""
    columns = (
        Answer.id, Answer.attempt_id, Answer.item, Answer.value, Answer.client_sequence,
        Answer.idempotency_key, Answer.answered_at, Answer.waited, Answer.counts,
        Answer.language,
    )  # fmt: skip
    rows = session.execute(select(*columns).where(_of(sitting)).order_by(Answer.id))
    return AnswerLog.of(
        KeptAnswer(
            number, attempt, item, value, sequence, key, at, _milliseconds(waited), counts, tongue
        )
        for number, attempt, item, value, sequence, key, at, waited, counts, tongue in rows
    )


def heaviest_drivers(session: Session, path: PathView, most: int) -> tuple[str, ...]:
    """Give the codes of the campaign's call drivers with the largest load, largest first."""
    campaign = campaigns.campaign(session, path.invitation.campaign_id)
    order = np.argsort(-campaign.load_share, kind="stable")[:most]
    return tuple(campaign.drivers[place].code for place in order.tolist())


def last_answer(session: Session, sitting: SittingView) -> int:
    """Give the number of the newest row of a sitting's log; 0 when there is none."""
    return session.scalar(select(func.max(Answer.id)).where(_of(sitting))) or 0


def _of(sitting: SittingView) -> ColumnElement[bool]:
    return Answer.attempt_id.in_([attempt.id for attempt in sitting.attempts])


def _milliseconds(count: int) -> timedelta:
    return timedelta(milliseconds=count)


def finished_scores(session: Session, campaign_id: int) -> list[FinishedPerson]:
    """Give everybody who has submitted in a campaign and not withdrawn since, as invited.

    Each as (candidate id, invitation id, code, name, scores by instrument); two statements,
    however many people.
    """
    people = session.execute(
        select(Candidate.id, Invitation.id, Candidate.code, Candidate.name, Invitation.sitting_id)
        .join(Invitation, Invitation.candidate_id == Candidate.id)
        .where(campaigns.finished(campaign_id))
        .order_by(Invitation.id)
    ).all()
    rows = session.execute(
        select(
            Score.sitting_id,
            Score.instrument,
            Score.scales,
            Score.flags,
            Score.instrument_digest,
            Score.engine_version,
        )
        .join(Invitation, Invitation.sitting_id == Score.sitting_id)
        .where(campaigns.finished(campaign_id))
    )
    scores: dict[int | None, dict[str, ScoreView]] = {}
    for sitting_id, instrument, scales, flags, digest, engine in rows:
        view = _score_view(instrument, scales, flags, digest, engine)
        scores.setdefault(sitting_id, {})[instrument] = view
    return [
        (candidate_id, invitation_id, code, name, scores.get(sitting_id, {}))
        for candidate_id, invitation_id, code, name, sitting_id in people
    ]


def scores_of(session: Session, sitting_id: int) -> dict[str, ScoreView]:
    """Give the scores of one sitting by instrument; nothing before it is submitted."""
    rows = session.scalars(select(Score).where(Score.sitting_id == sitting_id))
    return {
        row.instrument: _score_view(
            row.instrument, row.scales, row.flags, row.instrument_digest, row.engine_version
        )
        for row in rows
    }


def _sitting(session: Session, invitation: InvitationView, *, lock: bool) -> SittingView | None:
    if invitation.sitting_id is None:
        return None
    chosen = (
        select(Sitting, SittingComfort, SittingClock)
        .outerjoin(SittingComfort, SittingComfort.sitting_id == Sitting.id)
        .outerjoin(SittingClock, SittingClock.sitting_id == Sitting.id)
        .where(Sitting.id == invitation.sitting_id)
    )
    row, liked, clock = session.execute(
        chosen.with_for_update(of=Sitting) if lock else chosen
    ).one()
    attempts = session.execute(
        select(Attempt.id, Attempt.instrument, Attempt.instrument_digest)
        .where(Attempt.sitting_id == row.id, Attempt.given_in.is_(None))
        .order_by(Attempt.ordinal)
    )
    comfort = _comfort(liked)
    return SittingView(
        id=row.id,
        started_at=row.started_at,
        consented_at=row.consented_at,
        practised_at=row.practised_at,
        position=row.position,
        submitted_at=row.submitted_at,
        moves=row.moves,
        language=row.language,
        attempts=tuple(AttemptView(*attempt) for attempt in attempts),
        seed=row.seed,
        device=row.device,
        comfort=comfort,
        clock=_clock(clock, _limit(invitation, comfort)),
    )


def _comfort(row: SittingComfort | None) -> Comfort:
    if row is None:
        return PLAIN
    return Comfort(**{one.name: getattr(row, one.name) for one in fields(Comfort)})


def _limit(invitation: InvitationView, comfort: Comfort) -> timedelta | None:
    """Give the time allowed to this person; None where nothing is limited."""
    if invitation.time_limit_minutes is None or comfort.time_factor is None:
        return None
    return timedelta(minutes=invitation.time_limit_minutes) * comfort.time_factor


def _clock(row: SittingClock | None, limit: timedelta | None) -> Clock:
    if row is None:
        return Clock(limit)
    return Clock(limit, _milliseconds(row.used), row.since, row.extensions)


def _score_view(
    instrument: str,
    scales: Mapping[str, Any],
    flags: Mapping[str, Any],
    instrument_digest: str,
    engine_version: str,
) -> ScoreView:
    # NumPy reads None as NaN: a missing score stays missing.
    return ScoreView(
        instrument=instrument,
        scales=tuple(scales["names"]),
        mean=np.array(scales["mean"], dtype=np.float64),
        error=np.array(scales["error"], dtype=np.float64),
        raw=np.array(scales["raw"], dtype=np.float64),
        answered=np.array(scales["answered"], dtype=np.int64),
        flags=tuple(flags["flags"]),
        instrument_digest=instrument_digest,
        engine_version=engine_version,
    )
