"""Small letters of a text, in any alphabet, as both databases search by them."""

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class SmallLetters(FunctionElement[str]):
    """A text column in small letters; SQLite's own function knows A to Z alone."""

    name = "small_letters"
    type = String()
    inherit_cache = True


def small_letters(text: ColumnElement[Any] | Any) -> SmallLetters:
    """Give a text column in small letters."""
    return SmallLetters(text)


@compiles(SmallLetters, "sqlite")
def _sqlite(element: SmallLetters, compiler: SQLCompiler, **how: Any) -> str:
    # Registered on every connection, see `db.engine`.
    return f"small_letters({compiler.process(element.clauses, **how)})"


@compiles(SmallLetters, "postgresql")
def _postgresql(element: SmallLetters, compiler: SQLCompiler, **how: Any) -> str:
    return f"lower({compiler.process(element.clauses, **how)})"
