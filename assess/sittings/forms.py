"""Read what a candidate sends: a screen's plain form, or answers as JSON."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from assess.errors import Invalid
from assess.sittings.faults import UnusableAnswer
from assess.sittings.saving import LONGEST_WAIT, GivenAnswer
from assess.web.languages import known

#: Before an item's id in the name of its field, so that no item meets another field.
FIELD: Final = "answer-"
#: The field with the language of the page.
SHOWN_IN: Final = "shown-in"
#: The value of "I prefer not to answer".
DECLINED: Final = "none"
LARGEST_ROW: Final = 2**63 - 1


def answers_of_form(form: Mapping[str, str]) -> list[GivenAnswer]:
    """Read a posted screen: first what its script had not sent yet, then what the form shows.

    The form's ``shown-in`` names the language it was shown in. An item without a choice has no
    answer. The form alone says what stands on the page: in another tab the screens may have been
    laid out anew meanwhile. Raises UnusableAnswer for a value that no field has.
    """
    given = _unsent(form.get("unsent", ""))
    language = known(form.get(SHOWN_IN))
    for name, posted in form.items():
        if name.startswith(FIELD):
            item = name.removeprefix(FIELD)
            value = _posted_value(item[:60], posted)
            given.append(GivenAnswer(item, value, language=language))
    return given


def same_statement(posted: Iterable[str | None]) -> bool:
    """Say whether the two posted marks of a block name one statement."""
    named = [value for value in posted if value is not None and value != DECLINED]
    return len(named) > len(set(named))


def answers_of_json(text: bytes) -> tuple[list[GivenAnswer], int | None]:
    """Read {"answers": [{"item", "value", "sequence", "key", "waited"}, ...], "after": n}.

    An answer may name the ``language`` in which it was shown. Gives the answers by their sequence
    and the newest row that the page has heard of. Raises Invalid, or UnusableAnswer naming the
    item, for anything of another form.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    entries = document.get("answers") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise Invalid('answers: send {"answers": [...]} with at least one answer')
    return _in_sequence(entries), _row_number(document.get("after"))


def after_of_form(form: Mapping[str, str]) -> int | None:
    """Read the newest row of the log that a posted page knew of; None when it does not say."""
    text = form.get("after", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ROW))
    return _row_number(int(text) if is_number else text or None)


def _row_number(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_ROW:
        raise Invalid("after: must be the number of a row")
    return value


def _unsent(text: str) -> list[GivenAnswer]:
    if not text:
        return []
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("unsent: is not JSON") from None
    if not isinstance(entries, list):
        raise Invalid("unsent: is not a list")
    return _in_sequence(entries)


def _in_sequence(entries: Iterable[object]) -> list[GivenAnswer]:
    return sorted((_answer(entry) for entry in entries), key=lambda answer: answer.sequence)


def _answer(entry: object) -> GivenAnswer:
    if not isinstance(entry, dict) or not isinstance(entry.get("item"), str):
        raise Invalid("answers: each needs an item")
    item = entry["item"]
    if "value" not in entry or not _is_number(entry["value"], or_none=True):
        raise UnusableAnswer(item[:60], "its value must be a whole number, or null")
    if not _is_number(entry.get("sequence")):
        raise UnusableAnswer(item[:60], "its sequence must be a whole number")
    if not _is_number(entry.get("waited", 0)):
        raise UnusableAnswer(item[:60], "its waited must be a whole number")
    if not isinstance(entry.get("key"), str):
        raise UnusableAnswer(item[:60], "it needs a key")
    if not entry["key"].isprintable():  # half a character, or none, that no database keeps
        raise UnusableAnswer(item[:60], "its key holds a character that cannot be kept")
    waited = min(entry.get("waited", 0), LONGEST_WAIT)
    language = entry.get("language")
    language = known(language) if isinstance(language, str) else None
    return GivenAnswer(item, entry["value"], entry["sequence"], entry["key"], waited, language)


def _is_number(value: Any, *, or_none: bool = False) -> bool:
    if value is None:
        return or_none
    return isinstance(value, int) and not isinstance(value, bool)


def _posted_value(item: str, posted: str) -> int | None:
    if posted == DECLINED:
        return None
    try:
        return int(posted)
    except ValueError:
        raise UnusableAnswer(item, "its value must be a whole number, or none") from None
