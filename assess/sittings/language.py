"""Which languages a battery can be taken in, and the battery in one of them."""

from collections.abc import Sequence

from assess.instruments.model import Instrument
from assess.instruments.wording import in_language, languages
from assess.web.languages import LANGUAGES


def whole_in(battery: Sequence[Instrument]) -> tuple[str, ...]:
    """Give the candidates' languages in which every instrument is whole, in their order."""
    found = [languages(instrument) for instrument in battery]
    return tuple(code for code in LANGUAGES if all(code in one for one in found))


def offered(battery: Sequence[Instrument], current: str) -> dict[str, str]:
    """Give the languages to choose from, by code: those that are whole, and the current one."""
    whole = whole_in(battery)
    return {code: name for code, name in LANGUAGES.items() if code in whole or code == current}


def told(battery: Sequence[Instrument], language: str) -> tuple[Instrument, ...]:
    """Give the battery in ``language``; an instrument that is not whole in it stays as it is."""
    return tuple(in_language(instrument, language) for instrument in battery)


def shown_in(instrument: Instrument, language: str) -> str:
    """Give the language an instrument is shown in when ``language`` is wanted."""
    known = language == instrument.language or language in languages(instrument)
    return language if known else instrument.language
