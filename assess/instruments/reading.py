"""How hard a text is to read: English as a school grade, other languages by two plain measures.

Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59. The library counts the
syllables by rules, without fetching a word list; its count of none, for "the", is taken as one.
Source: Kincaid, Fishburne, Rogers & Chissom (1975).

Elsewhere: mean words a sentence, the formula's own first term, and mean letters a word, which need
no rules of the language to count as syllables do. The formula gives grade 6 to a text of 17 words a
sentence whose words are as short as plain English ones (1.27 syllables): so many words may a
sentence have in French and Spanish, and 15 in Indonesian, which says the same in about a seventh
fewer words. The limit of letters lies half to one letter above the mean of our own plain texts in
the language (French 4.4, Spanish 4.6, Indonesian 5.6). These are conventions: none has norms for
adult readers as the English grade has.
"""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

with warnings.catch_warnings():
    # The library's word lists hold escapes that Python warns of when it first compiles them.
    warnings.simplefilter("ignore")
    from readability.langdata import LANGDATA

_syllables = LANGDATA["en"]["syllables"]
_SENTENCE_END = re.compile(r"[.!?]['\"]?(?:\s+|$)")
_ANY_SENTENCE_END = re.compile(r"[.!?…][\s\u202f]*['\"’”»)]*(?:\s+|$)")
_ANY_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*")


def reading_grade(text: str) -> float:
    """Give the grade of a text of at least one word; raises ValueError for less."""
    sentences = [words for part in _SENTENCE_END.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        raise ValueError("a text without words has no reading grade")
    syllables = sum(max(1, int(_syllables(word.lower()))) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


HIGHEST_GRADE: Final = 6.0
LONGEST_SENTENCES: Final[Mapping[str, float]] = {"fr": 17.0, "es": 17.0, "id": 15.0}
LONGEST_WORDS: Final[Mapping[str, float]] = {"fr": 5.0, "es": 5.4, "id": 6.4}


@dataclass(frozen=True)
class Plainness:
    """Mean words a sentence and mean letters a word of a text of so many ``words``."""

    words_in_sentence: float
    letters_in_word: float
    words: int


def plainness(text: str) -> Plainness:
    """Measure a text of at least one word in any alphabet; raises ValueError for less.

    An apostrophe parts words, so that French "l'appel" is two.
    """
    sentences = [
        words for part in _ANY_SENTENCE_END.split(text) if (words := _ANY_WORD.findall(part))
    ]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        raise ValueError("a text without words has no length of words")
    letters = sum(character.isalpha() for word in words for character in word)
    return Plainness(len(words) / len(sentences), letters / len(words), len(words))
