"""The picture of most and least is shown within the person and touches no ranking."""

import re
from dataclasses import replace

import pytest

from assess.accounts.models import RoleName
from assess.db.scope import reading
from assess.rankings import queries, service
from assess.rankings.words import flag_labels
from tests.rankings.people import BOTH, drawn, finish, open_ranked
from tests.service import NOW

TETRADS = "disc-tetrads"
PICTURE = {"D": (0.29, None), "I": (-0.125, None), "S": (0.0, None), "C": (-0.25, None)}
WORDS = "A picture within this person"


@pytest.fixture
def ranked(sessions, tenant, shipped):
    """Give a function that ranks twelve people, with or without their most and least."""

    def make(extra):
        keys = (*BOTH, TETRADS) if extra else BOTH
        campaign_id = open_ranked(sessions, tenant, shipped, battery=keys)
        people = drawn(shipped, 12)
        if extra:
            nobody = dict.fromkeys(PICTURE, (None, None))
            people = [
                replace(
                    one,
                    scores={**one.scores, TETRADS: PICTURE if n else nobody},
                    flags={} if n else {TETRADS: ["picture:too_few_marks"]},
                )
                for n, one in enumerate(people)
            ]
        digests = {TETRADS: shipped.instrument(TETRADS).digest}
        who = finish(sessions, tenant, shipped, campaign_id, people, digests=digests)
        made = service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
        with reading(sessions, tenant.organisation_id) as session:
            return campaign_id, who, queries.snapshot(session, made)

    return make


def placed(snapshot):
    """Everything a ranking says of people, by name."""
    return {
        e.name: (e.rank, e.rank_low, e.rank_high, e.p_top, e.band, e.at_cut, e.fit, e.fit_error,
                 e.coverage, e.mean, e.error, e.parts, e.contributions, e.style, e.scales)
        for e in snapshot.entries
    }  # fmt: skip


def test_a_ranking_is_the_same_with_and_without_it(ranked):
    _, _, without = ranked(extra=False)
    _, _, with_it = ranked(extra=True)
    assert placed(with_it) == placed(without)
    assert (with_it.weights, with_it.coverage) == (without.weights, without.coverage)
    assert {e.name: flag_labels(e) for e in with_it.entries} == {
        e.name: flag_labels(e) for e in without.entries
    }


def test_the_picture_is_kept_apart_from_scores(ranked):
    _, who, snapshot = ranked(extra=True)
    by_id = {e.candidate_id: e for e in snapshot.entries}
    assert by_id[who[1]].picture == {letter: pair[0] for letter, pair in PICTURE.items()}
    assert by_id[who[0]].picture == dict.fromkeys(PICTURE)
    assert not set(PICTURE) & set(by_id[who[1]].scales)


def words(page):
    text = re.sub(r"<(svg|script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_a_persons_page_shows_it_as_what_it_is(ranked, tenant, signed_in):
    campaign_id, who, _ = ranked(extra=True)
    client = signed_in(tenant, RoleName.RECRUITER)
    page = client.get(f"/campaigns/{campaign_id}/people/{who[1]}").text
    text = words(page)
    assert WORDS in text
    assert "not comparable between people" in text
    assert re.search(r"D Directness .{0,80}\+0\.29", text)
    assert "−0.25" in text
    picture = re.search(r"<svg[^>]*chart-within.*?</svg>", page, flags=re.DOTALL).group()
    assert picture.count("chart-diamond") == 4
    assert "chart-dot" not in picture


def test_too_few_marks_are_said_and_drawn_nowhere(ranked, tenant, signed_in):
    campaign_id, who, _ = ranked(extra=True)
    page = signed_in(tenant, RoleName.RECRUITER).get(f"/campaigns/{campaign_id}/people/{who[0]}")
    assert "Too few groups were marked for a picture" in words(page.text)
    assert "chart-within" not in page.text


def test_without_the_questionnaire_nothing_of_it_is_on_the_page(ranked, tenant, signed_in):
    campaign_id, who, _ = ranked(extra=False)
    page = signed_in(tenant, RoleName.RECRUITER).get(f"/campaigns/{campaign_id}/people/{who[1]}")
    assert WORDS not in page.text
