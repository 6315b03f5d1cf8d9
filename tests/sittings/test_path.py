"""The candidate's whole way by plain pages and forms, as a browser without a script goes it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assess.accounts.models import AuditEvent
from assess.app import create_app
from assess.campaigns.mailing import minutes_needed
from assess.db.base import Base
from assess.db.scope import Across, across, reading
from assess.instruments.scoring import score_answers
from assess.sittings import queries, service
from assess.sittings.faults import LinkShut
from assess.sittings.models import Score
from assess.sittings.notices import NOTICE_VERSION
from assess.web import links
from tests.service import csrf
from tests.sittings.conftest import TODAY, invite, open_to_answers

ITEM = re.compile(r'<input type="radio" name="answer-([\w.-]+)" value="1"')


def answers_for(page, number):
    """Answer every item of a page in a pattern, but decline the first."""
    items = ITEM.findall(page)
    values = ["none", *(str(1 + (place + number) % 5) for place in range(1, len(items)))]
    return {f"answer-{item}": value for item, value in zip(items, values, strict=True)}


def counts(sessions):
    with across(sessions, Across.OPERATOR) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def walker(browser, invited):
    """Give a browser at the first screen."""
    walked = browser()
    walked.begin(invited)
    return walked


def walk(walked, screens=19):
    """Answer screen after screen and give the review page."""
    page = walked.get("/take/1")
    for number in range(1, screens + 1):
        fields = answers_for(page.text, number)
        page = walked.press(page.text, f"/take/{number}", go="next", **fields)
    return page


def screens_of(bank):
    return sum(len(bank.instrument(key).blocks) for key in ("work-style", "service-judgement-a"))


def test_the_whole_way_without_a_script(walker, invited, sessions, sitting_bank):
    review = walk(walker, screens_of(sitting_bank))
    assert "Look over your answers" in review.text
    assert "every question" in review.text
    thanks = walker.press(review.text, "/take/submit")
    assert thanks.request.path == "/take/thanks"
    assert "A person decides" in thanks.text
    line = invited.invitation()
    items = sum(
        len(sitting_bank.instrument(k).items) for k in ("work-style", "service-judgement-a")
    )
    assert (line.state, line.answered, line.items) == ("finished", items, items)


def test_submit_writes_what_score_answers_gives(walker, invited, sessions, tenant, sitting_bank):
    review = walk(walker, screens_of(sitting_bank))
    walker.press(review.text, "/take/submit")
    current = invited.current()
    assert None in current.values()
    with reading(sessions, tenant.organisation_id) as session:
        [person] = queries.finished_scores(session, invited.campaign_id)
    assert person[1] == invited.invitation_id
    assert person[3] == "Ada"
    for key in ("work-style", "service-judgement-a"):
        instrument = sitting_bank.instrument(key)
        wanted = score_answers(instrument, {i: current[i] for i in instrument.item_ids})
        view = person[4][key]
        assert view.scales == wanted.scales
        assert view.mean.tolist() == pytest.approx(wanted.mean, abs=0, nan_ok=True)
        assert view.error.tolist() == pytest.approx(wanted.error, abs=0, nan_ok=True)
        assert view.raw.tolist() == pytest.approx(wanted.raw, abs=0, nan_ok=True)
        assert view.answered.tolist() == list(wanted.answered)
        assert view.flags == wanted.flags
        assert view.instrument_digest == instrument.digest


def test_submitting_twice_is_the_same_as_once(walker, invited, sessions, tenant):
    review = walker.get("/take/review").text
    first = walker.press(review, "/take/submit")
    again = walker.press(review, "/take/submit")
    assert (first.status_code, again.status_code) == (200, 200)
    with reading(sessions, tenant.organisation_id) as session:
        assert len(session.scalars(select(Score.id)).all()) == 2
        acts = session.scalars(select(AuditEvent.act)).all()
    assert acts.count("sitting submitted") == 1


def test_nothing_is_taken_after_submit(walker, invited):
    screen = walker.get("/take/1").text
    walker.press(walker.get("/take/review").text, "/take/submit")
    before = invited.log()
    sent = walker.send(screen, {"item": "Q10", "value": 3, "sequence": 1, "key": "late"})
    assert sent.status_code == 403
    assert "handed in" in sent.json["error"]
    posted = walker.press(screen, "/take/1", **{"answer-Q10": "3", "go": "next"})
    assert posted.request.path == "/take/thanks"
    assert invited.log() == before
    assert walker.get("/take/").request.path == "/take/"
    assert walker.get("/take/").headers["Location"] == "/take/thanks"


@pytest.mark.parametrize("after", ["9" * 5000, "9" * 19, "-1", "x"])
def test_a_row_that_no_log_has_is_refused(walker, app, after):
    app.testing = False
    answer = walker.press(walker.get("/take/1").text, "/take/1", after=after)
    assert answer.status_code == 422


def test_no_item_is_shown_before_consent(browser, invited, sitting_bank):
    walked = browser()
    notice = walked.enter(invited)
    first = sitting_bank.instrument("work-style").items[0].text
    for address in ("/take/1", "/take/practice", "/take/review"):
        page = walked.client.get(address, follow_redirects=True)
        assert page.request.path == "/take/"
        assert first not in page.text
        assert "Before you start" in page.text
    refused = walked.send(notice.text, {"item": "Q10", "value": 3, "sequence": 1, "key": "k"})
    assert refused.status_code == 403
    assert invited.log() == []


def test_consent_is_kept_with_its_moment_and_version(walker, invited, sessions, tenant):
    with reading(sessions, tenant.organisation_id) as session:
        event = session.scalar(select(AuditEvent).where(AuditEvent.act == "notice agreed"))
    assert event.detail == {"notice": NOTICE_VERSION, "language": "en"}
    assert (event.actor_kind, event.actor_id) == ("link", invited.invitation_id)


def test_practice_is_not_kept_as_answers(browser, invited):
    walked = browser()
    practice = walked.press(walked.enter(invited).text, "/take/")
    assert practice.request.path == "/take/practice"
    shown = walked.press(practice.text, "/take/practice", **{"answer-P1": "7"})
    assert "not scored" in shown.text
    assert invited.log() == []


def test_back_keeps_what_the_screen_holds(walker, invited):
    second = walker.press(walker.get("/take/1").text, "/take/1", go="next")
    page = walker.press(second.text, "/take/2", go="back", **{"answer-Q4": "6"})
    assert page.request.path == "/take/1"
    assert invited.current() == {"Q4": 6}
    assert re.search(r'name="answer-Q4" value="6" checked', walker.get("/take/2").text)


def test_a_screen_posted_again_adds_nothing(walker, invited):
    page = walker.get("/take/1").text
    for _ in range(3):
        walker.press(page, "/take/1", go="next", **{"answer-Q10": "5", "answer-Q20": "none"})
    assert invited.log() == [("Q10", 5), ("Q20", None)]


def test_the_link_resumes_where_the_person_was(walker, browser, invited, sitting_bank):
    walk(walker, 3)
    elsewhere = browser()
    assert elsewhere.enter(invited).request.path == "/take/4"
    walk(elsewhere, screens_of(sitting_bank))
    assert browser().enter(invited).request.path == "/take/review"


def test_review_names_what_is_open_and_leads_there(walker):
    walker.press(walker.get("/take/1").text, "/take/1", go="next", **{"answer-Q10": "5"})
    review = walker.get("/take/review").text
    assert "4 questions open" in review
    assert 'href="/take/1"' in review


def test_get_changes_nothing(walker, browser, invited, sessions):
    walker.press(walker.get("/take/1").text, "/take/1", go="next", **{"answer-Q10": "5"})
    before = counts(sessions)
    fresh = browser()
    for address in ("", "practice", "1", "19", "review", "thanks", "99", "answers", "submit"):
        walker.get(f"/take/{address}")
        fresh.get(f"/take/{address}")
    fresh.get(invited.path)
    assert counts(sessions) == before


def test_opening_the_link_without_pressing_begins_nothing(browser, invited):
    page = browser().get(invited.path)
    assert page.status_code == 200
    assert "Harbour Care" in page.text
    assert "Spring intake" in page.text
    assert invited.invitation().state == "invited"


def test_the_cookie_is_the_candidates_own(app, invited):
    client = app.test_client()
    page = client.get(invited.path).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    answer = client.post(invited.path, data={"csrf_token": token})
    assert answer.headers["Location"] == "/take/"
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("take=")]
    assert "Path=/take" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/campaigns/").status_code != 200


def test_after_the_end_a_shared_device_is_not_open_for_weeks(walker, app, settings, invited):
    page = walker.get("/take/review").text
    walker.press(page, "/take/submit")
    again = app.test_client()
    token = csrf(again.get(invited.path).text)
    opened = again.post(invited.path, data={"csrf_token": token})
    for found in (opened, again.post("/take/submit", data={"csrf_token": csrf(page)})):
        [cookie] = [c for c in found.headers.getlist("Set-Cookie") if c.startswith("take=")]
        assert int(re.search(r"Max-Age=(\d+)", cookie).group(1)) <= 12 * 3600
        kept = re.search(r"take=([^;]+)", cookie).group(1)
        service.read_cookie(settings, kept, now=TODAY + timedelta(hours=11))
        with pytest.raises(LinkShut):
            service.read_cookie(settings, kept, now=TODAY + timedelta(hours=13))


def test_over_https_the_cookie_is_secure(settings, invited):
    made = create_app(replace(settings, public_url="https://localhost"))
    client = made.test_client()
    page = client.get(invited.path, base_url="https://localhost").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    answer = client.post(invited.path, data={"csrf_token": token}, base_url="https://localhost")
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if "take=" in c]
    assert cookie.startswith("__Secure-take=")
    assert "; Secure" in cookie
    made.extensions["assess"]["engine"].dispose()


def test_a_link_taken_back_opens_nothing_at_once(walker, browser, invited):
    screen = walker.get("/take/1").text
    link = invited.path
    invited.revoke()
    for address in ("/take/", "/take/1", "/take/review"):
        page = walker.get(address)
        assert page.status_code == 403
        assert "newer link" in page.text
    sent = walker.send(screen, {"item": "Q10", "value": 3, "sequence": 1, "key": "k"})
    assert sent.status_code == 403
    assert browser().get(link).status_code == 403
    assert invited.log() == []


def test_a_link_out_of_time_says_what_to_do(browser, invited, settings):
    # One that ran out lately may be of a campaign whose last day was moved: the record knows.
    ended = TODAY - timedelta(days=367)
    token = links.token(settings, "candidate", invited.invitation_id, 1, ended)
    page = browser().get(f"/i/{token}")
    assert page.status_code == 403
    assert "write to whoever invited you" in page.text


@pytest.mark.parametrize("kind", ["broken", "other purpose", "nobody's"])
def test_a_link_that_is_not_ours_says_what_to_do(browser, invited, settings, kind):
    ends = TODAY + timedelta(days=1)
    token = {
        "broken": invited.path.removeprefix("/i/")[:-3],
        "other purpose": links.token(settings, "take", invited.invitation_id, 1, ends),
        "nobody's": links.token(settings, "candidate", 987654, 1, ends),
    }[kind]
    page = browser().get(f"/i/{token}")
    assert page.status_code == 404
    assert "copy the whole link" in page.text


@pytest.mark.parametrize(("first", "last", "words"), [(3, 9, "early"), (-9, -4, "over")])
def test_outside_its_days_a_campaign_takes_nothing(
    browser, sessions, tenant, settings, sitting_bank, monkeypatch, first, last, words
):
    campaign_id = open_to_answers(sessions, tenant, sitting_bank, first=-1, last=2)
    person = invite(sessions, tenant, settings, campaign_id, "Ben")
    walked = browser()
    walked.begin(person)
    shift = {"early": timedelta(days=-6), "over": timedelta(days=6)}[words]
    monkeypatch.setattr("assess.web.pages.now", lambda: TODAY + shift)
    assert walked.get("/take/1").status_code == 403
    assert words in walked.get("/take/1").text


def test_another_organisation_s_answers_stay_apart(
    browser, invited, other_tenant, sessions, settings, sitting_bank
):
    campaign_id = open_to_answers(sessions, other_tenant, sitting_bank)
    foreign = invite(sessions, other_tenant, settings, campaign_id, "Cleo")
    ours, theirs = browser(), browser()
    page = ours.begin(invited)
    theirs.begin(foreign)
    ours.send(page.text, {"item": "Q10", "value": 3, "sequence": 1, "key": "k"})
    assert invited.current() == {"Q10": 3}
    assert foreign.log() == []
    # A page of one invitation cannot write into another that the browser opened meanwhile.
    refused = theirs.send(page.text, {"item": "Q10", "value": 5, "sequence": 1, "key": "k"})
    assert refused.status_code == 403
    assert foreign.log() == []


def test_no_cookie_no_page_and_no_answer(browser):
    walked = browser()
    assert "open your link again" in walked.get("/take/").text
    assert walked.get("/take/3").status_code == 403
    sent = walked.client.post("/take/answers", json={"answers": []})
    assert sent.status_code == 403


def test_tokens_are_never_logged(walker, browser, invited, caplog, monkeypatch):
    caplog.set_level("DEBUG")
    link = invited.path
    browser().enter(invited)
    walk(walker, 2)
    monkeypatch.setattr("assess.sittings.queries.by_link", lambda *_a, **_k: 1 / 0)
    assert browser().get(link).status_code == 500
    said = caplog.text + "".join(str(record.exc_info) for record in caplog.records)
    assert "fault in GET invitation.invited" in said
    assert link.removeprefix("/i/") not in said


def test_page_and_notice_tell_the_time_that_the_battery_takes(browser, invited, sitting_bank):
    battery = [sitting_bank.instrument(key) for key in ("work-style", "service-judgement-a")]
    said = f"about {minutes_needed(battery)} minutes"
    here = browser()
    assert said in here.get(invited.path).text
    assert said in here.enter(invited).text


def test_a_candidate_is_told_nothing_of_public_keys_or_unsigned_words(walker):
    for address in ("/take/", "/take/1", "/take/14", "/take/review"):
        page = walker.get(address).text
        assert "example questions" not in page
        assert "signed" not in page
