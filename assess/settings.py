"""The settings of an installation; the only reader of the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from assess.errors import Invalid

_HOW = {
    "ASSESS_SECRET_KEY": (
        "a secret of at least 32 characters that signs links and cookies, for example the output "
        'of: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    ),
    "ASSESS_PUBLIC_URL": "the address people open, for example https://assess.example.org",
    "ASSESS_DATABASE_URL": (
        "where the data lives, for example sqlite:////srv/assess/assess.sqlite or "
        "postgresql+psycopg://assess@localhost/assess"
    ),
}
_IMAP_HOW = (
    "the mailbox of delivery reports, for example imaps://user:password@mail.example.org/INBOX "
    "(characters such as @ or / in user and password written as %40, %2F)"
)


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and another."""

    secret_key: str = field(repr=False)
    public_url: str
    database_url: str = field(repr=False)
    files_dir: Path
    #: What the keys of authenticator apps are encrypted with, the newest first; empty is the
    #: secret key.
    factor_secrets: tuple[str, ...] = field(default=(), repr=False)
    #: smtp://user:password@host:port or smtps://…; None writes mails to ``mail_dir``.
    smtp_url: str | None = field(default=None, repr=False)
    mail_dir: Path = Path("mail")
    mail_from: str = "Assess <no-reply@localhost>"
    #: imaps://user:password@host/folder; where delivery reports arrive. None reads none.
    imap_url: str | None = field(default=None, repr=False)
    #: An address whose mail arrives there too; a mail to it can stop reminders.
    stop_address: str | None = None
    #: A folder of questionnaires that replaces the public example bank.
    questionnaires_dir: Path | None = None
    #: The most megabytes of one export of contacts.
    largest_export: int = 200
    #: The most processes in which a worker lays out the pages of reports.
    render_processes: int = 2
    #: How many proxies of one's own stand in front; the last ones to say who the client is.
    proxies: int = 0
    #: Whether an organisation's OpenID provider may have an address in the service's own network.
    private_providers: bool = False
    #: Set for a demo: every page says that no one here is real.
    simulated: bool = False
    #: Cheaper password hashing for tests; never set it on a real installation.
    weak_passwords_hash: bool = False

    @property
    def secure(self) -> bool:
        """Say whether people reach the service over https."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read ``ASSESS_*``; raise Invalid with one line for each setting that is missing."""
        env = os.environ if environ is None else environ
        faults = [
            f"{name} is not set: give {how}" for name, how in _HOW.items() if not env.get(name)
        ]
        if 0 < len(env.get("ASSESS_SECRET_KEY", "")) < 32:
            faults.append(f"ASSESS_SECRET_KEY is too short: give {_HOW['ASSESS_SECRET_KEY']}")
        proxies = env.get("ASSESS_PROXIES") or "0"
        if not (proxies.isascii() and proxies.isdigit()):
            faults.append("ASSESS_PROXIES is not a number: give how many proxies stand in front")
        export = env.get("ASSESS_LARGEST_EXPORT_MB") or "200"
        if not (export.isascii() and export.isdigit() and int(export)):
            faults.append("ASSESS_LARGEST_EXPORT_MB is not a number of megabytes from 1")
        render = env.get("ASSESS_RENDER_PROCESSES") or "2"
        if not (render.isascii() and render.isdigit() and int(render)):
            faults.append("ASSESS_RENDER_PROCESSES is not a number of processes from 1")
        secrets = (env.get("ASSESS_FACTOR_KEYS") or "").split()
        if any(len(one) < 32 for one in secrets):
            faults.append(
                "ASSESS_FACTOR_KEYS holds one that is too short: give secrets of at least 32 "
                "characters with a space between them, the newest first"
            )
        faults += _mailbox_faults(env.get("ASSESS_IMAP_URL"), env.get("ASSESS_STOP_ADDRESS"))
        if faults:
            raise Invalid(*faults)
        folder = env.get("ASSESS_QUESTIONNAIRES")
        return cls(
            secret_key=env["ASSESS_SECRET_KEY"],
            public_url=env["ASSESS_PUBLIC_URL"].rstrip("/"),
            database_url=env["ASSESS_DATABASE_URL"],
            files_dir=Path(env.get("ASSESS_FILES", "files")),
            factor_secrets=tuple(secrets),
            smtp_url=env.get("ASSESS_SMTP_URL") or None,
            mail_dir=Path(env.get("ASSESS_MAIL_DIR", "mail")),
            mail_from=env.get("ASSESS_MAIL_FROM", "Assess <no-reply@localhost>"),
            imap_url=env.get("ASSESS_IMAP_URL") or None,
            stop_address=env.get("ASSESS_STOP_ADDRESS") or None,
            questionnaires_dir=Path(folder) if folder else None,
            largest_export=int(export),
            render_processes=int(render),
            proxies=int(proxies),
            private_providers=env.get("ASSESS_PRIVATE_PROVIDERS") == "1",
            simulated=env.get("ASSESS_SIMULATED") == "1",
        )

    def to_env(self) -> dict[str, str]:
        """Give the same settings as ``ASSESS_*``, for a process of ours to read."""
        given = {
            "ASSESS_SECRET_KEY": self.secret_key,
            "ASSESS_PUBLIC_URL": self.public_url,
            "ASSESS_DATABASE_URL": self.database_url,
            "ASSESS_FILES": str(self.files_dir),
            "ASSESS_FACTOR_KEYS": " ".join(self.factor_secrets),
            "ASSESS_SMTP_URL": self.smtp_url or "",
            "ASSESS_MAIL_DIR": str(self.mail_dir),
            "ASSESS_MAIL_FROM": self.mail_from,
            "ASSESS_IMAP_URL": self.imap_url or "",
            "ASSESS_STOP_ADDRESS": self.stop_address or "",
            "ASSESS_QUESTIONNAIRES": str(self.questionnaires_dir or ""),
            "ASSESS_LARGEST_EXPORT_MB": str(self.largest_export),
            "ASSESS_RENDER_PROCESSES": str(self.render_processes),
            "ASSESS_PROXIES": str(self.proxies or ""),
            "ASSESS_PRIVATE_PROVIDERS": "1" if self.private_providers else "",
            "ASSESS_SIMULATED": "1" if self.simulated else "",
        }
        return {name: value for name, value in given.items() if value}


def _mailbox_faults(url: str | None, stop_address: str | None) -> list[str]:
    """Say what is wrong with the mailbox's address; its password is never repeated."""
    faults = []
    if stop_address and not re.fullmatch(r"[\w.+-]+@[\w.-]+", stop_address, re.ASCII):
        faults.append("ASSESS_STOP_ADDRESS is not an address: give one such as stop@example.org")
    if stop_address and not url:
        faults.append(f"ASSESS_STOP_ADDRESS needs ASSESS_IMAP_URL: give {_IMAP_HOW}")
    if not url:
        return faults
    try:
        parts = urlsplit(url)
        _port, host = parts.port, parts.hostname
    except ValueError:
        return [*faults, f"ASSESS_IMAP_URL cannot be read: give {_IMAP_HOW}"]
    if parts.scheme not in ("imaps", "imap") or not host:
        faults.append(f"ASSESS_IMAP_URL is not an imaps address: give {_IMAP_HOW}")
    elif parts.scheme == "imap" and host not in ("localhost", "127.0.0.1", "::1"):
        faults.append("ASSESS_IMAP_URL would send the password unprotected: give imaps://…")
    if not (parts.username and parts.password):
        faults.append(f"ASSESS_IMAP_URL names no user and password: give {_IMAP_HOW}")
    return faults
