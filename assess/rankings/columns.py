"""Which columns of the ranking's table a member sees: in the address, kept by a cookie (pure)."""

from collections.abc import Sequence
from typing import Final

from assess.selection.demand import COMPETENCIES

COOKIE: Final = "ranking-columns"
COLUMNS: Final = ("chance", *COMPETENCIES, "style", "evidence", "finished")
"""Those that can be left out, in the order of the table; person, rank and fit always stand."""
USUAL: Final = ("chance", "EMP", "REG", "style", "evidence")


def read_columns(asked: Sequence[str], kept: str | None, *, told: bool) -> tuple[str, ...]:
    """Give the columns to show: those asked for where that is ``told``, else those kept, or usual.

    None at all can be told, too. Whatever is no column is left out.
    """
    if told:
        return tuple(one for one in COLUMNS if one in asked)
    if kept is None:
        return USUAL
    words = kept.split(".")
    return tuple(one for one in COLUMNS if one in words)


def as_kept(columns: Sequence[str]) -> str:
    """Write columns for the cookie."""
    return ".".join(columns) or "none"
