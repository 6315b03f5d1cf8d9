"""The texts that all instruments share, in another language: competencies, phrases, call drivers.

They are translated in ``translations/<language>.yaml`` of the content folder, path by path, as an
instrument's are in its own folder. Here a text that has no current translation stays in the
source's language by itself: a report with one English phrase is better than none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assess.instruments import feedback, interview, practice, previews
from assess.instruments.model import Competency, Index, Style
from assess.instruments.phrases import Phrase, Phrases

if TYPE_CHECKING:
    from assess.instruments.catalogue import Catalogue

SOURCE_LANGUAGE: Final = "en"

Texts = Mapping[str, str]
"""Texts by path; of a translation only those that stand for what the source says now."""


def shared_texts(catalogue: "Catalogue") -> dict[str, str]:
    """Give every shared text by its path; raises Invalid when a file cannot be read."""
    return {
        path: text for source in SOURCES.values() for path, text in source.texts(catalogue).items()
    }


def current_texts(catalogue: "Catalogue", language: str) -> Texts:
    """Give the shared texts of a language that have a current translation; none of the source's."""
    wording = catalogue.wordings.get(language)
    if wording is None:
        return {}
    sources = catalogue.shared_sources
    stale = set(wording.stale(sources))
    return {
        path: text for path, text in wording.texts.items() if path in sources and path not in stale
    }


def competencies(source: tuple[Competency, ...], texts: Texts) -> tuple[Competency, ...]:
    """Give the competencies with the texts of a language, one that is absent as it is."""
    return tuple(_competency(one, texts) for one in source)


def indices(source: tuple[Index, ...], texts: Texts) -> tuple[Index, ...]:
    """Give the headline indices with the texts of a language."""
    return tuple(
        replace(one, title=texts.get(f"indices.{one.competency}.title", one.title))
        for one in source
    )


def styles(source: tuple[Style, ...], texts: Texts) -> tuple[Style, ...]:
    """Give the style strip with the texts of a language."""
    return tuple(
        replace(one, title=texts.get(f"styles.{one.letter}.title", one.title)) for one in source
    )


def phrases(source: Phrases, texts: Texts) -> Phrases:
    """Give the phrase table with the texts of a language."""
    return replace(
        source,
        table={
            (code, region): Phrase(
                report=texts.get(f"phrases.{code}.{region}.report", phrase.report),
                feedback=texts.get(f"phrases.{code}.{region}.feedback", phrase.feedback),
            )
            for (code, region), phrase in source.table.items()
        },
    )


_WORDS: Final = ("title", "definition", "probe", "low_words", "high_words")


def _competency(one: Competency, texts: Texts) -> Competency:
    path = f"competencies.{one.code}"
    found = {word: texts.get(f"{path}.{word}", getattr(one, word)) for word in _WORDS}
    a, b, c, d, e = (
        texts.get(f"{path}.bars.{level}", bar) for level, bar in enumerate(one.bars, 1)
    )
    return replace(one, bars=(a, b, c, d, e), **found)


def _competency_texts(catalogue: "Catalogue") -> dict[str, str]:
    texts: dict[str, str] = {}
    for one in catalogue.competencies:
        path = f"competencies.{one.code}"
        texts |= {f"{path}.{word}": getattr(one, word) for word in _WORDS}
        texts |= {f"{path}.bars.{level}": bar for level, bar in enumerate(one.bars, 1)}
    return texts


def _phrase_texts(catalogue: "Catalogue") -> dict[str, str]:
    return {
        f"phrases.{code}.{region}.{part}": getattr(phrase, part)
        for (code, region), phrase in catalogue.phrases.table.items()
        for part in ("report", "feedback")
    }


@dataclass(frozen=True)
class SharedSource:
    """What gives shared texts by path, and the ``file`` of the content folder they stand in."""

    file: str
    texts: Callable[["Catalogue"], Mapping[str, str]]


SOURCES: Final[dict[str, SharedSource]] = {
    "competencies": SharedSource("competencies.yaml", _competency_texts),
    "indices": SharedSource(
        "competencies.yaml",
        lambda catalogue: {
            f"indices.{one.competency}.title": one.title for one in catalogue.indices
        },
    ),
    "styles": SharedSource(
        "competencies.yaml",
        lambda catalogue: {f"styles.{one.letter}.title": one.title for one in catalogue.styles},
    ),
    "phrases": SharedSource("phrases.yaml", _phrase_texts),
    "call_drivers": SharedSource(
        "call_drivers.yaml",
        lambda catalogue: {
            f"call_drivers.{code}.title": one.title for code, one in catalogue.call_drivers.items()
        },
    ),
    "feedback": SharedSource("feedback.yaml", lambda catalogue: feedback.texts(catalogue.feedback)),
    "interview": SharedSource(
        "interview.yaml", lambda catalogue: interview.texts(catalogue.interview_words)
    ),
    "practice": SharedSource("practice.yaml", lambda catalogue: practice.texts(catalogue.practice)),
    "previews": SharedSource("previews.yaml", lambda catalogue: previews.texts(catalogue.previews)),
}
"""The first word of a path, and what gives the texts under it.

Further shared content is translated, checked and stamped once it is listed here, with texts whose
paths begin with its own word.
"""
