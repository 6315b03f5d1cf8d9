"""What a translation must carry over unchanged: placeholders, and numbers however written.

Numbers are compared by value: "1,500" of an English text is "1 500", "1.500" or "1500" elsewhere,
"1.5" is "1,5", "18:00" is "18 h" or "pukul 18.00", "6 pm" is "18 h". A number in figures on one
side may stand in words on the other. Numbers in words on both sides are not compared: "one" is an
article in many languages, and twelve may be a dozen.
"""

import re
from collections import Counter
from typing import Final

from assess.instruments.word_lists import NUMBER_WORDS

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]\b")
_HALF_DAY = re.compile(r"\b(\d{1,2})(?::(\d\d))? ?([ap])\.?m\b\.?", re.IGNORECASE)
_TIME = re.compile(r"\b([01]?\d|2[0-3]) ?[:h] ?([0-5]\d)\b")
_TIME_WITH_DOT = re.compile(r"\b([01]?\d|2[0-3])\.([0-5]\d)\b(?![.,]?\d)")
_CLOCK = re.compile(r"\b(?:pukul|jam)\b", re.IGNORECASE)
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}\b)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DECIMAL_POINT: Final = ("en",)


def token_fault(source: str, language: str, text: str, other: str) -> str | None:
    """Say how the tokens of ``text`` in ``other`` differ from the source's, None if they agree."""
    lost = list((placeholders(source) - placeholders(text)).elements())
    added = list((placeholders(text) - placeholders(source)).elements())
    asked, given = numbers(source, language), numbers(text, other)
    lost += (asked - given - _in_words(text, other)).elements()
    added += (given - asked - _in_words(source, language)).elements()
    parts = [
        f"{what} {', '.join(found)}" for what, found in (("lacks", lost), ("adds", added)) if found
    ]
    return " and ".join(parts) or None


def placeholders(text: str) -> Counter[str]:
    """Count the placeholders: %(name)s, {name}."""
    return Counter(_PLACEHOLDER.findall(text))


def numbers(text: str, language: str) -> Counter[str]:
    """Count the numbers in figures, each in one way of writing; a time is "18" or "18:30"."""
    found: Counter[str] = Counter()

    def half_day(match: re.Match[str]) -> str:
        hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0)
        return f"{hour}:{match[2] or '00'}"

    def time(match: re.Match[str]) -> str:
        minutes = "" if match[2] == "00" else f":{match[2]}"
        found[f"{int(match[1])}{minutes}"] += 1
        return " "

    rest = _HALF_DAY.sub(half_day, _PLACEHOLDER.sub(" ", text))
    rest = _TIME.sub(time, _SPACED_THOUSANDS.sub("", rest))
    if language == "id" and _CLOCK.search(rest):
        rest = _TIME_WITH_DOT.sub(time, rest)
    found.update(_written(number, language) for number in _NUMBER.findall(rest))
    return found


def _written(number: str, language: str) -> str:
    """Write a number without thousands separators and with a decimal point."""
    thousands, decimal = (",", ".") if language in _DECIMAL_POINT else (".", ",")
    whole = re.fullmatch(rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+(?:\D\d+)?", number)
    plain = number.replace(thousands, "") if whole else number.replace(thousands, decimal)
    plain = plain.replace(decimal, ".")
    return plain.rstrip("0").rstrip(".") if "." in plain else str(int(plain))


def _in_words(text: str, language: str) -> Counter[str]:
    """Count the numbers in words, in the same writing as figures."""
    words = NUMBER_WORDS.get(language, {})
    found: Counter[str] = Counter()
    for word, value in words.items():
        found[str(value)] += len(re.findall(rf"\b{word}\b", text, re.IGNORECASE))
    return found
