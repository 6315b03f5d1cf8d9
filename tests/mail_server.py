"""A real SMTP server on a free port, whose mails are read."""

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller

from assess.settings import Settings


class Inbox:
    """An SMTP server's memory; ``refusal`` answers every recipient instead of taking it."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.refusal: str | None = None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.refusal is None:
            envelope.rcpt_tos.append(address)
        return self.refusal or "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp(settings: Settings) -> Iterator[tuple[Inbox, Settings]]:
    """Give a running server's inbox and settings that send to it."""
    inbox, port = Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
    controller.stop()
