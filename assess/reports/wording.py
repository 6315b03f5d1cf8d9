"""The templates and the words of reports: they are made where no page is."""

import re
from functools import cache
from gettext import NullTranslations, translation
from html import unescape
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assess.paths import data_dir
from assess.reports import formats
from assess.reports.faces import Run
from assess.reports.person_sheets import Place

TRANSLATIONS: Final = Path(__file__).resolve().parent.parent / "translations"


_ILLEGIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def legible(text: str) -> str:
    """Leave out what has no shape or turns other words round: a name with such letters is text.

    Controls (XML has no place for them), halves of letters, and marks that set a direction.
    """
    return _ILLEGIBLE.sub("", text)


@cache
def words(language: str) -> NullTranslations:
    """Give the translations of one language; English where it has none."""
    return translation("messages", str(TRANSLATIONS), [language], fallback=True)


@cache
def environment(language: str) -> Environment:
    """Give the templates of one language."""
    made = Environment(
        loader=FileSystemLoader(data_dir("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(words(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(formats.filters(language))
    return made


def place_line(place: Place, language: str) -> tuple[Run, ...]:
    """Give a person's place in the ranking as the pieces of one line."""
    said = environment(language).get_template("reports/pdf/place.html").render(place=place)
    pieces = " ".join(said.split()).replace("</b>", "<b>").split("<b>")
    return tuple(Run(unescape(text), bool(odd % 2)) for odd, text in enumerate(pieces) if text)
