"""Mail is composed from plain facts and handed to a real SMTP server, or to a folder."""

import socket
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from assess.jobs import mail
from assess.settings import Settings


class Box:
    """What the test's server received."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope.content)
        return "250 taken"


@pytest.fixture
def box():
    """Run a real SMTP server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Box()
    handler.url = f"smtp://127.0.0.1:{port}"
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def settings(tmp_path):
    """Give settings whose mails lie in the test's folder; there is no database here."""
    return Settings(
        secret_key="k" * 40,
        public_url="http://localhost",
        database_url="sqlite://",
        files_dir=tmp_path,
        mail_dir=tmp_path / "letters",
    )


@pytest.fixture
def letter(settings, tmp_path, monkeypatch):
    """Compose from a template of the test's own."""
    (tmp_path / "mail").mkdir(exist_ok=True)
    (tmp_path / "mail/note.txt").write_text("{{ _('Hello') }} {{ name }}\n\nGood day.\n")
    monkeypatch.setattr(mail, "data_dir", lambda _name: tmp_path)
    mail._environment.cache_clear()
    yield mail.compose(settings, "note", "ana@example.org", "job-7", name="Ana Łucja")
    mail._environment.cache_clear()


def test_the_server_gets_the_letter(settings, letter, box):
    mail.send(replace(settings, smtp_url=box.url), letter)
    got = message_from_bytes(box.letters[0], policy=policy.default)
    assert got["Subject"] == "Hello Ana Łucja"
    assert got["To"] == "ana@example.org"
    assert got["Message-ID"] == "<job-7@localhost>"
    assert got.get_content().strip() == "Good day."


def test_without_a_server_the_letter_lies_in_the_folder_once(settings, letter):
    mail.send(settings, letter)
    mail.send(settings, letter)
    assert [path.suffix for path in settings.mail_dir.glob("*.eml")] == [".eml"]


def test_a_line_break_cannot_smuggle_a_header(settings, letter):
    with pytest.raises(ValueError, match="linefeed"):
        mail.compose(settings, "note", "a@example.org\nBcc: b@example.org", "job-8", name="x")


def test_a_server_that_is_not_there_is_an_error(settings, letter):
    with pytest.raises(ConnectionRefusedError):
        mail.send(replace(settings, smtp_url="smtp://127.0.0.1:1"), letter)


def test_nobody_else_on_the_machine_reads_the_folder(settings, letter):
    mail.send(settings, letter)
    (path,) = settings.mail_dir.glob("*.eml")
    assert (settings.mail_dir.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)
