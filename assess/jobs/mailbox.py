"""Look through a mailbox by IMAP: see what a reader wants, mark it seen, leave the rest alone."""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from assess.jobs.delivery_reports import LARGEST_REPORT

TIMEOUT_SECONDS: Final = 30
IMAP_PORT, IMAPS_PORT = 143, 993
MOST_MAILS: Final = 2_000
#: A month's name as IMAP writes it, whatever language this machine speaks.
_MONTHS: Final = ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()  # noqa: SIM905


class MailboxError(Exception):
    """The mailbox cannot be read now; its words name neither user nor password."""


def look_through(
    url: str, wanted: tuple[tuple[str, str], ...], take: Callable[[bytes], bool], *, since: date
) -> int:
    """Give each unseen mail to ``take``, and mark as seen those it says it took; return how many.

    ``wanted`` are (header, word) pairs: only mails with one of them are read at all. Nothing else
    in the mailbox is touched. Raises MailboxError when it cannot be read.
    """
    taken = 0
    try:
        with _signed_in(url) as box:
            for uid in _unseen(box, wanted, since):
                content = _read(box, uid)
                if content is not None and take(content):
                    _ask(box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
                    taken += 1
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(type(error).__name__) from None
    return taken


@contextmanager
def _signed_in(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "imaps":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            host,
            parts.port or IMAPS_PORT,
            ssl_context=ssl.create_default_context(),
            timeout=TIMEOUT_SECONDS,
        )
    else:
        box = imaplib.IMAP4(host, parts.port or IMAP_PORT, timeout=TIMEOUT_SECONDS)
    with box:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.lstrip("/")) or "INBOX"
        quoted = re.sub(r'([\\"])', r"\\\1", folder)
        _ask(box.select(f'"{quoted}"'))
        yield box


def _unseen(box: imaplib.IMAP4, wanted: tuple[tuple[str, str], ...], since: date) -> list[str]:
    """Give the newest unseen mails that have one of the wanted words in a header."""
    day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
    found: set[int] = set()
    for header, word in wanted:
        (uids, *_rest) = _ask(
            box.uid("SEARCH", "UNSEEN", "SINCE", day, "HEADER", header, f'"{word}"')
        )
        found.update(int(uid) for uid in (uids or b"").split())
    return [str(uid) for uid in sorted(found)[-MOST_MAILS:]]


def _read(box: imaplib.IMAP4, uid: str) -> bytes | None:
    """Give the beginning of a mail without marking it seen; None when it is gone."""
    answer = _ask(box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST_REPORT}>)"))
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def _ask(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data
