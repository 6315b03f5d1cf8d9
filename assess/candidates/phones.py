"""Phone numbers as the pool keeps them: a plus, the country's code, digits (E.164)."""

import re
from typing import Final

_SPACING: Final = re.compile(r"\(0\)|[\s().\-/\u00a0\u2010-\u2015]")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{7,14}")


def read_phone(told: str) -> str | None:
    """Read a number however it is spaced; None for nothing.

    Raises ValueError without the country's code: nobody guesses a country here.
    """
    bare = _SPACING.sub("", told)
    if not bare:
        return None
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if not _NUMBER.fullmatch(bare):
        raise ValueError(
            "the phone number must begin with its country's code, as +33 1 23 45 67 89"
        )
    return bare
