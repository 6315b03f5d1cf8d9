"""Somebody who has handed everything in, in a browser on their own pages."""

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from assess.accounts.models import AuditEvent
from assess.app import HANDLERS
from assess.campaigns import queries as campaigns
from assess.campaigns.portal_link import portal_link
from assess.db.scope import reading
from assess.jobs.worker import run_until_idle
from assess.sittings import service as sittings
from assess.sittings.screens import lay_out
from assess.sittings.service import GivenAnswer
from tests.service import csrf
from tests.sittings.conftest import (
    TODAY,
    Invited,
    agreed,
    browser,
    invite,
    invited,
    open_to_answers,
    sitting_bank,
)

__all__ = ["agreed", "browser", "invite", "invited", "open_to_answers", "sitting_bank"]


def answer_all(sessions, bank, person, battery=("work-style", "service-judgement-a")) -> None:
    """Answer every item: the middle, with a little up and down."""
    instruments = [bank.instrument(key) for key in battery]
    given = []
    for screen in lay_out(instruments):
        for item in screen.item_ids:
            number = len(given) + 1
            low, high = screen.instrument.low, screen.instrument.high
            value = low + number % (high - low + 1)
            given.append(GivenAnswer(item, value, number, f"{person.invitation_id}-{number}"))
    sittings.save_answers(sessions, bank, person.claim, given, now=TODAY)


def hand_in(sessions, settings, bank, person) -> Invited:
    """Take a person all the way to the end."""
    token = person.path.removeprefix("/i/")
    sittings.open_link(sessions, settings, bank, token, now=TODAY)
    sittings.agree(sessions, person.claim, now=TODAY)
    answer_all(sessions, bank, person)
    sittings.submit(sessions, bank, person.claim, now=TODAY)
    return person


@pytest.fixture
def handed_in(agreed, sessions, sitting_bank) -> Invited:
    """Give somebody who has handed everything in."""
    answer_all(sessions, sitting_bank, agreed)
    sittings.submit(sessions, sitting_bank, agreed.claim, now=TODAY)
    return agreed


def mails(settings) -> list[email.message.EmailMessage]:
    """Give the mails of the folder, oldest first."""
    found = sorted(settings.mail_dir.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in found
    ]


@dataclass
class Own:
    """A browser without a script on one person's own pages."""

    client: FlaskClient
    person: Invited

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, *, page: str | None = None, **fields: str) -> TestResponse:
        """Send the form of a page (its address, or the same) and follow where it leads."""
        token = csrf(self.client.get(page or address).text)
        return self.client.post(
            address, data={"csrf_token": token, **fields}, follow_redirects=True
        )

    def work(self) -> None:
        """Let the worker do what is due."""
        run_until_idle(self.person.sessions, self.person.settings, HANDLERS)

    def code(self, to: str = "ada@example.org") -> str:
        """Read the newest code that was mailed to an address."""
        self.work()
        for mail in reversed(mails(self.person.settings)):
            if mail["To"] == to and mail["Subject"] == "Your code":
                return re.search(r"^\s+(\d{4} \d{4})\s*$", mail.get_content(), re.M).group(1)
        raise AssertionError(f"no code went to {to}")

    def do(self, word: str, *, code: str | None = None, **fields: str) -> TestResponse:
        """Ask for an act, take its code out of the mail, type it."""
        self.post(f"/my/data/{word}")
        typed = self.code() if code is None else code
        return self.post(f"/my/data/{word}/code", code=typed, **fields)

    def acts(self) -> list[str]:
        """Every act of the trail about this invitation."""
        with reading(self.person.sessions, self.person.tenant.organisation_id) as session:
            rows = session.scalars(
                select(AuditEvent.act)
                .where(
                    AuditEvent.subject_kind == "invitation",
                    AuditEvent.subject_id == self.person.invitation_id,
                )
                .order_by(AuditEvent.id)
            )
            return list(rows)


def portal_path(person: Invited) -> str:
    """Give the address of the mailed link, below the service's own."""
    with reading(person.sessions, person.tenant.organisation_id) as session:
        view = campaigns.invitation(session, person.invitation_id)
    return portal_link(person.settings, view).removeprefix("http://localhost")


@pytest.fixture
def open_own(app: Flask) -> Callable[[Invited], Own]:
    """Give a function that opens a person's own pages by the mailed link."""

    def open_(person: Invited) -> Own:
        client = app.test_client()
        path = portal_path(person)
        token = csrf(client.get(path).text)
        answer = client.post(path, data={"csrf_token": token}, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return Own(client, person)

    return open_


@pytest.fixture
def own(handed_in, open_own) -> Own:
    """Give the own pages of somebody who has handed everything in."""
    return open_own(handed_in)
