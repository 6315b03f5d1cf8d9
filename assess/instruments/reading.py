"""How hard an English text is to read, as a school grade.

Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59, syllables counted by
the library's rules; no word list is fetched. Source: Kincaid, Fishburne, Rogers & Chissom (1975).
"""

import re
import warnings

with warnings.catch_warnings():
    # The library's word lists hold escapes that Python warns of when it first compiles them.
    warnings.simplefilter("ignore")
    import readability

_SENTENCE_END = re.compile(r"[.!?]['\"]?(?:\s+|$)")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*")


def reading_grade(text: str) -> float:
    """Give the grade of a text of at least one word; raises ValueError for less."""
    sentences = [_WORD.findall(part) for part in _SENTENCE_END.split(text)]
    lines = [" ".join(words) for words in sentences if words]
    if not lines:
        raise ValueError("a text without words has no reading grade")
    found = readability.getmeasures("\n".join(lines), lang="en")
    return float(found["readability grades"]["Kincaid"])
