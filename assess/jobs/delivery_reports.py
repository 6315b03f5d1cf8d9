"""Read a delivery report (RFC 3464): which mail of ours came back, and why. Pure.

A report comes from a stranger and may be forged or broken: what cannot be read is no report,
and only a Message-ID that is ours (the caller knows) makes it count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Final

LARGEST_REPORT: Final = 256 * 1024
LONGEST_DIAGNOSTIC: Final = 1_000
_MESSAGE_ID = re.compile(r"<([^<>@\s]{1,60})@[^<>@\s]{1,255}>")
#: What the parser itself raises over some broken mails.
_STUMBLES = (MessageError, ValueError, LookupError, TypeError, AttributeError)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class DeliveryReport:
    """A mail that was given up: ``message_ids`` left of the @, the likeliest first."""

    message_ids: tuple[str, ...]
    status: str
    diagnostic: str


def read_report(content: bytes) -> DeliveryReport | None:
    """Give what a report says of a mail that was given up.

    None for everything else: an ordinary mail, a delay, a delivery, what cannot be read.
    """
    try:
        report = message_from_bytes(content[:LARGEST_REPORT])
        if report.get_content_type() != "multipart/report":
            return None
        failed = next(
            (one for one in _recipients(report) if _word(one, "Action") == "failed"), None
        )
        if failed is None:
            return None
        ids = tuple(dict.fromkeys(_message_ids(report)))
        return DeliveryReport(ids, _status(failed), _diagnostic(failed)) if ids else None
    except _STUMBLES:
        return None


def subject_of(content: bytes) -> str:
    """Give a mail's subject on one line; nothing when it cannot be read."""
    try:
        return _text(message_from_bytes(content[:LARGEST_REPORT]), "Subject")
    except _STUMBLES:
        return ""


def _recipients(report: Message) -> Iterator[Message]:
    """Give the fields of each recipient: the blocks after the first, which is about the mail."""
    for part in report.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (block for block in blocks if isinstance(block, Message))


def _message_ids(report: Message) -> Iterator[str]:
    """Give the ids of the mail it is about: from its own headers, else from what it answers."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(part.get_payload(), list):
            yield from _ids_in(part.get_payload(0), "Message-ID")  # type: ignore[arg-type]
        elif kind in ("text/rfc822-headers", "message/global-headers"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from _ids_in(message_from_bytes(content), "Message-ID")
    for name in ("In-Reply-To", "References"):
        yield from _ids_in(report, name)


def _ids_in(message: Message, name: str) -> Iterator[str]:
    for value in message.get_all(name, []):
        yield from _MESSAGE_ID.findall(str(value))


def _status(recipient: Message) -> str:
    found = _STATUS.search(_text(recipient, "Status"))
    return found.group() if found else "5.0.0"


def _diagnostic(recipient: Message) -> str:
    """Give what the other server said, without the kind of the code before it (smtp;)."""
    text = _text(recipient, "Diagnostic-Code")
    _kind, semicolon, words = text.partition(";")
    return (words if semicolon else text).strip()[:LONGEST_DIAGNOSTIC]


def _word(message: Message, name: str) -> str:
    return _text(message, name).partition(" ")[0].lower()


def _text(message: Message, name: str) -> str:
    raw = str(message.get(name, ""))
    return " ".join(str(make_header(decode_header(raw))).split())
