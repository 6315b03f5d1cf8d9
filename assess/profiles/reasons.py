"""Which call driver a reason code means: suggested by likeness, never decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from assess.instruments.catalogue import Catalogue
from assess.profiles.record_columns import plain

NOT_CUSTOMER: Final = "-"
"""Stands for a reason that is no contact of a customer's: a test, a wrong number."""

LEAST_LIKENESS: Final = 78.0
_WITHIN: Final = 90.0
_SHORTEST_WITHIN: Final = 4


@dataclass(frozen=True)
class Suggestion:
    """A call driver's code (or NOT_CUSTOMER) for a reason, and how alike they are, 0 to 100.

    ``remembered`` when somebody gave the reason this driver before.
    """

    driver: str
    likeness: float
    remembered: bool = False


def suggest_drivers(
    reasons: Sequence[str], catalogue: Catalogue, remembered: Mapping[str, str]
) -> dict[str, Suggestion]:
    """Suggest a driver for each reason that is like enough to one's title, code or words.

    ``remembered`` gives drivers by plain reason and goes first. Likeness forgives typing errors,
    order and accents; a phrase that stands whole inside a longer reason counts 90.
    """
    phrases = _phrases(catalogue)
    known = set(catalogue.call_drivers) | {NOT_CUSTOMER}
    found: dict[str, Suggestion] = {}
    for reason in reasons:
        words = plain(reason)
        if remembered.get(words) in known:
            found[reason] = Suggestion(remembered[words], 100.0, remembered=True)
        elif words and (best := _best(words, phrases)) is not None:
            found[reason] = best
    return found


def _phrases(catalogue: Catalogue) -> dict[str, str]:
    """Give the driver of each known phrase; the first driver that claims a phrase keeps it."""
    phrases: dict[str, str] = {}
    for code, driver in catalogue.call_drivers.items():
        for phrase in (driver.title, code):
            phrases.setdefault(plain(phrase), code)
    for code, words in catalogue.reason_words.words.items():
        for word in words:
            phrases.setdefault(plain(word), code)
    for word in catalogue.reason_words.not_customer:
        phrases.setdefault(plain(word), NOT_CUSTOMER)
    return phrases


def _best(words: str, phrases: Mapping[str, str]) -> Suggestion | None:
    """Give the most alike driver; numbers in a code, as in "ret 01", say nothing."""
    told = " ".join(word for word in words.split() if not word.isdigit()) or words
    within = max(
        (
            (len(phrase), phrase)
            for phrase in phrases
            if len(phrase) >= _SHORTEST_WITHIN and f" {phrase} " in f" {told} "
        ),
        default=None,
    )
    match = process.extractOne(
        told, list(phrases), scorer=fuzz.token_sort_ratio, score_cutoff=LEAST_LIKENESS
    )
    if within is not None and (match is None or match[1] < _WITHIN):
        return Suggestion(phrases[within[1]], _WITHIN)
    return None if match is None else Suggestion(phrases[match[0]], round(match[1], 1))
