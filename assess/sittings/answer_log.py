"""The append-only log of a sitting's answers, and which answer of an item counts.

Everything given is in the log. Two devices can answer one item while neither hears of the other:
then the later one counts, by how long each waited on its own device before it came. Whether a row
counts is decided once, when it is kept, and never again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

#: Before the number of an act of choosing in its key stands the page it was made on.
PAGE_ENDS = "-"


@dataclass(frozen=True)
class KeptAnswer:
    """One row of the log; ``value`` None was declined.

    ``waited`` is how long it lay on the device; ``counts`` is false for an answer that was given
    before another one which had come first.
    """

    id: int
    attempt_id: int
    item: str
    value: int | None
    sequence: int
    key: str
    answered_at: datetime
    waited: timedelta = timedelta()
    counts: bool = True
    language: str = ""

    @property
    def given_at(self) -> datetime:
        """The moment of choosing, as far as the device can tell."""
        return self.answered_at - self.waited

    @property
    def page(self) -> str:
        """The page on which it was chosen."""
        return page_of(self.key)


@dataclass(frozen=True)
class AnswerLog:
    """The rows of one sitting, oldest first."""

    rows: tuple[KeptAnswer, ...]

    @classmethod
    def of(cls, rows: Iterable[KeptAnswer]) -> "AnswerLog":
        """Make a log of rows in the order in which they were kept."""
        return cls(tuple(rows))

    @property
    def last(self) -> int:
        """The number of the newest row; 0 when there is none."""
        return self.rows[-1].id if self.rows else 0

    @cached_property
    def current(self) -> Mapping[str, KeptAnswer]:
        """The answer that counts of every item answered or declined."""
        return {row.item: row for row in self.rows if row.counts}

    def as_of(self, number: int) -> Mapping[str, KeptAnswer]:
        """Give the answers that counted when row ``number`` was the newest."""
        return {row.item: row for row in self.rows if row.counts and row.id <= number}

    @cached_property
    def by_key(self) -> Mapping[tuple[int, str], KeptAnswer]:
        """The rows by attempt and key."""
        return {(row.attempt_id, row.key): row for row in self.rows}


def page_of(key: str) -> str:
    """Give the page part of a key."""
    return key.rpartition(PAGE_ENDS)[0]
