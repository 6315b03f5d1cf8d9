"""A candidate's acts: open the link, agree, practise, answer, submit.

Each takes the claim of the candidate's link (or of the cookie it was traded for), looks the
invitation up again and compares its generation: a link taken back opens nothing, at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.campaigns import service as campaigns
from assess.db.scope import Across, Sessions, across
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.settings import Settings
from assess.sittings import queries
from assess.sittings.battery import same_instruments
from assess.sittings.faults import LinkShut, ShutReason, UnusableAnswer
from assess.sittings.models import Answer, Attempt, Score, Sitting
from assess.sittings.queries import CurrentAnswer, PathView, SittingView
from assess.sittings.scores import score_attempt
from assess.sittings.screens import lay_out, screen_of
from assess.web import links
from assess.web.links import LinkClaim

#: The wording of the notice; a changed word is a new version.
NOTICE_VERSION: Final = "2026-01"
COOKIE_PURPOSE: Final = "take"
FORM_PURPOSE: Final = "take-form"
MOST_ANSWERS: Final = 500
LONGEST_KEY: Final = 80
LARGEST_SEQUENCE: Final = 2**31 - 1


@dataclass(frozen=True)
class GivenAnswer:
    """One choice as it arrives; ``value`` None declines the item.

    ``key`` is the sender's own for this one act of choosing: sent again, it is the same act.
    A plain form has none; what it repeats unchanged is not a new act.
    """

    item: str
    value: int | None
    sequence: int = 0
    key: str | None = None


@dataclass(frozen=True)
class Saved:
    """What is kept now: when, how many rows are new, how many items are dealt with."""

    at: datetime
    added: int
    answered: int


@dataclass(frozen=True)
class Standing:
    """Where a person is: the path, and the answer that counts of every item dealt with."""

    path: PathView
    answers: Mapping[str, CurrentAnswer]


@dataclass(frozen=True)
class Opened:
    """An invitation whose link was opened; ``ends`` is when nothing can be answered any more."""

    claim: LinkClaim
    ends: datetime

    def cookie(self, settings: Settings) -> str:
        """Sign what the browser keeps in place of the link."""
        claim = self.claim
        return links.token(settings, COOKIE_PURPOSE, claim.id, claim.generation, self.ends)


def read_link(settings: Settings, token: str, *, now: datetime) -> LinkClaim:
    """Read an invitation's token; LinkShut when it is not ours or its time is over."""
    return _claim(settings, campaigns.LINK_PURPOSE, token, now)


def read_cookie(settings: Settings, token: str | None, *, now: datetime) -> LinkClaim:
    """Read what the link was traded for; LinkShut when there is nothing, or its time is over."""
    if not token:
        raise LinkShut(ShutReason.NO_LINK)
    return _claim(settings, COOKIE_PURPOSE, token, now)


def look(sessions: Sessions, claim: LinkClaim) -> Standing:
    """Read where the person is and change nothing; LinkShut when the link does not hold."""
    with across(sessions, Across.LINK) as session:
        path = queries.by_link(session, claim)
        answers = queries.current_answers(session, path.sitting) if path.sitting else {}
        return Standing(path, answers)


def open_link(
    sessions: Sessions, settings: Settings, catalogue: Catalogue, token: str, *, now: datetime
) -> Opened:
    """Trade an invitation's token for what its cookie holds; the first time, begin the sitting.

    Raises LinkShut for a link that is not ours, was taken back or is out of time, Conflict when
    the questionnaires are not those of the campaign any more.
    """
    claim = read_link(settings, token, now=now)
    with _on_path(sessions, claim) as (session, path):
        if path.sitting is None:
            path.must_be_open(now)
            _begin(session, path, catalogue, now)
        return Opened(claim, path.invitation.expires)


def agree(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> None:
    """Keep the moment at which the notice of NOTICE_VERSION was agreed to; the first one stays."""
    with _on_path(sessions, claim) as (session, path):
        sitting = _begun(path)
        if sitting.consented_at is not None:
            return
        path.must_be_open(now)
        session.execute(
            update(Sitting)
            .where(Sitting.id == sitting.id)
            .values(consented_at=now, notice_version=NOTICE_VERSION)
        )
        audit.record(
            session, _actor(path), "notice agreed", "sitting", sitting.id,
            now=now, notice=NOTICE_VERSION,
        )  # fmt: skip


def note_practised(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> None:
    """Keep the moment of the first practice; what was chosen in it is not kept."""
    with _on_path(sessions, claim) as (session, path):
        sitting = _agreed(path)
        if sitting.practised_at is None:
            session.execute(
                update(Sitting).where(Sitting.id == sitting.id).values(practised_at=now)
            )


def save_answers(
    sessions: Sessions,
    catalogue: Catalogue,
    claim: LinkClaim,
    answers: Sequence[GivenAnswer],
    *,
    position: int | None = None,
    now: datetime,
) -> Saved:
    """Append ``answers`` in their order; when this returns they are committed.

    An answer under a key that was kept before adds no row and counts as saved; so does one
    without a key that is the item's current answer. ``position`` is the screen to resume at, by
    default that of the last answer.
    Nothing is kept when one of them is at fault: raises UnusableAnswer for an item that is not
    in this sitting or a value that is not on its scale, Conflict for a key used twice for
    different answers, Refused after submit or before consent, LinkShut when the link does not
    hold.
    """
    if len(answers) > MOST_ANSWERS:
        raise Invalid(f"answers: send at most {MOST_ANSWERS} at once")
    with _on_path(sessions, claim) as (session, path):
        path.must_be_open(now)
        sitting = _answerable(path)
        battery = same_instruments(catalogue, parts_of(sitting))
        homes = _homes(sitting, battery)
        for answer in answers:
            _check(answer, homes)
        current = queries.current_answers(session, sitting)
        rows = _new_rows(session, path, sitting, answers, homes, current, now)
        if rows:
            session.execute(insert(Answer), rows)
            campaigns.note_answered(session, sitting.id, len(current), now)
        place = screen_of(lay_out(battery), answers[-1].item) if answers else sitting.position
        _move(session, sitting, place if position is None else position)
        return Saved(now, len(rows), len(current))


def submit(sessions: Sessions, catalogue: Catalogue, claim: LinkClaim, *, now: datetime) -> None:
    """Score every attempt and close the sitting, in one transaction; twice is the same as once.

    Raises Refused before consent, LinkShut when the link does not hold, Conflict when an
    instrument has changed.
    """
    with _on_path(sessions, claim) as (session, path):
        sitting = _agreed(path)
        if sitting.submitted_at is not None:
            return
        path.must_be_open(now)
        battery = same_instruments(catalogue, parts_of(sitting))
        moment = max(now, sitting.started_at)
        _score(session, path, sitting, battery, moment)
        session.execute(update(Sitting).where(Sitting.id == sitting.id).values(submitted_at=moment))
        campaigns.note_submitted(session, sitting.id, moment)


@contextmanager
def _on_path(sessions: Sessions, claim: LinkClaim) -> Iterator[tuple[Session, PathView]]:
    """One transaction on one candidate's path; acts on the same path wait for one another."""
    with across(sessions, Across.LINK, write=True) as session:
        yield session, queries.by_link(session, claim, lock=True)


def _claim(settings: Settings, purpose: str, token: str, now: datetime) -> LinkClaim:
    try:
        return links.claim(settings, purpose, token, now=now)
    except NotFound:
        raise LinkShut(ShutReason.UNKNOWN) from None
    except Refused:
        raise LinkShut(ShutReason.EXPIRED) from None


def _actor(path: PathView) -> Actor:
    return Actor(path.invitation.organisation_id, "link", path.invitation.id)


def _begin(session: Session, path: PathView, catalogue: Catalogue, now: datetime) -> None:
    invitation = path.invitation
    battery = same_instruments(catalogue, [(p.key, p.digest) for p in invitation.battery])
    sitting = Sitting(
        candidate_id=invitation.candidate_id, started_at=now, notice_version=NOTICE_VERSION
    )
    session.add(sitting)
    session.flush()
    session.add_all(
        Attempt(
            sitting_id=sitting.id,
            ordinal=ordinal,
            instrument=instrument.key,
            instrument_digest=instrument.digest,
            language=instrument.language,
        )
        for ordinal, instrument in enumerate(battery, 1)
    )
    session.flush()
    items = sum(len(instrument.items) for instrument in battery)
    campaigns.note_started(session, invitation.id, sitting.id, items, now)
    audit.record(
        session, _actor(path), "sitting begun", "sitting", sitting.id,
        now=now, invitation_id=invitation.id,
    )  # fmt: skip


def _begun(path: PathView) -> SittingView:
    if path.sitting is None:
        raise Refused("Open the link of your invitation first.")
    return path.sitting


def _agreed(path: PathView) -> SittingView:
    sitting = _begun(path)
    if sitting.consented_at is None:
        raise Refused("Read the notice and agree to it first.")
    return sitting


def _answerable(path: PathView) -> SittingView:
    sitting = _agreed(path)
    if sitting.submitted_at is not None:
        raise Refused("Your answers are handed in; they cannot be changed any more.")
    return sitting


def parts_of(sitting: SittingView) -> list[tuple[str, str]]:
    """Give (instrument, digest) of a sitting's attempts, in order."""
    return [(attempt.instrument, attempt.digest) for attempt in sitting.attempts]


def _homes(
    sitting: SittingView, battery: Sequence[Instrument]
) -> dict[str, tuple[int, Instrument]]:
    """Give the attempt and the instrument of every item of the sitting."""
    return {
        item: (attempt.id, instrument)
        for attempt, instrument in zip(sitting.attempts, battery, strict=True)
        for item in instrument.item_ids
    }


def _check(answer: GivenAnswer, homes: Mapping[str, tuple[int, Instrument]]) -> None:
    if answer.item not in homes:
        raise UnusableAnswer(answer.item[:60], "is not a question of this assessment")
    _attempt, instrument = homes[answer.item]
    low, high = instrument.low, instrument.high
    if answer.value is not None and not low <= answer.value <= high:
        raise UnusableAnswer(answer.item, f"{answer.value} is not from {low} to {high}")
    if answer.key is not None and not 0 < len(answer.key) <= LONGEST_KEY:
        raise UnusableAnswer(answer.item, f"its key must have 1 to {LONGEST_KEY} characters")
    if not 0 <= answer.sequence <= LARGEST_SEQUENCE:
        raise UnusableAnswer(answer.item, f"its sequence must be from 0 to {LARGEST_SEQUENCE}")


def _new_rows(
    session: Session,
    path: PathView,
    sitting: SittingView,
    answers: Sequence[GivenAnswer],
    homes: Mapping[str, tuple[int, Instrument]],
    current: dict[str, CurrentAnswer],
    now: datetime,
) -> list[dict[str, object]]:
    """Give a row for each answer that changes something, and bring ``current`` up to it."""
    keys = [answer.key for answer in answers if answer.key is not None]
    known = queries.known_keys(session, sitting, keys)
    rows: list[dict[str, object]] = []
    for answer in answers:
        attempt_id, _instrument = homes[answer.item]
        if _is_kept(answer, attempt_id, current, known):
            continue
        key = answer.key or f"form-{uuid4().hex}"
        known[attempt_id, key] = answer.item, answer.value
        current[answer.item] = CurrentAnswer(answer.value, now, answer.sequence)
        rows.append(
            {
                "organisation_id": path.invitation.organisation_id,
                "attempt_id": attempt_id,
                "item": answer.item,
                "value": answer.value,
                "client_sequence": answer.sequence,
                "idempotency_key": key,
                "answered_at": now,
            }
        )
    return rows


def _is_kept(
    answer: GivenAnswer,
    attempt_id: int,
    current: Mapping[str, CurrentAnswer],
    known: Mapping[tuple[int, str], tuple[str, int | None]],
) -> bool:
    """Say whether this act of choosing is in the log already."""
    if answer.key is None:
        return answer.item in current and current[answer.item].value == answer.value
    # An equal value under a new key is kept all the same: were its key forgotten, a copy of the
    # request that comes late could undo a later choice.
    before = known.get((attempt_id, answer.key))
    if before is not None and before != (answer.item, answer.value):
        raise Conflict(f"{answer.item}: its key was used before, for another answer.")
    return before is not None


def _move(session: Session, sitting: SittingView, position: int) -> None:
    if position != sitting.position:
        session.execute(update(Sitting).where(Sitting.id == sitting.id).values(position=position))


def _score(
    session: Session,
    path: PathView,
    sitting: SittingView,
    battery: Sequence[Instrument],
    now: datetime,
) -> None:
    current = queries.current_answers(session, sitting)
    for attempt, instrument in zip(sitting.attempts, battery, strict=True):
        answers = {item: current[item].value for item in instrument.item_ids if item in current}
        row = score_attempt(instrument, answers, now=now)
        session.add(Score(attempt_id=attempt.id, sitting_id=sitting.id, **row))
    audit.record(
        session, _actor(path), "sitting submitted", "sitting", sitting.id, now=now,
        answered=sum(answer.value is not None for answer in current.values()),
        instruments=[instrument.digest for instrument in battery],
    )  # fmt: skip
