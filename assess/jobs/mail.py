"""Send a mail: by SMTP when it is configured, into a folder when it is not."""

import os
import smtplib
import ssl
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from assess.paths import data_dir
from assess.settings import Settings

TIMEOUT_SECONDS = 20


@cache
def _environment(language: str) -> Environment:
    """Mail has a template environment of its own: it is rendered where no web page is."""
    made = Environment(
        loader=FileSystemLoader(data_dir("templates")),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue = Translations.load(Path(__file__).parent.parent / "translations", [language])
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    return made


def compose(
    settings: Settings,
    template: str,
    to: str,
    reference: str,
    *,
    language: str = "en",
    **facts: Any,
) -> EmailMessage:
    """Render ``templates/mail/<template>.txt`` in ``language``; its first line is the subject.

    ``reference`` names the outbox row, so that a mail sent twice can be recognised by its
    Message-ID. Raises ValueError when an address or the subject holds a line break.
    """
    text = render(template, language=language, **facts)
    subject, _, body = text.partition("\n")
    message = EmailMessage()
    message["Subject"] = subject.strip()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Date"] = formatdate()
    host = urlsplit(settings.public_url).hostname or "localhost"
    message["Message-ID"] = f"<{reference}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.strip() + "\n")
    message["Content-Language"] = language
    return message


def render(template: str, *, language: str = "en", **facts: Any) -> str:
    """Write ``templates/mail/<template>.txt`` in ``language``."""
    return _environment(language).get_template(f"mail/{template}.txt").render(facts)


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand ``message`` over; when this returns, the server (or the disk) has it.

    Raises smtplib.SMTPException or OSError when it does not.
    """
    if settings.smtp_url is None:
        _to_folder(settings, message)
    else:
        _to_server(settings.smtp_url, message)


def forget(settings: Settings, references: Iterable[str]) -> None:
    """Remove the mails of these references from the folder; a server's are beyond our reach."""
    for reference in references:
        for path in settings.mail_dir.glob(f"{reference}@*.eml"):
            path.unlink(missing_ok=True)


def _to_folder(settings: Settings, message: EmailMessage) -> None:
    # The owner's alone: mails hold links that let in whoever has them.
    settings.mail_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    file_name = message["Message-ID"].strip("<>").replace("/", "_") + ".eml"
    # The same row sent again replaces its own file: no duplicate in the folder.
    path = settings.mail_dir / file_name
    with open(path, "wb", opener=partial(os.open, mode=0o600)) as file:
        file.write(bytes(message))


def _to_server(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo()
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message, from_addr=parseaddr(message["From"])[1])
