"""The languages candidates can read, and which one a page is in.

Members' pages are in English. A candidate's page is in the language of the sitting or of the
invitation, as soon as the view knows it (`speak`); before that, and on pages open to everybody, in
the one the address asks for (``?lang=fr``), else in the best one the browser accepts.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Blueprint, g, request
from flask_babel import get_locale, refresh
from markupsafe import Markup

#: By code, each under its own name, in the order they are offered.
LANGUAGES: Final[Mapping[str, str]] = MappingProxyType(
    {"en": "English", "fr": "Français", "es": "Español", "id": "Bahasa Indonesia"}
)
DEFAULT: Final = "en"
#: Day before month, as in the reports; the product's own words are international English.
ENGLISH: Final = "en_GB"
CHOICE: Final = "lang"


def candidate_pages(bp: Blueprint) -> None:
    """Let the pages of ``bp`` speak the reader's language."""

    @bp.before_request
    def of_candidates() -> None:
        g.reader = "candidate"


def select_locale() -> str:
    """Give the locale of this request, as flask-babel asks for it."""
    language = g.get("language")
    if language is None and g.get("reader") == "candidate":
        language = asked() or _accepted()
    return ENGLISH if language in (None, DEFAULT) else str(language)


def speak(language: str) -> None:
    """Say the rest of this request in ``language``; in English when it is none of ours."""
    g.language = language if language in LANGUAGES else DEFAULT
    refresh()


def asked() -> str | None:
    """Give the language that the address asks for, if it is one of ours.

    The form is not read: an error page, too, has a language, also that of a form too large to read.
    """
    return known(request.args.get(CHOICE))


def known(language: str | None) -> str | None:
    """Give the language back if it is one of ours, else None."""
    return language if language in LANGUAGES else None


def spoken() -> str:
    """Give the language of this page, by its code."""
    locale = get_locale()
    return locale.language if locale else DEFAULT


def lang_of(language: str) -> Markup:
    """Give the attribute for a text in ``language``; nothing where that is the page's own."""
    return Markup("") if language == spoken() else Markup(' lang="{}"').format(language)


def _accepted() -> str | None:
    """Give the first language of the browser's own order that is one of ours, of any country."""
    tags = (
        tag.replace("_", "-").split("-")[0].lower() for tag in request.accept_languages.values()
    )
    return next((tag for tag in tags if tag in LANGUAGES), None)
