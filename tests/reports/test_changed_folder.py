"""After the folder changed, an old campaign goes on with its own words and its own key."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from assess.authoring.models import PublishedInstrument
from assess.campaigns import queries as campaigns
from assess.db.scope import reading, writing
from assess.errors import Conflict
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.scoring import score_answers
from assess.rankings import queries as rankings_queries
from assess.rankings import service as rankings
from assess.reports import handed_service as reports
from assess.sittings import service as sittings
from assess.sittings.models import Score
from assess.sittings.saving import GivenAnswer
from tests.reports.conftest import run
from tests.sittings.conftest import TODAY, invite, open_to_answers

KEY = "work-style"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Give an installation's own questionnaires."""
    return Path(shutil.copytree(default_catalogue().folder, tmp_path / "own"))


def put(path: Path, *words: tuple[str, str]) -> None:
    """Replace words in a file."""
    text = path.read_text()
    for old, new in words:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text)


def change(folder: Path) -> Catalogue:
    """Turn one item's key round, reword what is shown, raise the version."""
    put(
        folder / KEY / "instrument.yaml",
        ('version: "', 'version: "9'), ("title: ", "title: Brand new "), ("Q51: -1", "Q51: 1"),
        ("I anticipate the needs of others.", "I guess what others need."),
    )  # fmt: skip
    put(
        folder / KEY / "calibration.yaml",
        ("version: '", "version: '9"),
        ("Q51:\n        sign: -1", "Q51:\n        sign: 1"),
    )
    return Catalogue(folder)


def test_a_running_sitting_a_ranking_and_a_report_keep_what_they_began_with(
    sessions, tenant, settings, folder, tmp_path
):
    before, path = Catalogue(folder), tmp_path / "report.pdf"
    old = before.instrument(KEY)
    campaign_id = open_to_answers(sessions, tenant, before, battery=(KEY,))
    ada = invite(sessions, tenant, settings, campaign_id, "Ada")
    sittings.open_link(sessions, settings, before, ada.path.removeprefix("/i/"), now=TODAY)
    sittings.agree(sessions, ada.claim, now=TODAY)

    changed = change(folder)

    standing = sittings.look(sessions, ada.claim)
    assert sittings.battery_of(sessions, changed, standing) == (old,)
    answers = {item: 1 + place % old.high for place, item in enumerate(old.item_ids)}
    given = [GivenAnswer(item, value) for item, value in answers.items()]
    sittings.save_answers(sessions, changed, ada.claim, given, now=TODAY)
    sittings.submit(sessions, changed, ada.claim, now=TODAY)
    with reading(sessions, tenant.organisation_id) as session:
        score = session.scalars(select(Score)).one()
        parts = campaigns.campaign(session, campaign_id).parts
    assert parts == ((KEY, old.digest),)
    assert score.instrument_digest == old.digest
    expected = score_answers(old, answers)
    assert score.scales["mean"] == pytest.approx(list(expected.mean))
    assert score.scales["mean"] != pytest.approx(
        list(score_answers(changed.instrument(KEY), answers).mean)
    )

    # Somebody invited before the change begins after it, with the same words.
    ben = invite(sessions, tenant, settings, campaign_id, "Ben")
    sittings.open_link(sessions, settings, changed, ben.path.removeprefix("/i/"), now=TODAY)
    standing = sittings.look(sessions, ben.claim)
    assert sittings.battery_of(sessions, changed, standing)[0].title == old.title

    later = TODAY + timedelta(hours=1)
    snapshot_id = rankings.rank_campaign(
        sessions, tenant.recruiter, changed, campaign_id, now=later
    )
    with reading(sessions, tenant.organisation_id) as session:
        (told,) = rankings_queries.snapshot(session, snapshot_id).method["instruments"]
    assert told["digest"] == told["present_digest"] == old.digest
    path.write_bytes(
        reports.ranked_pdf(
            sessions, tenant.recruiter, changed, campaign_id, people_pages=1, now=later
        )
    )
    printed = " ".join(run("pdftotext", str(path), "-").split())
    assert old.title in printed
    assert "Brand new" not in printed

    new_campaign = open_to_answers(sessions, tenant, changed, battery=(KEY,))
    with reading(sessions, tenant.organisation_id) as session:
        parts = campaigns.campaign(session, new_campaign).parts
    assert parts == ((KEY, changed.instrument(KEY).digest),)


def test_a_campaign_older_than_the_store_still_ranks(sessions, tenant, settings, folder):
    before = Catalogue(folder)
    campaign_id = open_to_answers(sessions, tenant, before, battery=(KEY,))
    ada = invite(sessions, tenant, settings, campaign_id, "Ada")
    sittings.open_link(sessions, settings, before, ada.path.removeprefix("/i/"), now=TODAY)
    sittings.agree(sessions, ada.claim, now=TODAY)
    given = [GivenAnswer(item, 3) for item in before.instrument(KEY).item_ids]
    sittings.save_answers(sessions, before, ada.claim, given, now=TODAY)
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(delete(PublishedInstrument))
    changed = change(folder)
    with pytest.raises(Conflict, match="was changed after this campaign was opened"):
        sittings.submit(sessions, changed, ada.claim, now=TODAY)
    sittings.submit(sessions, before, ada.claim, now=TODAY)
    assert rankings.rank_campaign(sessions, tenant.recruiter, changed, campaign_id, now=TODAY)
