"""The picture of most and least on paper: one page still, and nothing without it."""

from dataclasses import replace

from assess.campaigns.queries import BatteryPart
from tests.reports.conftest import of_candidate, printed
from tests.reports.material import campaign_view, snapshot_view

TITLE = "A picture within this person, weight 0"
PICTURE = {"D": 0.29, "I": -0.125, "S": 0.0, "C": None}
WITH = (*campaign_view().battery, BatteryPart("disc-tetrads", "1", "c" * 64))


def fullest(**changes):
    """Give somebody about whom everything is to be said."""
    snapshot = snapshot_view(1, seats=1)
    signs = {"EMP": 2.0, "REG": 2.0, "OWN": 2.0, "GUI": -3.0, "INT": -2.0, "ESC": -3.0, "CHN": -3.0}
    entry = replace(
        snapshot.entries[0],
        name="Maximiliana Konstantinopolitanska-Featherstonehaugh y Castellón",
        mean=signs,
        flags=(*(f"{code}:one_part_missing" for code in signs), "picture:too_few_marks"),
        **changes,
    )
    return replace(snapshot, entries=(entry,)), entry.candidate_id


def test_a_picture_within_the_person_still_leaves_one_page(tmp_path):
    snapshot, candidate_id = fullest(picture=PICTURE)
    content = of_candidate(snapshot, candidate_id, battery=WITH)
    report = printed(content, snapshot, tmp_path)
    text = " ".join(report.pages[0].split())
    assert TITLE in text
    assert "Directness: +0.29" in text
    assert "Outreach: −0.1" in text
    assert "Care: –" in text
    assert "not comparable between people" in text
    assert "This report alone must not decide. Mara" in text
    assert len(report.pages) == 4
    assert report.complaints == ()


def test_without_a_picture_there_is_no_word_of_it(tmp_path):
    snapshot, candidate_id = fullest()
    for battery in (WITH, campaign_view().battery):
        content = of_candidate(snapshot, candidate_id, battery=battery)
        assert content.person.sheet.picture_positions == []
    assert TITLE not in " ".join(printed(content, snapshot, tmp_path).pages)
