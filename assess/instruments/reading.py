"""How hard an English text is to read, as a school grade.

Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59. The library counts the
syllables by rules, without fetching a word list; its count of none, for "the", is taken as one.
Source: Kincaid, Fishburne, Rogers & Chissom (1975).
"""

import re
import warnings

with warnings.catch_warnings():
    # The library's word lists hold escapes that Python warns of when it first compiles them.
    warnings.simplefilter("ignore")
    from readability.langdata import LANGDATA

_syllables = LANGDATA["en"]["syllables"]
_SENTENCE_END = re.compile(r"[.!?]['\"]?(?:\s+|$)")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*")


def reading_grade(text: str) -> float:
    """Give the grade of a text of at least one word; raises ValueError for less."""
    sentences = [words for part in _SENTENCE_END.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        raise ValueError("a text without words has no reading grade")
    syllables = sum(max(1, int(_syllables(word.lower()))) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
