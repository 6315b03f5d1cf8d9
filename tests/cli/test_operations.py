"""Making an installation, from the command line."""

import os
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from assess.accounts.models import AuditEvent, Passkey
from assess.app import create_app
from assess.cli import main
from assess.db.engine import make_engine, make_sessions
from assess.db.scope import Across, across
from assess.settings import Settings
from tests.service import NOW


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Set what an installation needs; the database does not exist yet."""
    given = {
        "ASSESS_SECRET_KEY": "k" * 40,
        "ASSESS_PUBLIC_URL": "http://localhost",
        "ASSESS_DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


def run(*arguments: str):
    """Run a command."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.mark.parametrize(
    ("command", "given", "threads"),
    [("serve", None, "1"), ("worker", None, "1"), ("serve", "3", "3"), ("score", None, None)],
)
def test_what_runs_beside_others_multiplies_on_one_core_unless_told(
    monkeypatch, command, given, threads
):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", given or "")
    if given is None:
        monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    assert main.get_command(None, command).name == command
    assert os.environ.get("OPENBLAS_NUM_THREADS") == threads


def test_init_makes_an_organisation_whose_link_opens_a_form(environment):
    done = run("init", "--organisation", "Harbour Care", "--admin", "ana@harbour.example")
    assert done.exit_code == 0, done.output
    path = re.search(r"http://localhost(/password/\S+)", done.output).group(1)
    app = create_app(Settings.from_env(environment))
    assert app.test_client().get(path).status_code == 200
    app.extensions["assess"]["engine"].dispose()


def test_init_of_the_same_organisation_again_is_refused(environment):
    twice = ("init", "--organisation", "Harbour Care", "--admin", "ana@harbour.example")
    assert run(*twice).exit_code == 0
    again = run(*twice)
    assert again.exit_code == 1
    assert "exists already" in again.output


def test_init_needs_a_real_address(environment):
    done = run("init", "--organisation", "Harbour Care", "--admin", "ana")
    assert done.exit_code == 1
    assert "'ana' is not an address" in done.output


def test_missing_settings_are_all_named(monkeypatch):
    for name in ("ASSESS_SECRET_KEY", "ASSESS_PUBLIC_URL", "ASSESS_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    done = run("serve")
    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 3


def test_the_schema_can_be_brought_up_again(environment):
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "upgrade").exit_code == 0


def test_an_unknown_command_is_wrong_usage():
    assert run("no-such-command").exit_code == 2


def test_the_operator_lets_in_who_has_lost_every_second_factor(environment):
    assert run("init", "--organisation", "Harbour Care", "--admin", "ana@harbour.example")
    engine = make_engine(environment["ASSESS_DATABASE_URL"])
    sessions = make_sessions(engine)
    key = Passkey(
        user_id=1, user_handle="h", credential="c", public_key=b"k", sign_count=0, name="Phone",
        added_at=NOW,
    )  # fmt: skip
    with across(sessions, Across.SIGN_IN, write=True) as session:
        session.add(key)
    unknown = run("reset-second-factor", "bo@harbour.example")
    assert (unknown.exit_code, "Nobody" in unknown.output) == (1, True)
    told = [run("reset-second-factor", "Ana@harbour.example").output for _ in range(2)]
    assert told[0].startswith("Removed")
    assert told[1].startswith("There was no")
    with across(sessions, Across.SIGN_IN) as session:
        assert session.scalars(select(Passkey.id)).all() == []
        acts = session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("%reset"))).all()
    assert acts == ["second factors reset"]
    engine.dispose()
