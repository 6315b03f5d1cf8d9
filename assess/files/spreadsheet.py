"""Text for files that are opened in a spreadsheet."""

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes as the beginning of a formula."""


def plain_text(text: str) -> str:
    """Give text that a spreadsheet takes as text: an apostrophe goes before a formula's sign."""
    return f"'{text}" if text.startswith(FORMULA) else text
