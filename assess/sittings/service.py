"""A candidate's acts: open the link, agree, practise, answer, submit.

Each takes the claim of the candidate's link (or of the cookie it was traded for), looks the
invitation up again and compares its generation: a link taken back opens nothing, at once.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.campaigns import another_way
from assess.campaigns import service as campaigns
from assess.campaigns.another_way import WayView
from assess.db.scope import Across, Sessions, across, reading
from assess.errors import Invalid, NotFound, Refused
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.settings import Settings
from assess.sittings import queries, reuse_queries
from assess.sittings.answer_log import AnswerLog, KeptAnswer
from assess.sittings.battery import same_instruments
from assess.sittings.faults import LinkShut, ShutReason
from assess.sittings.language import shown_in
from assess.sittings.lending import count_lent
from assess.sittings.models import Attempt, Score, Sitting, SittingTime
from assess.sittings.notices import ENGLISH, NOTICE_VERSION, Notice, note_notice
from assess.sittings.path import actor_of, agreed, begun, on_path, parts_of
from assess.sittings.queries import PathView, SittingView
from assess.sittings.reuse_queries import AgreementView
from assess.sittings.saving import GivenAnswer, Saved, save_answers
from assess.sittings.scores import score_attempt
from assess.sittings.timing import active_time, battery_name
from assess.web import links
from assess.web.languages import DEFAULT, LANGUAGES, known
from assess.web.links import LinkClaim

__all__ = [
    "GivenAnswer",
    "Notice",
    "Opened",
    "Saved",
    "Standing",
    "agree",
    "asked_ways",
    "battery_of",
    "begin_anew",
    "choose_language",
    "heaviest_drivers",
    "look",
    "note_notice_shown",
    "note_practised",
    "open_link",
    "read_cookie",
    "read_link",
    "save_answers",
    "submit",
]

#: How many call drivers the notice tells of.
DRIVERS_TOLD: Final = 3
COOKIE_PURPOSE: Final = "take"
FORM_PURPOSE: Final = "take-form"
#: So long a browser shows the last page, as its own pages; the mailed link opens them again.
OPEN_AFTER_SUBMIT: Final = timedelta(hours=12)
#: A link in a mail follows its campaign's last day for so long.
MOVED_AT_MOST: Final = timedelta(days=366)


@dataclass(frozen=True)
class Standing:
    """Where a person is: the path, and what was answered on it so far."""

    path: PathView
    log: AnswerLog

    @property
    def answers(self) -> Mapping[str, KeptAnswer]:
        """The answer that counts of every item dealt with."""
        return self.log.current


@dataclass(frozen=True)
class Opened:
    """An invitation whose link was opened; ``ends`` is when the browser is shut out again.

    That is when nothing can be answered any more, and soon once everything is handed in: the
    pages then lead to feedback and data, and the device may be a shared one.
    """

    claim: LinkClaim
    ends: datetime

    @classmethod
    def of(cls, path: PathView, claim: LinkClaim, now: datetime) -> "Opened":
        """Open a path to the browser that shows ``claim``."""
        ends = path.invitation.expires
        is_done = path.sitting is not None and path.sitting.submitted_at is not None
        return cls(claim, min(ends, now + OPEN_AFTER_SUBMIT) if is_done else ends)

    def cookie(self, settings: Settings) -> str:
        """Sign what the browser keeps in place of the link."""
        claim = self.claim
        return links.token(settings, COOKIE_PURPOSE, claim.id, claim.generation, self.ends)


def read_link(settings: Settings, token: str, *, now: datetime) -> LinkClaim:
    """Read an invitation's token; LinkShut when it is not ours or its time is long over.

    The last day may have been moved since it was signed: `PathView.must_hold` knows the one of
    now.
    """
    return _claim(settings, campaigns.LINK_PURPOSE, token, now, late=MOVED_AT_MOST)


def read_cookie(settings: Settings, token: str | None, *, now: datetime) -> LinkClaim:
    """Read what the link was traded for; LinkShut when there is nothing, or its time is over."""
    if not token:
        raise LinkShut(ShutReason.NO_LINK)
    return _claim(settings, COOKIE_PURPOSE, token, now)


def look(sessions: Sessions, claim: LinkClaim) -> Standing:
    """Read where the person is and change nothing; LinkShut when the link does not hold."""
    with across(sessions, Across.LINK) as session:
        path = queries.by_link(session, claim)
        log = queries.answer_log(session, path.sitting) if path.sitting else AnswerLog(())
        return Standing(path, log)


def draw_seed() -> int:
    """Draw the order in which one person meets the items."""
    return 1 + secrets.randbelow(2**31 - 1)


def asked_ways(sessions: Sessions, standing: Standing) -> Sequence[WayView]:
    """Give the person's own questions for another way, oldest first."""
    invitation = standing.path.invitation
    with reading(sessions, invitation.organisation_id) as session:
        return another_way.of_invitation(session, invitation.id)


def reuse_here(sessions: Sessions, standing: Standing) -> AgreementView | None:
    """Give the person's agreement that answers given before are used for this invitation."""
    invitation = standing.path.invitation
    with reading(sessions, invitation.organisation_id) as session:
        return reuse_queries.agreement(session, invitation.id)


def battery_of(
    sessions: Sessions, catalogue: Catalogue, standing: Standing
) -> tuple[Instrument, ...]:
    """Give the instruments of where the person is: of the sitting, or those it would begin with.

    Raises Conflict when one of them cannot be had as it was.
    """
    path = standing.path
    parts = parts_of(path.sitting) if path.sitting else path.invitation.parts
    with reading(sessions, path.invitation.organisation_id) as session:
        return same_instruments(session, catalogue, parts)


def open_link(
    sessions: Sessions,
    settings: Settings,
    catalogue: Catalogue,
    token: str,
    *,
    language: str | None = None,
    device: str | None = None,
    seed: int | None = None,
    now: datetime,
) -> Opened:
    """Trade an invitation's token for what its cookie holds; the first time, begin the sitting.

    Not for somebody who has answered the same questions before: they are asked first what they
    want (`reuse_service`). It begins in ``language``, by default in the one the person is invited
    in. ``device`` is phone or larger; ``seed`` sets the order of the items, drawn when None.
    Raises LinkShut for a link that is not ours, was taken back or is out of time, Conflict when
    the questionnaires are not those of the campaign any more.
    """
    claim = read_link(settings, token, now=now)
    with on_path(sessions, claim) as (session, path):
        path.must_hold(now)
        if path.sitting is None:
            path.must_be_open(now)
            if reuse_queries.plan_of(session, path.invitation, now.date()).is_plain:
                beginning = new_sitting(path, now, language=language, device=device, seed=seed)
                begin_sitting(session, path, catalogue, beginning, now)
        return Opened.of(path, claim, now)


def begin_anew(
    sessions: Sessions,
    catalogue: Catalogue,
    claim: LinkClaim,
    *,
    language: str | None = None,
    device: str | None = None,
    now: datetime,
) -> None:
    """Begin to answer everything, also what was answered before; begun already, nothing happens.

    Raises Refused where the retest rule says to wait, LinkShut when the link does not hold.
    """
    with on_path(sessions, claim) as (session, path):
        if path.sitting is not None:
            return
        path.must_be_open(now)
        day = reuse_queries.plan_of(session, path.invitation, now.date()).again_on
        if day is not None:
            raise Refused(f"These questions can be answered again from {day}.")
        beginning = new_sitting(path, now, language=language, device=device)
        begin_sitting(session, path, catalogue, beginning, now)


def new_sitting(
    path: PathView,
    now: datetime,
    *,
    language: str | None = None,
    device: str | None = None,
    seed: int | None = None,
) -> Sitting:
    """Give the row of a sitting that begins now."""
    return Sitting(
        candidate_id=path.invitation.candidate_id,
        started_at=now,
        notice_version=NOTICE_VERSION,
        language=known(language) or known(path.language) or DEFAULT,
        seed=draw_seed() if seed is None else seed,
        device=device,
    )


def note_notice_shown(
    sessions: Sessions, claim: LinkClaim, notice: Notice, *, now: datetime
) -> None:
    """Keep that the person goes to ``notice`` now; the first moment stays."""
    with on_path(sessions, claim) as (session, path):
        note_notice(session, begun(path).id, notice, now)


def choose_language(sessions: Sessions, claim: LinkClaim, language: str, *, now: datetime) -> None:
    """Show everything from now on in ``language``; what was answered stays as it is.

    Raises Invalid for a language that is none of ours, LinkShut when the link does not hold.
    """
    if known(language) is None:
        raise Invalid(f"language: must be one of {', '.join(LANGUAGES)}")
    with on_path(sessions, claim) as (session, path):
        sitting = begun(path)
        if sitting.submitted_at is None:
            path.must_be_open(now)
        session.execute(update(Sitting).where(Sitting.id == sitting.id).values(language=language))


def heaviest_drivers(sessions: Sessions, standing: Standing) -> tuple[str, ...]:
    """Give the codes of the few call drivers that will weigh most in the job, largest first."""
    path = standing.path
    with reading(sessions, path.invitation.organisation_id) as session:
        return queries.heaviest_drivers(session, path, DRIVERS_TOLD)


def agree(sessions: Sessions, claim: LinkClaim, notice: Notice = ENGLISH, *, now: datetime) -> None:
    """Keep the moment at which ``notice`` was agreed to; the first one stays."""
    with on_path(sessions, claim) as (session, path):
        sitting = begun(path)
        if sitting.consented_at is not None:
            return
        path.must_be_open(now)
        session.execute(
            update(Sitting)
            .where(Sitting.id == sitting.id)
            .values(consented_at=now, notice_version=notice.version)
        )
        note_notice(session, sitting.id, notice, now, agreed=True)
        audit.record(
            session, actor_of(path), "notice agreed", "sitting", sitting.id,
            now=now, notice=notice.version, language=notice.language,
        )  # fmt: skip


def note_practised(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> None:
    """Keep the moment of the first practice; what was chosen in it is not kept."""
    with on_path(sessions, claim) as (session, path):
        sitting = agreed(path)
        if sitting.practised_at is None:
            session.execute(
                update(Sitting).where(Sitting.id == sitting.id).values(practised_at=now)
            )


def submit(sessions: Sessions, catalogue: Catalogue, claim: LinkClaim, *, now: datetime) -> None:
    """Score every attempt and close the sitting, in one transaction; twice is the same as once.

    Raises Refused before consent, LinkShut when the link does not hold, Conflict when an
    instrument has changed.
    """
    with on_path(sessions, claim) as (session, path):
        sitting = agreed(path)
        if sitting.submitted_at is not None:
            return
        path.must_be_open(now)
        battery = same_instruments(session, catalogue, parts_of(sitting))
        moment = max(now, sitting.started_at)
        _score(session, path, sitting, battery, moment)
        session.execute(update(Sitting).where(Sitting.id == sitting.id).values(submitted_at=moment))
        count_lent(session, path.invitation.id)
        campaigns.note_submitted(session, sitting.id, moment)


def _claim(
    settings: Settings,
    purpose: str,
    token: str,
    now: datetime,
    *,
    late: timedelta = timedelta(0),
) -> LinkClaim:
    try:
        return links.claim(settings, purpose, token, now=now, late=late)
    except NotFound:
        raise LinkShut(ShutReason.UNKNOWN) from None
    except Refused:
        raise LinkShut(ShutReason.EXPIRED) from None


def begin_sitting(
    session: Session, path: PathView, catalogue: Catalogue, sitting: Sitting, now: datetime
) -> None:
    """Begin a sitting with an attempt at each questionnaire of the campaign."""
    invitation = path.invitation
    battery = same_instruments(session, catalogue, invitation.parts)
    session.add(sitting)
    session.flush()
    session.add_all(_attempts(sitting, battery))
    session.flush()
    items = sum(len(instrument.items) for instrument in battery)
    campaigns.note_started(session, invitation.id, sitting.id, items, now)
    audit.record(
        session, actor_of(path), "sitting begun", "sitting", sitting.id,
        now=now, invitation_id=invitation.id,
    )  # fmt: skip


def _attempts(sitting: Sitting, battery: Sequence[Instrument]) -> list[Attempt]:
    return [
        Attempt(
            sitting_id=sitting.id,
            ordinal=ordinal,
            instrument=instrument.key,
            instrument_digest=instrument.digest,
            language=shown_in(instrument, sitting.language),
        )
        for ordinal, instrument in enumerate(battery, 1)
    ]


def _score(
    session: Session,
    path: PathView,
    sitting: SittingView,
    battery: Sequence[Instrument],
    now: datetime,
) -> None:
    log = queries.answer_log(session, sitting)
    current = log.current
    for attempt, instrument in zip(sitting.attempts, battery, strict=True):
        answers = {item: current[item].value for item in instrument.item_ids if item in current}
        row = score_attempt(instrument, answers, now=now)
        session.add(Score(attempt_id=attempt.id, sitting_id=sitting.id, **row))
    # Apart from the scores: how long it took tells the next people what to expect.
    session.add(_time_needed(sitting, log, now))
    audit.record(
        session, actor_of(path), "sitting submitted", "sitting", sitting.id, now=now,
        answered=sum(answer.value is not None for answer in current.values()),
        instruments=[instrument.digest for instrument in battery],
    )  # fmt: skip


def _time_needed(sitting: SittingView, log: AnswerLog, now: datetime) -> SittingTime:
    acts = [sitting.consented_at, sitting.practised_at, *(row.given_at for row in log.rows), now]
    needed = active_time(moment for moment in acts if moment is not None)
    return SittingTime(
        sitting_id=sitting.id,
        battery=battery_name(attempt.digest for attempt in sitting.attempts),
        device=sitting.device,
        slower=sitting.comfort.slower,
        seconds=round(needed.total_seconds()),
    )
