"""The finished people of a campaign and their stored scores, and the digest that names them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.campaigns.models import Invitation
from assess.campaigns.queries import finished
from assess.errors import Conflict
from assess.instruments.model import Instrument
from assess.rankings.assembly import StoredTable
from assess.sittings.models import Score
from assess.sittings.reuse_queries import days_of_reuse

Blank = tuple[int, int, float, float]

_AT_ONCE: Final = 2_000


@dataclass(frozen=True)
class Pool:
    """Finished people by candidate id, their score tables and flags in the same order.

    ``answered`` and ``asked`` count each person's items, ``blanks`` holds for each scale with
    items left blank (answered, of, low, high): the score's range had the blanks been lowest or
    highest; ``score_digests`` (one a person) name
    the stored scores, ``instrument_digests`` what they were made with, by instrument key.
    ``pictured`` are the instruments whose means are pictures within the person and no scores;
    ``given_on`` by candidate the day of answers that were given for another campaign.
    """

    candidates: tuple[int, ...]
    tables: Mapping[str, StoredTable]
    flags: tuple[tuple[str, ...], ...]
    answered: tuple[int, ...]
    asked: tuple[int, ...]
    blanks: tuple[Mapping[str, Blank], ...]
    score_digests: tuple[str, ...]
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
    place = {sitting_id: row for row, (_, sitting_id, _, _) in enumerate(people)}
    scores = _scores(session, campaign_id, [instrument.key for instrument in battery])
    tables = {one.key: _empty(one, len(people)) for one in battery}
    flags: list[list[str]] = [[] for _ in people]
    parts: list[list[str]] = [[] for _ in people]
    blanks: list[dict[str, Blank]] = [{} for _ in people]
    lengths = {s.name: len(s.items) for one in battery for s in one.scales}
    versions: dict[str, set[str]] = {}
    for sitting_id, key, scales, raised, digest, engine in scores:
        row = place.get(sitting_id)
        if row is None:  # submitted between the two queries: in the next ranking
            continue
        _fill(tables[key], row, scales)
        blanks[row] |= _blanks(scales, lengths)
        flags[row] += raised["flags"]
        parts[row].append(score_digest(key, scales, raised, digest, engine))
        versions.setdefault(key, set()).add(digest)
    return Pool(
        candidates=tuple(candidate_id for candidate_id, _, _, _ in people),
        tables=tables,
        flags=tuple(map(tuple, flags)),
        answered=tuple(answered for _, _, answered, _ in people),
        asked=tuple(items for _, _, _, items in people),
        blanks=tuple(blanks),
        score_digests=tuple(sha256(sorted(one)) for one in parts),
        instrument_digests=_one_version(versions),
        pictured=tuple(one.key for one in battery if one.kind == "most_least"),
        given_on=days_of_reuse(session, campaign_id),
    )


def score_digest(
    key: str, scales: Mapping[str, Any], flags: Mapping[str, Any], digest: str, engine: str
) -> str:
    """Name one stored score: the same content has the same digest in any database."""
    return sha256([key, scales, flags, digest, engine])


def sha256(content: object) -> str:
    """Give the SHA-256, in hex, of plain data written as JSON with sorted keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _scores(session: Session, campaign_id: int, keys: list[str]) -> Iterable[Any]:
    """Give the stored scores a few at a time: those of 100,000 people at once take a gigabyte."""
    wanted = (
        select(
            Score.sitting_id,
            Score.instrument,
            Score.scales,
            Score.flags,
            Score.instrument_digest,
            Score.engine_version,
        )
        .join(Invitation, Invitation.sitting_id == Score.sitting_id)
        .where(finished(campaign_id), Score.instrument.in_(keys))
    )
    return session.execute(wanted, execution_options={"yield_per": _AT_ONCE})


def _empty(instrument: Instrument, n: int) -> StoredTable:
    shape = (n, len(instrument.scale_names))
    return StoredTable(instrument.scale_names, np.full(shape, np.nan), np.full(shape, np.nan))


def _fill(table: StoredTable, row: int, stored: Mapping[str, Any]) -> None:
    """Write one stored score into its row; a scale the instrument no longer has is left out."""
    names, means, errors = stored["names"], stored["mean"], stored["error"]
    for name, mean, error in zip(names, means, errors, strict=True):
        if mean is not None and name in table.scales:
            column = table.scales.index(name)
            table.mean[row, column] = mean
            # A picture within the person has no error, ever.
            table.error[row, column] = np.nan if error is None else error


def _blanks(stored: Mapping[str, Any], lengths: Mapping[str, int]) -> dict[str, Blank]:
    """Give the rating scales of one stored score that have blanks."""
    columns = (stored[name] for name in ("names", "answered", "low", "high"))
    return {
        name: (answered, lengths[name], low, high)
        for name, answered, low, high in zip(*columns, strict=True)
        if low is not None and name in lengths
    }


def _one_version(versions: Mapping[str, set[str]]) -> dict[str, str]:
    for key, digests in versions.items():
        if len(digests) > 1:
            raise Conflict(
                f"People answered {len(digests)} versions of {key}. Scores of different versions "
                "cannot stand in one ranking."
            )
    return {key: next(iter(digests)) for key, digests in sorted(versions.items())}
