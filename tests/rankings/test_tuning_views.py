"""Tuning pages: who may see what, and previews that say what the ranking says after saving."""

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy.stats import spearmanr
from sqlalchemy import select, update

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns.models import Campaign, Invitation
from assess.db.scope import reading, writing
from assess.demographics import service as demographics
from assess.demographics.questions import questions_of
from assess.profiles import queries as profiles
from assess.rankings import queries, service
from assess.rankings.tuning_preview import Tuned
from assess.rankings.tuning_told import read_tuning
from assess.selection.demand import COMPETENCIES
from tests.rankings.people import drawn, finish, open_ranked
from tests.rankings.test_views import words
from tests.service import NOW, csrf

PLAIN = {f"w_{code}": "1" for code in COMPETENCIES} | {"style": "0", "seats": "5"}
TURNED = PLAIN | {"w_EMP": "2", "w_REG": "2", "w_OWN": "0.5", "w_INT": "0.5", "w_GUI": "0.5"}
LATER = datetime.now(UTC) + timedelta(days=20)


@pytest.fixture
def make(sessions, tenant, shipped):
    """Open a campaign with ``n`` finished people; it is over unless it stays ``open``."""

    def make_(n=40, *, open_=False, seed=1, names=None, **how):
        campaign_id = open_ranked(sessions, tenant, shipped, **how)
        people = []
        if n:
            drawn_ = drawn(shipped, n, seed=seed, names=names)
            people = finish(sessions, tenant, shipped, campaign_id, drawn_)
        if open_:
            with writing(sessions, tenant.organisation_id) as session:
                session.execute(
                    update(Campaign)
                    .where(Campaign.id == campaign_id)
                    .values(closes_on=LATER.date())
                )
        return campaign_id, people

    return make_


def ask(client, campaign_id, **asked):
    return client.get(f"/campaigns/{campaign_id}/tuning/preview", query_string=TURNED | asked)


def sentence(text):
    return re.search(r'id="tuning-headline">([^<]+)<', text).group(1)


def top(snapshot):
    return {one.code for one in snapshot.entries if one.rank and one.rank <= snapshot.seats}


def ranked(sessions, tenant, shipped, campaign_id):
    made = service.rank_campaign(sessions, tenant.recruiter, shipped, campaign_id, now=NOW)
    with reading(sessions, tenant.organisation_id) as session:
        return queries.snapshot(session, made)


def save(client, campaign_id, **asked):
    page = client.get(f"/campaigns/{campaign_id}/tuning").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page).group(1)
    data = TURNED | {"csrf_token": csrf(page), "version": version, "save": "1"} | asked
    return client.post(f"/campaigns/{campaign_id}/tuning", data=data), data


@pytest.mark.parametrize(
    "more", [{}, {"min_EMP": "47", "style": "10"}], ids=["weights", "minimum and style"]
)
def test_a_preview_says_what_the_rankings_say_after_saving(
    sessions, tenant, signed_in, shipped, settings, make, more
):
    """One profile, two campaigns: what is told of the closed one is what saving does to it."""
    closed, _ = make(40, seats=6)
    here, _ = make(40, seed=7, open_=True, seats=6)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    asked = more | {"seats": "6"}
    told = ask(client, here, pool=str(closed), **asked).text
    own = ask(client, here, pool="own", **asked).text
    with reading(sessions, tenant.organisation_id) as session:
        tuned = Tuned(
            {code: float((TURNED | more)[f"w_{code}"]) for code in COMPETENCIES},
            {"EMP": 47.0} if more else {}, 0.1 if more else 0.0,
        )  # fmt: skip
        tuning = read_tuning(session, shipped, here, tuned)
    before = {one: ranked(sessions, tenant, shipped, one) for one in (closed, here)}
    for campaign_id in (closed, here):
        answer, _ = save(client, campaign_id, reason="Evening shifts are angrier.", **asked)
        assert answer.status_code == 303, words(answer.text)
    after = {one: ranked(sessions, tenant, shipped, one) for one in (closed, here)}
    moved_in = set(re.findall(r'<td><span class="tuning-in.*?<strong>([^<]+)</strong>', told))
    moved_out = set(re.findall(r'data-label="Moves out"><span><strong>([^<]+)</strong>', told))
    assert moved_in == top(after[closed]) - top(before[closed])
    assert moved_out == top(before[closed]) - top(after[closed])
    assert moved_in
    for text, campaign_id in ((told, closed), (own, here)):
        new, old = after[campaign_id], before[campaign_id]
        changed = max(len(top(new) - top(old)), len(top(old) - top(new)))
        assert sentence(text).startswith(f"This changes {changed} of 6 seats, ")
        fits = {one.code: [one.fit] for one in old.entries if one.rank}
        for one in new.entries:
            if one.rank and one.code in fits:
                fits[one.code].append(one.fit)
        both = np.array([pair for pair in fits.values() if len(pair) == 2])
        rho = spearmanr(*both.T).statistic
        assert f"{rho:.2f}, " in text
    saved = dict(after[here].method["weights"])
    np.testing.assert_allclose(
        [saved[code] for code in COMPETENCIES], tuning.after.weights, rtol=0, atol=1e-12
    )
    with reading(sessions, tenant.organisation_id) as session:
        view = read_tuning(session, shipped, here)
        assert view.tuned.says_as(tuned)
        assert view.on.campaign.profile.reason == "Evening shifts are angrier."
        assert view.on.campaign.profile.number == 2


def test_of_an_open_campaign_numbers_are_told_and_after_the_first_result_the_least_of_them(
    sessions, tenant, signed_in, shipped, make
):
    names = [f"Unmistakable{i:02d} Person" for i in range(40)]
    here, people = make(open_=True, names=names)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    page_before = client.get(f"/campaigns/{here}/tuning", query_string=TURNED | {"pool": "own"})
    first = ask(client, here, pool="own")
    for answer in (page_before, first):
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Reliability of the fit" in answer.text
        assert "chart-seats" in answer.text
        hidden(answer.text, sessions, tenant, people)
    ranked(sessions, tenant, shipped, here)
    page = client.get(f"/campaigns/{here}/tuning", query_string=TURNED | {"pool": "own"})
    for answer in (
        page,
        ask(client, here, pool="own"),
        ask(client, here, pool="own", min_EMP="50"),
    ):
        assert answer.status_code == 200
        assert re.fullmatch(r"(No|\d+) seats? changes? beyond error\.", sentence(answer.text))
        for kept in ("Reliability of the fit", "Evidence on the demand", "chart-seats",
                     "chart-moves", "This changes", "Held back by"):  # fmt: skip
            assert kept not in answer.text, kept
        assert "Order of everybody" in answer.text
        hidden(answer.text, sessions, tenant, people)
    # What a minimum costs is told of simulated people then, and other seats are not tried.
    with_minimum = ask(client, here, pool="own", min_EMP="50")
    assert "200 simulated people" in words(with_minimum.text)
    few, many = (ask(client, here, pool="own", seats=n) for n in ("1", "30"))
    assert told_again(few.text) == told_again(many.text)


def told_again(text):
    return re.sub(r'data-ticket="[^"]*"', "", text)


def hidden(text, sessions, tenant, people):
    """Hold a page to no name and no code of anybody in the campaign."""
    assert "Unmistakable" not in text
    assert not re.search(r"C-\d{5}", text)
    assert "/people/" not in text


def test_who_also_applies_here_is_not_named_in_a_closed_campaign(
    sessions, tenant, signed_in, shipped, make
):
    closed, people = make()
    here, _ = make(0, open_=True)
    client = signed_in(tenant, RoleName.RECRUITER)
    codes = set(re.findall(r"C-\d{5}", ask(client, here, pool=str(closed)).text))
    assert codes
    with writing(sessions, tenant.organisation_id) as session:
        for one in people:
            session.add(Invitation(campaign_id=here, candidate_id=one, created_at=NOW))
    shown = ask(client, here, pool=str(closed)).text
    assert "applies here" in shown
    assert not re.search(r"C-\d{5}", shown)


def test_only_closed_campaigns_with_the_same_evidence_are_offered(
    sessions, tenant, other_tenant, signed_in, shipped, make
):
    here, _ = make(open_=True)
    closed, _ = make(3, seed=2)
    still_open, _ = make(3, seed=3, open_=True)
    other_battery = open_ranked(sessions, tenant, shipped, battery=("work-style",))
    finish(sessions, tenant, shipped, other_battery, drawn(shipped, 3, battery=("work-style",)))
    empty, _ = make(0)
    client = signed_in(tenant, RoleName.RECRUITER)
    page = client.get(f"/campaigns/{here}/tuning").text
    assert re.findall(r'name="pool" id="pool-(\w+)"', page) == ["simulated", str(closed), "own"]
    for pool in (here, still_open, other_battery, 999, "nonsense", "-1", "²"):
        assert ask(client, here, pool=pool).status_code == 404, pool
    assert ask(client, here, pool=empty).status_code == 200
    theirs = open_ranked(sessions, other_tenant, shipped)
    assert ask(client, here, pool=theirs).status_code == 404
    assert client.get(f"/campaigns/{theirs}/tuning").status_code == 404
    assert ask(client, theirs).status_code == 404


def test_each_role_may_look_or_save_or_neither(sessions, tenant, signed_in, shipped, make):
    here, _ = make(0, open_=True)
    for role, looks, saves in (
        (RoleName.RECRUITER, True, True),
        (RoleName.HIRING_MANAGER, True, True),
        (RoleName.ADMINISTRATOR, True, True),
        (RoleName.PSYCHOLOGIST, True, False),
        (RoleName.ANALYST, False, False),
    ):
        client = signed_in(tenant, role)
        page = client.get(f"/campaigns/{here}/tuning")
        assert page.status_code == (200 if looks else 403), role
        assert ask(client, here).status_code == (200 if looks else 403), role
        assert ("Save the profile" in page.text) == saves, role
        token = csrf(client.get("/campaigns/").text)
        data = TURNED | {"csrf_token": token, "look": "1"}
        posted = client.post(f"/campaigns/{here}/tuning", data=data)
        assert posted.status_code == (303 if saves else 403), role
        assert client.post(f"/campaigns/{here}/tuning", data=TURNED).status_code == 400, role


def test_without_javascript_a_button_shows_what_is_set_and_nothing_is_lost(
    sessions, tenant, signed_in, make
):
    here, _ = make(0, open_=True)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    page = client.get(f"/campaigns/{here}/tuning").text
    assert sentence(page) == "This changes none of the 5 seats."
    data = TURNED | {"csrf_token": csrf(page), "version": "1", "look": "1", "min_REG": "41"}
    answer = client.post(f"/campaigns/{here}/tuning", data=data)
    assert "csrf" not in answer.location
    shown = client.get(answer.location).text
    assert sentence(shown).startswith("This changes ")
    assert re.search(r'name="w_OWN"[^>]*value="0.5"', shown)
    assert re.search(r'name="min_REG"[^>]*value="41"', shown)
    assert "Stress resilience, at least 41:" in words(shown)
    with_reason = client.post(f"/campaigns/{here}/tuning", data=data | {"reason": "Nights"})
    assert with_reason.status_code == 200
    assert ">\nNights</textarea>" in with_reason.text.replace("\r", "")
    faulty = client.post(f"/campaigns/{here}/tuning", data=data | {"w_EMP": "3", "w_REG": "x"})
    assert faulty.status_code == 422
    assert "Must be from 0.5 to 2." in faulty.text
    assert "This is not a number." in faulty.text
    assert re.search(r'name="w_EMP"[^>]*value="3"', faulty.text)
    for wrong in ({"w_EMP": "9"}, {"min_EMP": "5"}, {"style": "11"}, {"seats": "0"}, {"style": ""}):
        answer = ask(client, here, **wrong)
        assert answer.status_code == 422
        assert "data-fault" in answer.text


def test_saving_needs_a_reason_a_change_and_the_version_that_was_seen(
    sessions, tenant, signed_in, make
):
    here, _ = make(0, open_=True)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    for asked, said in (
        ({"reason": "  "}, "Please say why"),
        (PLAIN | {"reason": "Nothing really"}, "nothing is changed"),
        ({"reason": "Late", "version": "99"}, "ranks under version 1 of its profile by now"),
        ({"reason": "x" * 501}, "longer than 500"),
    ):
        answer, _ = save(client, here, **asked)
        assert answer.status_code == 422, said
        assert said in words(answer.text)
    answer, data = save(client, here, reason="Nights")
    assert answer.status_code == 303
    # The same form sent twice saves once.
    again = client.post(f"/campaigns/{here}/tuning", data=data)
    assert again.status_code == 303
    with reading(sessions, tenant.organisation_id) as session:
        campaign = session.get_one(Campaign, here)
        view = profiles.version(session, campaign.profile_version_id)
        acts = session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)).all()
    assert (view.number, view.reason, view.multipliers["EMP"]) == (2, "Nights", 2.0)
    assert [act for act in acts if act.startswith("profile ")].count("profile changed") == 1
    # What is tuned already is compared with the plain mix, too.
    page = client.get(f"/campaigns/{here}/tuning").text
    assert "The contact mix without any tuning" in page
    assert re.search(r'name="w_EMP"[^>]*value="2"', page)
    assert sentence(page) == "This changes none of the 5 seats."
    assert sentence(ask(client, here, against="mix").text).startswith("This changes ")
    assert sentence(ask(client, here, against="now").text) == "This changes none of the 5 seats."


def test_two_previews_do_not_give_away_one_persons_group(
    sessions, tenant, signed_in, shipped, make
):
    """The attack: all but one person's group is known; two previews differ by that one's alone."""
    closed, people = make()
    here, _ = make(12, open_=True)
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    questions = questions_of(shipped.folder)
    seen = []
    for target in ("woman", "man", None):
        with writing(sessions, tenant.organisation_id) as session:
            for place, one in enumerate(people):
                said = target if place == 7 else "woman" if place % 2 else "man"
                demographics.keep_answers(session, one, questions, {"gender": said} if said else {})
        seen.append([
            told_again(ask(client, here, pool=pool, **one).text)
            for pool in (str(closed), "own", "simulated")
            for one in (PLAIN, TURNED, {"min_EMP": "50"})
        ])  # fmt: skip
    assert seen[0] == seen[1] == seen[2]
    text = words(" ".join(seen[0])).casefold()
    for word in ("gender", "woman", " men ", "group outcome", "impact", "adverse"):
        assert word not in text, word
