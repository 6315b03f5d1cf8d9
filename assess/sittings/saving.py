"""Keep answers: appended, committed when acknowledged, once for each act of choosing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from assess.campaigns import service as campaigns
from assess.db.scope import Sessions
from assess.errors import Conflict, Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import MARKS, Instrument
from assess.sittings import queries
from assess.sittings.answer_log import AnswerLog, KeptAnswer
from assess.sittings.battery import same_instruments
from assess.sittings.faults import SameStatement, UnusableAnswer
from assess.sittings.language import shown_in
from assess.sittings.models import Answer, Sitting
from assess.sittings.pacing import note_act
from assess.sittings.path import answerable, on_path, parts_of, screens_of
from assess.sittings.queries import SittingView
from assess.sittings.screens import screen_of
from assess.web.links import LinkClaim

MOST_ANSWERS: Final = 500
LONGEST_KEY: Final = 80
LARGEST_SEQUENCE: Final = 2**31 - 1
LONGEST_WAIT: Final = LARGEST_SEQUENCE  # milliseconds: 24 days

Homes = Mapping[str, tuple[int, Instrument]]


@dataclass(frozen=True)
class GivenAnswer:
    """One choice as it arrives; ``value`` None declines the item.

    ``language`` is the one the page was in, None for the sitting's; it may change meanwhile.
    ``key`` is the sender's own for this one act of choosing: sent again, it is the same act.
    A plain form has none; what it repeats unchanged is not a new act. ``waited`` are the
    milliseconds since the act, by the clock of the device that sends it.
    """

    item: str
    value: int | None
    sequence: int = 0
    key: str | None = None
    waited: int = 0
    language: str | None = None


@dataclass(frozen=True)
class Elsewhere:
    """An item that another tab or device answered meanwhile; ``value`` is what counts now."""

    item: str
    value: int | None


@dataclass(frozen=True)
class Saved:
    """What is kept now: when, how many rows are new, how many items are dealt with.

    ``last`` numbers the newest row of the log; the sender names it the next time.
    """

    at: datetime
    added: int
    answered: int
    last: int = 0
    elsewhere: tuple[Elsewhere, ...] = ()


def save_answers(
    sessions: Sessions,
    catalogue: Catalogue,
    claim: LinkClaim,
    answers: Sequence[GivenAnswer],
    *,
    after: int | None = None,
    position: int | None = None,
    now: datetime,
) -> Saved:
    """Append ``answers`` in their order; when this returns they are committed.

    An answer under a key that was kept before adds no row and counts as saved; so does one
    without a key that is the item's current answer, or that was it when row ``after`` of the log
    was the newest: its page showed it so. An answer given before another page's that has come
    already is kept, and does not count. ``after`` tells what the sender has seen: items answered
    since on another page are named. ``position`` is the screen to resume at, by default that of
    the last answer.
    Nothing is kept when one of them is at fault: raises UnusableAnswer for an item that is not
    in this sitting or a value that is not on its scale, SameStatement when a block would end with
    one statement both most and least, Conflict for a key used twice for
    different answers, Refused after submit or before consent, LinkShut when the link does not
    hold.
    """
    if len(answers) > MOST_ANSWERS:
        raise Invalid(f"answers: send at most {MOST_ANSWERS} at once")
    with on_path(sessions, claim) as (session, path):
        path.must_be_open(now)
        sitting = answerable(path)
        battery = same_instruments(session, catalogue, parts_of(sitting))
        homes = _homes(sitting, battery)
        for answer in answers:
            _check(answer, homes)
        adding = _Adding(queries.answer_log(session, sitting), homes, sitting, after, now)
        for answer in answers:
            adding.take(answer)
        _refuse_same_statement(adding, homes)
        _append(session, adding.new)
        if adding.new:
            campaigns.note_answered(session, sitting.id, len(adding.current), now)
        screens = screens_of(sitting, battery)
        place = screen_of(screens, answers[-1].item) if answers else sitting.position
        _move(session, sitting, place if position is None else position)
        note_act(session, sitting, now)
        last = queries.last_answer(session, sitting)
        return Saved(now, len(adding.new), len(adding.current), last, adding.elsewhere())


class _Adding:
    """What a batch adds to the log, one act after the other."""

    def __init__(
        self,
        log: AnswerLog,
        homes: Homes,
        sitting: SittingView,
        after: int | None,
        now: datetime,
    ) -> None:
        self._homes, self._sitting, self._now = homes, sitting, now
        self._after = log.last if after is None else after
        self._shown = log.as_of(self._after)
        self._known = dict(log.by_key)
        self._told: dict[str, None] = {}
        self.current = dict(log.current)
        self.new: list[KeptAnswer] = []

    def take(self, answer: GivenAnswer) -> None:
        """Add ``answer`` if it is a new act."""
        attempt_id, instrument = self._homes[answer.item]
        if self._is_kept(answer, attempt_id):
            return
        row = self._row(answer, attempt_id, instrument)
        before = self.current.get(answer.item)
        if before is not None and before.id > self._after and before.page != row.page:
            self._told[answer.item] = None
            row = replace(row, counts=row.given_at >= before.given_at)
        self._known[attempt_id, row.key] = row
        self.new.append(row)
        if row.counts:
            self.current[row.item] = row

    def elsewhere(self) -> tuple[Elsewhere, ...]:
        """Name the items that another page answered since the sender last heard."""
        return tuple(Elsewhere(item, self.current[item].value) for item in self._told)

    def _is_kept(self, answer: GivenAnswer, attempt_id: int) -> bool:
        """Say whether this act of choosing is in the log already."""
        if answer.key is None:
            seen = (self.current.get(answer.item), self._shown.get(answer.item))
            return any(row is not None and row.value == answer.value for row in seen)
        # An equal value under a new key is kept all the same: were its key forgotten, a copy of
        # the request that comes late could undo a later choice.
        before = self._known.get((attempt_id, answer.key))
        if before is not None and (before.item, before.value) != (answer.item, answer.value):
            raise Conflict(f"{answer.item}: its key was used before, for another answer.")
        return before is not None

    def _row(self, answer: GivenAnswer, attempt_id: int, instrument: Instrument) -> KeptAnswer:
        since_start = max(timedelta(), self._now - self._sitting.started_at)
        return KeptAnswer(
            id=self._after,
            attempt_id=attempt_id,
            item=answer.item,
            value=answer.value,
            sequence=answer.sequence,
            key=answer.key or f"form-{uuid4().hex}",
            answered_at=self._now,
            waited=min(timedelta(milliseconds=answer.waited), since_start),
            language=shown_in(instrument, answer.language or self._sitting.language),
        )


def _homes(
    sitting: SittingView, battery: Sequence[Instrument]
) -> dict[str, tuple[int, Instrument]]:
    """Give the attempt and the instrument of every item of the sitting."""
    return {
        item: (attempt.id, instrument)
        for attempt, instrument in zip(sitting.attempts, battery, strict=True)
        for item in instrument.item_ids
    }


def _check(answer: GivenAnswer, homes: Homes) -> None:
    if answer.item not in homes:
        raise UnusableAnswer(answer.item[:60], "is not a question of this assessment")
    _attempt, instrument = homes[answer.item]
    low, high = instrument.low, instrument.high
    if answer.value is not None and not low <= answer.value <= high:
        raise UnusableAnswer(answer.item, f"{answer.value} is not from {low} to {high}")
    if answer.key is not None and not 0 < len(answer.key) <= LONGEST_KEY:
        raise UnusableAnswer(answer.item, f"its key must have 1 to {LONGEST_KEY} characters")
    for what, number in (("sequence", answer.sequence), ("waited", answer.waited)):
        if not 0 <= number <= LARGEST_SEQUENCE:
            raise UnusableAnswer(answer.item, f"its {what} must be from 0 to {LARGEST_SEQUENCE}")


def _refuse_same_statement(adding: _Adding, homes: Homes) -> None:
    """Raise SameStatement when a block is left with one statement most and least.

    Only how it ends counts: two marks that change places pass through one statement.
    """
    for item in (row.item for row in adding.new):
        _attempt, instrument = homes[item]
        if instrument.kind != "most_least":
            continue
        block, _dot, _mark = item.rpartition(".")
        current = adding.current
        marked = [current[one] for m in MARKS if (one := f"{block}.{m}") in current]
        values = [answer.value for answer in marked if answer.value is not None]
        if len(values) > len(set(values)):
            raise SameStatement(item)


def _append(session: Session, rows: Sequence[KeptAnswer]) -> None:
    if not rows:
        return
    owner = session.info["organisation_id"]
    session.execute(
        insert(Answer),
        [
            {
                "organisation_id": owner,
                "attempt_id": row.attempt_id,
                "item": row.item,
                "value": row.value,
                "client_sequence": row.sequence,
                "idempotency_key": row.key,
                "answered_at": row.answered_at,
                "waited": int(row.waited / timedelta(milliseconds=1)),
                "counts": row.counts,
                "language": row.language,
            }
            for row in rows
        ],
    )


def _move(session: Session, sitting: SittingView, position: int) -> None:
    if position != sitting.position:
        session.execute(update(Sitting).where(Sitting.id == sitting.id).values(position=position))
