"""The day of a moment, in UTC, as the database groups by it."""

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class UtcDay(FunctionElement[str]):
    """The day of a column of type `UtcDateTime` as YYYY-MM-DD; NULL stays NULL."""

    name = "utc_day"
    type = String()
    inherit_cache = True


def utc_day(moment: ColumnElement[Any] | Any) -> UtcDay:
    """Give the day of a moment in UTC, whatever zone the server's session has."""
    return UtcDay(moment)


@compiles(UtcDay, "sqlite")
def _sqlite(element: UtcDay, compiler: SQLCompiler, **how: Any) -> str:
    # Moments are kept as text in UTC; date() would read it all to write the same.
    return f"substr({compiler.process(element.clauses, **how)}, 1, 10)"


@compiles(UtcDay, "postgresql")
def _postgresql(element: UtcDay, compiler: SQLCompiler, **how: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **how)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
