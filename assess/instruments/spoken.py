"""A catalogue in another language: whoever reads it meets translated words under the same names.

A text without a current translation stays in the source's language; `unspoken` says which.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from assess.instruments import interview
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import CallDriver, Competency, Index, Instrument, Style
from assess.instruments.shared_wording import SOURCE_LANGUAGE, SOURCES
from assess.instruments.wording import in_language, languages

SPOKEN: Final = ("competencies", "indices", "styles", "phrases", "call_drivers", "interview")
"""The shared texts that reports say, as `SOURCES` names them."""
QUESTIONNAIRES: Final = "questionnaires"


@dataclass(frozen=True)
class Translated:
    """How far words are translated: what of them stands as in the source, and who signed them.

    ``missing`` has names of `SPOKEN`, or QUESTIONNAIRES; ``drafted``: no named person has signed.
    """

    missing: tuple[str, ...]
    drafted: bool


class SpokenCatalogue(Catalogue):
    """The content of ``base`` in ``language``."""

    def __init__(self, base: Catalogue, language: str) -> None:
        vars(self).update(vars(base))
        self._base, self._language = base, language
        texts = base.texts_in(language)
        vars(self)["phrases"] = base.phrases_in(language)
        vars(self)["interview_words"] = interview.in_texts(base.interview_words, texts)

    def instrument(self, key: str) -> Instrument:
        """Give the instrument ``key`` in the language, as it is where that is not whole."""
        return in_language(self._base.instrument(key), self._language)

    @cached_property
    def competencies(self) -> tuple[Competency, ...]:
        """The seven competencies."""
        return self._base.competencies_in(self._language)

    @cached_property
    def indices(self) -> tuple[Index, ...]:
        """The headline indices."""
        return self._base.indices_in(self._language)

    @cached_property
    def styles(self) -> tuple[Style, ...]:
        """The four letters of the style strip."""
        return self._base.styles_in(self._language)

    @cached_property
    def call_drivers(self) -> Mapping[str, CallDriver]:
        """The call drivers by code; an organisation's own stand as it wrote them."""
        titles = self._base.call_driver_titles(self._language)
        own = self._base.own_drivers
        return {
            code: one if code in own else replace(one, title=titles[code])
            for code, one in self._base.call_drivers.items()
        }

    @property
    def own_drivers(self) -> frozenset[str]:
        """The codes of call drivers that an organisation added."""
        return self._base.own_drivers


def spoken(catalogue: Catalogue, language: str) -> Catalogue:
    """Give ``catalogue`` in ``language``, itself for the source's."""
    return catalogue if language == SOURCE_LANGUAGE else SpokenCatalogue(catalogue, language)


def translated(
    catalogue: Catalogue,
    language: str,
    battery: Iterable[str],
    *,
    said: Collection[str] = SPOKEN,
) -> Translated | None:
    """Say how far what a report says is translated, None in the source's language.

    ``battery`` has the keys of its instruments, ``said`` the shared texts it uses.
    """
    if language == SOURCE_LANGUAGE:
        return None
    texts, instruments = catalogue.texts_in(language), [catalogue.instrument(k) for k in battery]
    missing = [
        name for name in SPOKEN
        if name in said and not SOURCES[name].texts(catalogue).keys() <= texts.keys()
    ]  # fmt: skip
    if any(language not in languages(one) for one in instruments):
        missing.append(QUESTIONNAIRES)
    wordings = [catalogue.wordings, *(one.wordings for one in instruments)]
    found = [one.get(language) for one in wordings]
    drafted = any(one is None or one.machine_drafted for one in found)
    return Translated(tuple(missing), drafted)
