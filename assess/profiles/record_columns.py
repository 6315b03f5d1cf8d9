"""Which column of an export means what: suggestions by name and content, and what stays hidden."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz

from assess.errors import Invalid
from assess.profiles.record_layout import Layout

NEEDED: Final = ("reason", "duration")
ROLES: Final = (
    *("date", "reason", "duration", "channel", "live"),
    *("escalated", "transferred", "sentiment", "id"),
)

#: How exports head these columns, in English, French, Spanish and Indonesian.
_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": (
        *("date", "start time", "started at", "created", "timestamp", "call date", "opened"),
        *("date de debut", "date d appel", "heure de debut", "horodatage", "cree le"),
        *("fecha", "fecha de inicio", "hora de inicio", "creado"),
        *("tanggal", "waktu mulai", "tanggal panggilan", "dibuat"),
    ),
    "reason": (
        *("reason", "contact reason", "call reason", "disposition", "wrap up code", "category"),
        *("topic", "issue type", "call driver", "subject code", "reason code"),
        *("motif", "motif d appel", "raison", "categorie", "code de cloture"),
        *("motivo", "motivo de contacto", "razon", "categoria", "tipificacion"),
        *("alasan", "alasan kontak", "kategori", "topik"),
    ),
    "duration": (
        *(
            "handle time",
            "duration",
            "aht",
            "seconds",
            "minutes",
            "talk time",
            "total handle time",
            "handling time",
        ),
        *("duree", "duree de traitement", "temps de traitement", "dmt"),
        *("duracion", "tiempo de gestion", "tiempo de atencion", "tmo"),
        *("durasi", "waktu penanganan", "lama panggilan"),
    ),
    "channel": (
        *("channel", "media type", "contact type", "source channel"),
        *("canal", "type de contact", "tipo de contacto", "medio"),
        *("kanal", "saluran", "jenis kontak"),
    ),
    "live": (
        *("live agent", "handled by", "agent handled", "human handled", "answered by", "bot"),
        *("traite par", "agent humain", "atendido por", "agente humano"),
        *("ditangani oleh", "agen langsung"),
    ),
    "escalated": (
        *("escalated", "escalation", "supervisor", "escalade", "escalado", "escalada"),
        *("escalamiento", "eskalasi"),
    ),
    "transferred": (
        *("transferred", "transfer", "transferred out", "transfere", "transfert"),
        *("transferido", "transferencia", "dialihkan", "dipindahkan"),
    ),
    "sentiment": (
        *("sentiment", "sentiment score", "mood", "tonalite", "sentimiento", "sentimen"),
    ),
    "id": (
        *("contact id", "call id", "ticket id", "interaction id", "case number", "conversation id"),
        *("id", "ticket", "numero de ticket", "id contact", "id de contacto", "id llamada"),
        *("id kontak", "nomor tiket"),
    ),
}
_LIKE: Final = 88.0
_MANY_DIGITS: Final = 7
_LONG_WORD: Final = 40
_MOSTLY: Final = 0.9
_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_TIME: Final = re.compile(r"(\d+:)?\d{1,3}:\d{2}|\d+\s*(min|sec|seg|menit|mn|h)\w*", re.IGNORECASE)
_SHOWN: Final = re.compile(r"[\d\s:./,+TZ-]{1,32}(s|min|sec)?")


@dataclass(frozen=True)
class Columns:
    """Which column (from 0) stands for each role, and how dates and plain numbers are read.

    ``order`` and ``unit`` "" ask the whole column; a column that leaves it open is a question
    for a person.
    """

    places: Mapping[str, int]
    order: Literal["", "dmy", "mdy"] = ""
    unit: Literal["", "s", "min", "ms", "h"] = ""


def plain(text: str) -> str:
    """Give words to compare by: small letters, no accents, no marks."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in parted if not unicodedata.combining(c))
    return " ".join(letters.split())


def suggest(layout: Layout) -> dict[str, int]:
    """Suggest a column for each role that has one, by its header, then by what it holds."""
    found = by_header(layout.header, _HEADERS)
    for role, pattern in (("date", _DATE), ("duration", _TIME)):
        held = _by_content(layout, pattern, taken=set(found.values()))
        if role not in found and held is not None:
            found[role] = held
    return {role: found[role] for role in ROLES if role in found}


def by_header(header: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Suggest a column (from 0) for each role whose ``words`` (`plain`) a header is like.

    The likest goes first, then the role that comes first; no column stands for two roles.
    """
    roles = list(words)
    names = [plain(name) for name in header]
    likes = sorted(
        (
            (-_likeness(name, known), place, role)
            for place, name in enumerate(names)
            for role, known in words.items()
            if name
        ),
        key=lambda one: (one[0], roles.index(one[2]), one[1]),
    )
    found: dict[str, int] = {}
    for like, place, role in likes:
        if -like >= _LIKE and role not in found and place not in found.values():
            found[role] = place
    return found


def check(columns: Columns, wide: int) -> None:
    """Raise Invalid unless every needed role has a column of the file, and none has two."""
    faults = [f"{role}: choose its column" for role in NEEDED if role not in columns.places]
    for role, place in columns.places.items():
        if role not in ROLES:
            faults.append(f"{role}: is not known; known are {', '.join(ROLES)}")
        elif not 0 <= place < wide:
            faults.append(f"{role}: the file has no column {place + 1}")
    places = list(columns.places.values())
    for role, place in columns.places.items():
        if places.count(place) > 1:
            faults.append(f"{role}: another role has the same column")
    if faults:
        raise Invalid(*faults)


def preview(layout: Layout, named: Sequence[int], rows: int = 5) -> list[list[str | None]]:
    """Give the first rows; None hides a cell of a column that may hold people.

    Shown are dates, times and numbers of few digits, and the short words that a column repeats
    where it is one of those ``named`` for a role; whatever else stands in a file is somebody's.
    """
    shows = [
        _is_figure
        if _mostly(_is_figure, column)
        else _is_word
        if _repeats(place, named, column)
        else _is_blank
        for place, column in enumerate(zip(*layout.sample, strict=True))
    ]
    return [
        [cell if show(cell) else None for cell, show in zip(row, shows, strict=True)]
        for row in layout.sample[:rows]
    ]


def _is_blank(cell: str) -> bool:
    return not cell.strip()


def _is_figure(cell: str) -> bool:
    """Say whether a cell is a date, a time or a number of few digits, or blank."""
    cell = cell.strip()
    few = sum(map(str.isdigit, cell)) < _MANY_DIGITS
    return not cell or bool(_SHOWN.fullmatch(cell) and (_DATE.match(cell) or few))


def _is_word(cell: str) -> bool:
    return "@" not in cell and len(cell) <= _LONG_WORD


def _mostly(shown: Callable[[str], bool], column: Sequence[str]) -> bool:
    cells = [cell for cell in column if cell.strip()]
    return sum(map(shown, cells)) >= _MOSTLY * len(cells)


def _repeats(place: int, named: Sequence[int], column: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in column if cell.strip()]
    return place in named and len(set(cells)) <= max(len(cells) // 2, 4)


def _likeness(name: str, words: Sequence[str]) -> float:
    """Give how like a header is to any of ``words``, 0 to 100; a word inside a header is less."""
    best = 0.0
    for word in words:
        if name == word:
            return 100.0
        if " " in name and " " not in word:
            best = max(best, 90.0 if len(word) > 3 and word in name.split() else 0.0)
        else:
            best = max(best, 0.99 * fuzz.token_sort_ratio(name, word))
    return best


def _by_content(layout: Layout, pattern: re.Pattern[str], taken: set[int]) -> int | None:
    for place, column in enumerate(zip(*layout.sample, strict=True)):
        cells = [cell.strip() for cell in column if cell.strip()]
        if place not in taken and cells and all(pattern.match(cell) for cell in cells):
            return place
    return None
