"""Names as they are found, sorted and compared: without case, accents and order."""

import unicodedata
from typing import Final

#: Letters of Latin alphabets that no decomposition takes apart.
_WHOLE: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
LONGEST_FOUND: Final = 600
LONGEST_KEY: Final = 200


def fold(text: str) -> str:
    """Give ``text`` in lower case without accents and with single spaces.

    Only the marks of Latin, Greek and Cyrillic letters go: elsewhere a mark is a vowel.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", bare).translate(_WHOLE).split())


def name_key(name: str) -> str:
    """Give the words of a name in alphabetical order: the same for "Meyer, Ada" and "Ada Meyer"."""
    words = "".join(letter if letter.isalnum() else " " for letter in fold(name)).split()
    return " ".join(sorted(words))[:LONGEST_KEY]


def found_by(name: str, email: str | None, phone: str | None) -> str:
    """Give what a person is found and sorted by: the name, then address and phone number."""
    return " ".join(filter(None, (fold(name), email, phone)))[:LONGEST_FOUND]


def terms(asked: str) -> list[str]:
    """Give what must all stand in `found_by`; a phone number is one term however it is spaced."""
    digits = "".join(letter for letter in asked if letter.isdigit())
    if len(digits) >= 4 and not any(letter.isalpha() for letter in asked):
        return [digits.lstrip("0")]
    return fold(asked).split()
