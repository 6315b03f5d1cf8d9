"""Delivery reports in the shapes that mail servers write them."""

from typing import Final

OURS: Final = "stalled-0123456789abcdef0123456789abcdef"


def _report(head: str, status: str, original: str, *, boundary: str = "=_b0undary") -> bytes:
    """Put a report together: its head, the delivery status, what it returns of the mail."""
    return (
        (
            f"{head}MIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status;\n"
            f'\tboundary="{boundary}"\n\n'
            f"This is a MIME-encapsulated message.\n\n--{boundary}\n"
            "Content-Type: text/plain; charset=us-ascii\n\nYour message could not be delivered.\n\n"
            f"--{boundary}\nContent-Type: message/delivery-status\n\n{status}\n"
            f"--{boundary}\n{original}\n--{boundary}--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


def _returned(message_id: str) -> str:
    return (
        "Content-Type: message/rfc822\n\nReceived: from app (localhost)\n"
        f"Message-ID: <{message_id}@assess.example.org>\nSubject: Parcel Friend\n"
        "From: no-reply@assess.example.org\nTo: ada@example.org\n\nHello Ada,\n"
    )


def postfix(message_id: str = OURS) -> bytes:
    """Postfix: the whole mail returned, long diagnostic folded over lines."""
    return _report(
        "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)\n"
        "Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n",
        "Reporting-MTA: dns; mx.example.org\nX-Postfix-Queue-ID: 4D1F1\n"
        "X-Postfix-Sender: rfc822; no-reply@assess.example.org\n\n"
        "Final-Recipient: rfc822; ada@example.org\nOriginal-Recipient: rfc822;ada@example.org\n"
        "Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; mail.example.org\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: Recipient address\n"
        "    rejected: User unknown in local recipient table\n",
        _returned(message_id),
    )


def exim(message_id: str = OURS) -> bytes:
    """Exim: an empty line fewer, the headers alone returned as message/rfc822."""
    return _report(
        "X-Failed-Recipients: ada@example.org\nFrom: Mail Delivery System <Mailer-Daemon@mx>\n"
        "Subject: Mail delivery failed: returning message to sender\n",
        "Reporting-MTA: dns; mx.example.org\n\nAction: failed\n"
        "Final-Recipient: rfc822;ada@example.org\nStatus: 5.0.0\nRemote-MTA: dns; mail.example\n"
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full\n",
        _returned(message_id),
        boundary="1700000000-eximdsn-1",
    )


def exchange(message_id: str = OURS) -> bytes:
    """Exchange: in the reader's language, References to the mail, headers as text."""
    return _report(
        "From: =?utf-8?B?UG9zdG1hc3Rlcg==?= <postmaster@outlook.example>\n"
        "Subject: =?utf-8?Q?Nicht_zustellbar=3A_Parcel_Friend?=\n"
        f"In-Reply-To: <{message_id}@assess.example.org>\n"
        f"References: <{message_id}@assess.example.org>\n",
        "Reporting-MTA: dns;AM0PR01.outlook.example\nReceived-From-MTA: dns;mx.example.org\n"
        "Arrival-Date: Mon, 2 Mar 2026 12:00:00 +0000\n\n"
        "Final-Recipient: rfc822;ada@example.org\nAction: failed\nStatus: 5.1.10\n"
        "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient\n"
        " ada@example.org not found by SMTP address lookup\n"
        "X-Display-Name: ada@example.org\n",
        "Content-Type: text/rfc822-headers\n\n"
        f"Message-ID:\n <{message_id}@assess.example.org>\nSubject: Parcel Friend\n",
    )


def gmail(message_id: str = OURS) -> bytes:
    """Gmail: a link in the diagnostic, pictures around the text, References."""
    return _report(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
        "Subject: Delivery Status Notification (Failure)\nAuto-Submitted: auto-replied\n"
        f"References: <{message_id}@assess.example.org>\n"
        f"In-Reply-To: <{message_id}@assess.example.org>\nX-Failed-Recipients: ada@example.org\n",
        "Reporting-MTA: dns; googlemail.com\nArrival-Date: Mon, 02 Mar 2026 04:00:00 -0800 (PST)\n"
        "X-Original-Message-ID: <other@mail.example>\n\n"
        "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Remote-MTA: dns; gmail-smtp-in.l.google.com. (2a00:1450:: the server for the domain)\n"
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not\n"
        " exist. 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser d12 - gsmtp\n",
        _returned(message_id),
    )


def delayed(message_id: str = OURS) -> bytes:
    """A warning that the server keeps trying: nothing has come back."""
    return (
        postfix(message_id)
        .replace(b"Action: failed", b"Action: delayed")
        .replace(b"Status: 5.1.1", b"Status: 4.4.1")
    )


def given_up(message_id: str = OURS) -> bytes:
    """Tried for days and given up: a passing fault that has become final."""
    return postfix(message_id).replace(b"Status: 5.1.1", b"Status: 4.4.7")


def delivered(message_id: str = OURS) -> bytes:
    """A report of success."""
    return postfix(message_id).replace(b"Action: failed", b"Action: delivered")


REPLY: Final = (
    b"From: ada@example.org\r\nSubject: Re: Parcel Friend\r\n"
    b"In-Reply-To: <" + OURS.encode() + b"@assess.example.org>\r\n\r\nCan we talk instead?\r\n"
)

#: None of them is a report of a mail that came back.
NO_BOUNCES: Final = {
    "a delay": delayed(),
    "a delivery": delivered(),
    "a reply": REPLY,
    "nothing": b"",
    "no mail at all": bytes(range(256)) * 4,
    "a report cut off in the middle": postfix()[:420],
    "a report without an original": _report("From: a@b.example\n", "Action: failed\n", "\n"),
    "a report that answers itself only": _report(
        "From: a@b.example\n", "Reporting-MTA: x\n\nAction: failed\nStatus: 5.1.1\n",
        "Content-Type: message/rfc822\n\nMessage-ID: <>\n\n",
    ),
    "a status part that is text": postfix().replace(
        b"message/delivery-status", b"text/plain"
    ),
    "broken headers": b"Content-Type: multipart/report; boundary=\r\n" + postfix(),
    "an unknown charset": b"Subject: =?x-none?B?//8=?=\r\n" + REPLY,
}  # fmt: skip
