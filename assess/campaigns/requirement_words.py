"""What requirements and answers to them are called, for members and, translated, for candidates."""

from datetime import date

from babel import Locale
from babel.dates import format_date
from flask_babel import get_locale, gettext

from assess.candidates.requirements import (
    ANYWHERE,
    HOME,
    NO,
    NONE,
    SPONSORSHIP,
    YES,
    Kind,
    Requirement,
    Result,
)
from assess.web.languages import ENGLISH


def _(text: str, **values: str) -> str:
    return str(gettext(text, **values))


def asked_words(one: Requirement) -> str:
    """Say what a requirement asks for, in a few words."""
    if one.kind in (Kind.SHIFT, Kind.EQUIPMENT):
        return _simple()[one.name]
    if one.kind is Kind.LANGUAGE:
        language = language_name(one.name)
        return _("%(language)s, at least: %(level)s", language=language, level=level(one.level))
    if one.kind is Kind.PLACE:
        return _("Place of work: %(places)s", places=_places(one))
    if one.kind is Kind.START:
        return _("Start on %(day)s or before", day=_day(one.by))
    country = country_name(one.name)
    words = _("The right to work in %(country)s", country=country)
    helped = _("the employer can help with a permit")
    return f"{words} ({helped})" if one.sponsors else words


def question_words(one: Requirement, key: str) -> str:
    """Ask one question of a requirement."""
    if one.kind is Kind.LANGUAGE:
        return _("How well do you speak %(language)s?", language=_bare_language(one.name))
    if one.kind is Kind.SHIFT:
        return {
            "early": _("Can you work early shifts?"),
            "late": _("Can you work late shifts?"),
            "night": _("Can you work night shifts?"),
            "weekend": _("Can you work at weekends?"),
        }[one.name]
    if one.kind is Kind.PLACE:
        return _place_question(key)
    if one.kind is Kind.START:
        return _("When could you start at the earliest?")
    if one.kind is Kind.EQUIPMENT:
        return {
            "headset": _("Do you have a headset to work with?"),
            "quiet_room": _("Do you have a quiet room to work in?"),
            "broadband": _("Do you have a fast internet connection to work with?"),
            "computer": _("Do you have a computer of your own to work with?"),
        }[one.name]
    return _("Do you have the right to work in %(country)s?", country=country_name(one.name))


def choice_words(value: str) -> str:
    """Name a choice of an answer; a day is written out."""
    words = {
        YES: _("Yes"),
        NO: _("No"),
        SPONSORSHIP: _("Only with a permit that the employer helps with"),
        NONE: _("Not at all"),
        "basic": _("Basic: simple, everyday talk"),
        "good": _("Good: most calls, with a word missing now and then"),
        "fluent": _("Fluent: any call, with ease"),
        "native": _("As well as a first language"),
    }
    if value in words:
        return words[value]
    return _day(date.fromisoformat(value))


def said_words(result: Result) -> str:
    """Say what a person said to a requirement; an empty text when they said nothing."""
    if result.requirement.kind is not Kind.PLACE:
        return "; ".join(choice_words(value) for value in result.said.values())
    return "; ".join(
        _("%(place)s: %(answer)s", place=_place_name(key), answer=choice_words(value))
        for key, value in result.said.items()
    )


def level(code: str) -> str:
    """Name a level of a language."""
    return {
        "basic": _("basic"),
        "good": _("good"),
        "fluent": _("fluent"),
        "native": _("as well as a first language"),
    }[code]


def language_name(code: str) -> str:
    """Name a language in the reader's own, as the first word of a line."""
    name = _bare_language(code)
    return name[:1].upper() + name[1:]


def country_name(code: str) -> str:
    """Name a country in the reader's language."""
    return str(_locale().territories[code])


def _bare_language(code: str) -> str:
    return str(_locale().languages[code])


def _day(day: date | None) -> str:
    return "" if day is None else format_date(day, "long", locale=_locale())


def _locale() -> Locale:
    """Give the reader's locale; reports are made outside of any request, in English."""
    return get_locale() or Locale.parse(ENGLISH)


def _simple() -> dict[str, str]:
    return {
        "early": _("Early shifts"),
        "late": _("Late shifts"),
        "night": _("Night shifts"),
        "weekend": _("Work at weekends"),
        "headset": _("A headset"),
        "quiet_room": _("A quiet room to work in"),
        "broadband": _("A fast internet connection"),
        "computer": _("A computer of your own"),
    }


def _places(one: Requirement) -> str:
    return _(" or ").join(_place_name(key) for key in one.questions)


def _place_name(key: str) -> str:
    kind, _colon, name = key.partition(":")
    if kind != HOME:
        return name
    if name == ANYWHERE:
        return _("at home")
    return _("at home, in %(country)s", country=country_name(name))


def _place_question(key: str) -> str:
    kind, _colon, name = key.partition(":")
    if kind != HOME:
        return _("Can you work in this place: %(place)s?", place=name)
    if name == ANYWHERE:
        return _("Can you work from home?")
    return _("Can you work from home, in %(country)s?", country=country_name(name))
