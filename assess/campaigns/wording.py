"""An organisation's own text of a mail: named places that are filled in, and nothing executed.

A place is a known name in braces. Values are put in once, so that a name which looks like a place
stays a name. What the law or fairness asks of a mail stands in ``templates/mail/fixed`` and is
added to every text; nobody can leave it out.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from assess.campaigns.models import OUTCOMES, MailKind
from assess.errors import Invalid

LONGEST_SUBJECT: Final = 150
LONGEST_BODY: Final = 5_000
#: What every mail can say.
ALWAYS: Final = ("greeting", "name", "brand", "job", "organisation")
#: What a mail that asks to answer can say, too; afterwards the link stands in the fixed part.
ASKING: Final = ("link", "last_day", "minutes", "questionnaires", "time_limit", "practice_link")
#: What a line of subject has room for.
IN_SUBJECT: Final = frozenset({"name", "brand", "job", "organisation", "last_day", "minutes"})
_PLACE: Final = re.compile(r"( ?)\{([^{}\n]*)\}")
_BRACE: Final = re.compile(r"[{}]")
_UNSHOWN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True)
class Wording:
    """A text with its places; ``id`` is of its version, None for one that is not kept."""

    subject: str
    body: str
    id: int | None = None


def known(kind: MailKind) -> tuple[str, ...]:
    """Name the places that a mail of this kind can have."""
    return ALWAYS if kind == MailKind.THANKS or kind in OUTCOMES else ALWAYS + ASKING


def needed(kind: MailKind) -> tuple[str, ...]:
    """Name the places that it must have."""
    return ("link",) if "link" in known(kind) else ()


def tidy(subject: str, body: str) -> Wording:
    """Give the text as it is kept: one kind of line end, no blanks at the ends."""
    lines = [line.rstrip() for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return Wording(subject.strip(), "\n".join(lines).strip())


def check(kind: MailKind, wording: Wording) -> None:
    """Raise Invalid with every fault of a text, each with its line."""
    allowed = frozenset(known(kind))
    faults = [
        *_shape_faults(wording),
        *_place_faults("subject", wording.subject, allowed & IN_SUBJECT),
    ]
    for number, line in enumerate(wording.body.split("\n"), start=1):
        faults += _place_faults(f"text, line {number}", line, allowed)
    faults += [
        f"text: {{{name}}} is missing; without it nobody gets to the questions"
        for name in needed(kind)
        if f"{{{name}}}" not in wording.body
    ]
    if faults:
        raise Invalid(*faults)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; one that is empty takes the blank before it along.

    A value is one line, whatever it holds: it cannot end a subject or begin a header.
    """

    def put(found: re.Match[str]) -> str:
        value = " ".join(values[found[2]].split())
        return found[1] + value if value else ""

    return _PLACE.sub(put, text)


def _shape_faults(wording: Wording) -> Iterator[str]:
    for place, text, longest in (
        ("subject", wording.subject, LONGEST_SUBJECT),
        ("text", wording.body, LONGEST_BODY),
    ):
        if not 1 <= len(text) <= longest:
            yield f"{place}: must have 1 to {longest:,} characters"
    if _cannot_be_shown(wording.subject):
        yield "subject: holds a line break or a character that cannot be shown"
    for number, line in enumerate(wording.body.split("\n"), start=1):
        if _cannot_be_shown(line.replace("\t", " ")):
            yield f"text, line {number}: holds a character that cannot be shown"


def _cannot_be_shown(line: str) -> bool:
    """Say whether a line holds what ends a line, turns its direction, or is no character."""
    return any(
        unicodedata.category(one) in _UNSHOWN or unicodedata.bidirectional(one) in _TURNS
        for one in line
    )


def _place_faults(where: str, text: str, allowed: frozenset[str]) -> Iterator[str]:
    for found in _PLACE.finditer(text):
        if found[2] not in allowed:
            yield f"{where}: {{{found[2]}}} is not known here"
    if _BRACE.search(_PLACE.sub("", text)):
        yield f"{where}: a brace stands alone; braces are for places such as {{brand}}"
