"""What a mail server said when it would not take a mail, in plain and harmless words."""

import re
from typing import Final

LONGEST_WORDS: Final = 140

#: Mailbox and system status codes (RFC 3463, 5.x.y) that a recruiter can act upon.
_MEANINGS: Final = {
    "1.0": "there is no such mailbox",
    "1.1": "there is no such mailbox",
    "1.2": "there is no such mail server",
    "1.3": "the address is not written as an address",
    "1.6": "the mailbox has moved",
    "1.10": "the address takes no mail",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "4.1": "the mail server of the address did not answer",
    "4.4": "the mail server of the address was not found",
    "4.7": "the mail server of the address did not take it in time",
}
_OF_CLASS: Final = {"7": "the rules of that mail server forbid it"}
_STATUS = re.compile(r"\b[245]\.(\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"<?[^\s<>\"'(),;:]{1,64}@[^\s<>\"'(),;]{1,255}>?")
_WEB = re.compile(r"\b(?:https?|ftp)://\S+|\bwww\.\S+", re.IGNORECASE)
_REPEATED_CODE = re.compile(r"^(?:[245]\d\d)?[ -]*(?:#?[245]\.\d{1,3}\.\d{1,3})?[ :-]*")


def refusal(what: str, status: str, words: str) -> str:
    """Write a sentence: what happened, what it means where that is known, what the server said.

    ``words`` come from a stranger: addresses and web addresses are left out, what cannot be
    shown too, and only the beginning is kept.
    """
    meaning = _meaning(status) or _meaning(status_in(words) or "")
    said = plain(words)
    told = f"{what}: {meaning}" if meaning else what
    quoted = f" The server said “{said}”." if said else ""
    return f"{told} (code {status}).{quoted}"


def status_in(words: str) -> str | None:
    """Give the first status code such as 5.1.1 that stands in ``words``."""
    found = _STATUS.search(words)
    return found.group() if found else None


def plain(words: str) -> str:
    """Give a stranger's words on one line, short, without addresses, links and odd characters."""
    line = " ".join(words[: 20 * LONGEST_WORDS].split())
    line = "".join(letter for letter in line if letter.isprintable())
    line = _ADDRESS.sub("(address)", _WEB.sub("", _REPEATED_CODE.sub("", line)))
    line = " ".join(line.split()).strip(" .")
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1].rstrip() + "…"


def _meaning(status: str) -> str | None:
    found = _STATUS.fullmatch(status)
    if found is None:
        return None
    rest = found.group(1)
    return _MEANINGS.get(rest) or _OF_CLASS.get(rest.partition(".")[0])
