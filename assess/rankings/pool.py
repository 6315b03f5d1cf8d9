"""The finished people of a campaign and their stored scores, and the digest that names them."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from assess.campaigns.models import Invitation
from assess.campaigns.queries import finished
from assess.errors import Conflict
from assess.instruments.model import Instrument
from assess.rankings.assembly import StoredTable
from assess.sittings.figures import HEAD_BYTES, layout, packed
from assess.sittings.models import Score
from assess.sittings.reuse_queries import days_of_reuse

IntArray = NDArray[np.int64]
Blank = tuple[int, int, float, float]

_NO_FLAGS: Final = '{"flags": []}'
_AT_ONCE: Final = 2_000


@dataclass(frozen=True)
class Pool:
    """Finished people by candidate id, their score tables and flags in the same order.

    ``answered`` and ``asked`` count each person's items, ``blanks`` holds for each scale with
    items left blank (answered, of, low, high): the score's range had the blanks been lowest or
    highest; ``digest`` names people, scores and days of reuse, ``instrument_digests`` what the
    scores were made with, by instrument key.
    ``pictured`` are the instruments whose means are pictures within the person and no scores;
    ``given_on`` by candidate the day of answers that were given for another campaign.
    """

    candidates: tuple[int, ...]
    tables: Mapping[str, StoredTable]
    flags: tuple[tuple[str, ...], ...]
    answered: tuple[int, ...]
    asked: tuple[int, ...]
    blanks: tuple[Mapping[str, Blank], ...]
    digest: str
    instrument_digests: Mapping[str, str]
    pictured: tuple[str, ...] = ()
    given_on: Mapping[int, date] = field(default_factory=dict)


def read_pool(session: Session, campaign_id: int, battery: Sequence[Instrument]) -> Pool:
    """Read everyone who has finished, with their scores on the campaign's ``battery``.

    Raises Conflict when scores of one instrument come from different versions of it.
    """
    people = session.execute(
        select(
            Invitation.candidate_id, Invitation.sitting_id, Invitation.answered, Invitation.items
        )
        .where(finished(campaign_id))
        .order_by(Invitation.candidate_id)
    ).all()
    candidates, sittings, answered, asked = zip(*people, strict=True) if people else ((),) * 4
    place = {sitting_id: row for row, sitting_id in enumerate(sittings)}
    tables = {one.key: _empty(one, len(people)) for one in battery}
    flags: list[tuple[str, ...]] = [()] * len(people)
    blanks: list[Mapping[str, Blank]] = [{}] * len(people)
    lengths = {s.name: len(s.items) for one in battery for s in one.scales}
    versions: dict[str, set[str]] = {}
    engines: dict[str, list[str]] = {}
    for key, table in tables.items():
        # Who submitted between the two queries is in the next ranking.
        scores = [row for row in _scores(session, campaign_id, key) if row[1] in place]
        rows = [place[row[1]] for row in scores]
        for names, some, figures in _unpacked(session, scores):
            at = np.array(rows)[some]
            _fill(table, at, names, figures)
            if "low" in (figures.dtype.names or ()):
                for person, row in zip(at.tolist(), figures, strict=True):
                    blanks[person] = blanks[person] | _blanks(names, row, lengths)
        for person, (_id, _sitting, _figures, raised, *_versions) in zip(rows, scores, strict=True):
            if raised != _NO_FLAGS:
                flags[person] += tuple(json.loads(raised)["flags"])
        if scores:
            versions[key] = {row[4] for row in scores}
            engines[key] = sorted({row[5] for row in scores})
    digests = _one_version(versions)
    reused = days_of_reuse(session, campaign_id)
    given_on = {one: reused[one] for one in candidates if one in reused}
    days = {str(one): day.isoformat() for one, day in given_on.items()}
    return Pool(
        candidates=candidates,
        tables=tables,
        flags=tuple(flags),
        answered=answered,
        asked=asked,
        blanks=tuple(blanks),
        digest=_digest(candidates, tables, [flags, blanks, digests, engines, days]),
        instrument_digests=digests,
        pictured=tuple(one.key for one in battery if one.kind == "most_least"),
        given_on=given_on,
    )


def sha256(content: object) -> str:
    """Give the SHA-256, in hex, of plain data written as JSON with sorted keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _scores(session: Session, campaign_id: int, key: str) -> Sequence[Any]:
    """Give (id, sitting, packed figures, flags as text, digest, engine) of every score."""
    return session.execute(
        select(
            Score.id,
            Score.sitting_id,
            Score.figures,
            cast(Score.flags, String),
            Score.instrument_digest,
            Score.engine_version,
        )
        .join(Invitation, Invitation.sitting_id == Score.sitting_id)
        .where(finished(campaign_id), Score.instrument == key)
    ).all()


def _unpacked(
    session: Session, scores: Sequence[Any]
) -> Iterator[tuple[Sequence[str], IntArray, NDArray[Any]]]:
    """Give for each kind of score its scales, the places in ``scores``, and all their figures."""
    stored = [row[2] for row in scores]
    missing = [place for place, figures in enumerate(stored) if figures is None]
    for some in _in_turns(missing):
        whole = _scales(session, [scores[place][0] for place in some])
        for place in some:
            stored[place] = packed(whole[scores[place][0]])
    kinds: dict[tuple[bytes, int], list[int]] = {}
    for place, figures in enumerate(stored):
        kinds.setdefault((figures[:HEAD_BYTES], len(figures)), []).append(place)
    for (start, size), places in kinds.items():
        first = scores[places[0]][0]
        names = _scales(session, [first])[first]["names"]
        joined = b"".join([stored[place] for place in places])
        yield names, np.array(places), np.frombuffer(joined, layout(start, size))


def _in_turns(places: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(places), _AT_ONCE):
        yield places[start : start + _AT_ONCE]


def _scales(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    found = session.execute(select(Score.id, Score.scales).where(Score.id.in_(ids)))
    return {score_id: scales for score_id, scales in found}  # noqa: C416 - rows, not pairs


def _empty(instrument: Instrument, n: int) -> StoredTable:
    shape = (n, len(instrument.scale_names))
    return StoredTable(instrument.scale_names, np.full(shape, np.nan), np.full(shape, np.nan))


def _fill(table: StoredTable, rows: IntArray, names: Sequence[str], figures: NDArray[Any]) -> None:
    """Write stored scores into their rows; a scale the instrument no longer has is left out."""
    for place, name in enumerate(names):
        if name in table.scales:
            column = table.scales.index(name)
            # A picture within the person has no error, ever.
            table.mean[rows, column] = figures["mean"][:, place]
            table.error[rows, column] = figures["error"][:, place]


def _blanks(names: Sequence[str], figures: Any, lengths: Mapping[str, int]) -> dict[str, Blank]:
    """Give the rating scales of one stored score that have blanks."""
    columns = (figures[kind].tolist() for kind in ("answered", "low", "high"))
    return {
        name: (int(answered), lengths[name], low, high)
        for name, answered, low, high in zip(names, *columns, strict=True)
        if not isnan(low) and name in lengths
    }


def _digest(candidates: Sequence[int], tables: Mapping[str, StoredTable], rest: object) -> str:
    """Name a pool: the same people with the same scores have the same digest in any database."""
    found = hashlib.sha256(np.array(candidates, dtype="<i8").tobytes())
    for key, table in sorted(tables.items()):
        found.update(json.dumps([key, table.scales]).encode())
        found.update(table.mean.astype("<f8").tobytes())
        found.update(table.error.astype("<f8").tobytes())
    found.update(sha256(rest).encode())
    return found.hexdigest()


def _one_version(versions: Mapping[str, set[str]]) -> dict[str, str]:
    for key, digests in versions.items():
        if len(digests) > 1:
            raise Conflict(
                f"People answered {len(digests)} versions of {key}. Scores of different versions "
                "cannot stand in one ranking."
            )
    return {key: next(iter(digests)) for key, digests in sorted(versions.items())}
