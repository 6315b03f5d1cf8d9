"""Keep answers: appended, committed when acknowledged, once for each act of choosing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from assess.sittings.battery import same_instruments
from assess.sittings.faults import SameStatement, UnusableAnswer
from assess.sittings.models import Answer, Sitting
from assess.sittings.path import answerable, on_path, parts_of
from assess.sittings.queries import CurrentAnswer, PathView, SittingView
from assess.sittings.screens import lay_out, screen_of
from assess.web.links import LinkClaim

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
        current = queries.current_answers(session, sitting)
        rows = _new_rows(session, path, sitting, answers, homes, current, now)
        _refuse_same_statement(rows, homes, current)
        if rows:
            session.execute(insert(Answer), rows)
            campaigns.note_answered(session, sitting.id, len(current), now)
        place = screen_of(lay_out(battery), answers[-1].item) if answers else sitting.position
        _move(session, sitting, place if position is None else position)
        return Saved(now, len(rows), len(current))


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


def _refuse_same_statement(
    rows: Sequence[Mapping[str, object]],
    homes: Mapping[str, tuple[int, Instrument]],
    current: Mapping[str, CurrentAnswer],
) -> None:
    """Raise SameStatement when ``rows`` leave a block with one statement most and least.

    Only how it ends counts: two marks that change places pass through one statement.
    """
    for item in (str(row["item"]) for row in rows):
        _attempt, instrument = homes[item]
        if instrument.kind != "most_least":
            continue
        block, _dot, _mark = item.rpartition(".")
        marked = [current[one] for m in MARKS if (one := f"{block}.{m}") in current]
        values = [answer.value for answer in marked if answer.value is not None]
        if len(values) > len(set(values)):
            raise SameStatement(item)


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
