"""Fixtures of the running service: an app, an organisation, members who are signed in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from assess.accounts import service as accounts
from assess.accounts.actor import Actor, system
from assess.accounts.models import RoleName
from assess.accounts.sign_in import set_password
from assess.app import create_app
from assess.db.scope import Sessions
from assess.settings import Settings

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Tenant:
    """An organisation with one member of each role that the tests need."""

    organisation_id: int
    members: dict[RoleName, Actor]
    emails: dict[RoleName, str]
    user_ids: dict[RoleName, int]

    @property
    def system(self) -> Actor:
        """The actor of jobs and of the command line."""
        return system(self.organisation_id)

    @property
    def recruiter(self) -> Actor:
        """The recruiter."""
        return self.members[RoleName.RECRUITER]


def make_tenant(sessions: Sessions, name: str) -> Tenant:
    """Found an organisation with a member of every role."""
    slug = name.lower().replace(" ", "-")
    organisation_id, _user = accounts.found_organisation(
        sessions, name, f"founder@{slug}.example", "Founder", now=NOW
    )
    members, emails, user_ids = {}, {}, {}
    for role in RoleName:
        email = f"{role.value}@{slug}.example"
        member_id, user_id = accounts.add_member(
            sessions, system(organisation_id), email, f"{role.value} of {name}", role, now=NOW
        )
        members[role] = Actor(organisation_id, "member", member_id, role)
        emails[role], user_ids[role] = email, user_id
    return Tenant(organisation_id, members, emails, user_ids)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Give settings of a small installation whose files and mails lie in the test's folder."""
    return Settings(
        secret_key="a test's secret of more than thirty-two characters",
        public_url="http://localhost",
        database_url=database_url,
        files_dir=tmp_path / "files",
        mail_dir=tmp_path / "mail",
        weak_passwords_hash=True,
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Keep compiled templates over the tests: each test builds its service anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session", autouse=True)
def compiled_routes() -> Iterator[None]:
    """Keep compiled addresses over the tests, for the same reason; there are hundreds."""
    compiled: dict[object, Any] = {}
    compile_ = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Any:
        # All that goes into the code; the rule itself is bound to it by the caller.
        key = (rule.rule, repr(rule.defaults), tuple(rule._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", remembered)
        yield


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """Give the service on the fresh database."""
    made = create_app(settings)
    made.testing = True
    made.jinja_env.bytecode_cache = compiled_templates
    yield made
    made.extensions["assess"]["engine"].dispose()


@pytest.fixture
def tenant(sessions: Sessions) -> Tenant:
    """Give an organisation."""
    return make_tenant(sessions, "Harbour Care")


@pytest.fixture
def other_tenant(sessions: Sessions) -> Tenant:
    """Give another organisation, which must see nothing of the first."""
    return make_tenant(sessions, "Rival Desk")


def csrf(page: str) -> str:
    """Read the forgery token out of a page's form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the page has no form"
    return found.group(1)


@pytest.fixture
def signed_in(app: Flask, sessions: Sessions) -> Callable[[Tenant, RoleName], FlaskClient]:
    """Give a function that signs a member in through the real page."""

    def sign_in(tenant: Tenant, role: RoleName) -> FlaskClient:
        set_password(app, sessions, tenant.user_ids[role], PASSWORD)
        client = app.test_client()
        token = csrf(client.get("/sign-in").text)
        answer = client.post(
            "/sign-in",
            data={"email": tenant.emails[role], "password": PASSWORD, "csrf_token": token},
        )
        assert answer.status_code == 302, answer.text
        return client

    return sign_in
