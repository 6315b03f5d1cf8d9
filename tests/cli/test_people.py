"""People from the command line: faults by row, a dry run, nobody invited twice."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from assess.campaigns import service
from assess.campaigns.models import Mailing
from assess.cli import main
from assess.db.scope import reading
from assess.instruments.catalogue import default_catalogue
from tests.campaigns.conftest import opening
from tests.campaigns.people_files import thousand


@pytest.fixture
def run(settings, tenant, monkeypatch):
    """Run the import on the test's installation."""
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(
        main, ["import", *map(str, arguments)], catch_exceptions=False
    )


# What is invited is tested on both in tests/campaigns.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_faults_are_told_by_row_and_nobody_is_invited_twice(run, sessions, tenant, tmp_path):
    today = datetime.now(UTC).date()
    campaign = service.open_campaign(
        sessions,
        tenant.recruiter,
        default_catalogue(),
        opening(opens_on=today, closes_on=today + timedelta(days=9)),
        now=datetime.now(UTC),
    )
    file = tmp_path / "people.csv"
    file.write_bytes(thousand())

    def mails() -> int:
        with reading(sessions, tenant.organisation_id) as session:
            return session.scalar(select(func.count(Mailing.id)))

    refused = run(campaign, file)
    assert (refused.exit_code, mails()) == (1, 0)
    lines = refused.stderr.splitlines()
    assert len(lines) == 7
    assert lines[0] == f"{file}: row 142: 'eva@' is not an e-mail address we can write to"
    dry = run(campaign, file, "--dry-run", "--skip-faulty", "--json")
    assert json.loads(dry.stdout) == {
        "people": 1000, "new": 993, "known": 0, "already": 0, "faulty": 7,
    }  # fmt: skip
    assert (dry.exit_code, mails()) == (0, 0)
    done = run(campaign, file, "--skip-faulty")
    assert done.stdout == "993 people invited, 0 in the campaign already, 7 faulty.\n"
    again = run(campaign, file, "--skip-faulty", "--json")
    assert json.loads(again.stdout) == {
        "people": 1000, "invited": 0, "already": 993, "faulty": 7,
    }  # fmt: skip
    assert mails() == 993
    file.write_text("Who,Where\nJo,Here\n")
    nobody = run(campaign, file)
    assert nobody.exit_code == 1
    assert nobody.stderr == f"{file}: row 1: no column is named like an e-mail address\n"
