"""How a person likes the pages: kept, obeyed at once, and nobody else's business."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.db.scope import reading
from assess.sittings import easing, service
from assess.sittings.comfort import Comfort
from assess.sittings.models import NoticeShown, SittingComfort
from assess.sittings.notices import NOTICE_VERSION
from tests.sittings.conftest import Browser, invite
from tests.sittings.test_path import answers_for

ALL = {
    "text": "largest", "contrast": "1", "easy_font": "1", "still": "1", "aloud": "1",
    "few_items": "1", "extra_time": "2",
}  # fmt: skip
ITEM = re.compile(r'<input type="radio" name="answer-([\w.-]+)" value="1"')


@pytest.fixture
def walker(browser, invited):
    walked = browser()
    walked.begin(invited)
    return walked


def choose(walked, back="", **choices):
    page = walked.get(f"/take/comfort?back={back}")
    return walked.press(page.text, "/take/comfort", back=back, **choices)


def test_everybody_is_asked_before_the_first_question_and_nobody_why(browser, invited):
    notice = browser().enter(invited).text
    assert "Would other pages suit you better?" in notice
    assert "You need no reason, and nobody who hires sees it." in notice
    assert 'href="/take/comfort?back=start"' in notice


def test_choices_dress_the_next_page_and_every_page_after(walker):
    page = choose(walker, back="2", **ALL)
    assert page.request.path == "/take/4"  # the same statement: two on a screen by now
    for address in ("/take/1", "/take/practice", "/take/review", "/take/comfort"):
        text = walker.get(address).text
        root = re.search(r"<html[^>]*>", text).group()
        assert 'data-text="largest"' in root
        assert 'data-contrast="high" data-font="easy" data-motion="none"' in root
        assert "comfort.css" in text
    assert "Read aloud" in walker.get("/take/1").text
    assert len(set(ITEM.findall(walker.get("/take/1").text))) == 2
    plain = choose(walker, back="4", text="normal").text
    assert "comfort.css" not in plain
    assert len(set(ITEM.findall(plain))) == 5


def test_the_way_to_the_choices_keeps_what_is_on_the_screen(walker, invited):
    page = walker.get("/take/2")
    items = ITEM.findall(page.text)
    kept = walker.press(page.text, "/take/2", go="display", **{f"answer-{items[0]}": "6"})
    assert kept.request.path == "/take/comfort"
    assert kept.request.args["back"] == "2"
    assert invited.current() == {items[0]: 6}
    back = choose(walker, back="2", text="large")
    assert back.request.path == "/take/2"
    assert re.search(f'name="answer-{items[0]}" value="6" checked', back.text)


def test_the_place_to_resume_at_moves_along(walker, browser, invited):
    for number in (1, 2, 3):
        page = walker.get(f"/take/{number}").text
        walker.press(page, f"/take/{number}", go="next", **answers_for(page, number))
    item = ITEM.findall(walker.get("/take/4").text)[0]
    choose(walker, **ALL)
    page = browser().enter(invited)
    assert ITEM.findall(page.text)[0] == item


def test_a_tab_with_the_old_screens_loses_nothing(walker, invited):
    old = walker.get("/take/3").text
    choose(walker, **ALL)
    fields = answers_for(old, 3)
    onwards = walker.press(old, "/take/3", go="next", **fields)
    assert onwards.status_code == 200
    assert set(invited.current()) == {name.removeprefix("answer-") for name in fields}
    answered = set(ITEM.findall(old))
    assert not answered & set(ITEM.findall(onwards.text))


@pytest.mark.parametrize(
    ("back", "path"),
    [("practice", "/take/practice"), ("review", "/take/review"), ("3", "/take/3"),
     ("//evil.example", "/take/practice"), ("-1", "/take/practice"), ("9" * 40, "/take/practice")],
)  # fmt: skip
def test_one_goes_back_to_where_one_was_and_nowhere_else(browser, invited, back, path):
    walked = browser()
    walked.press(walked.enter(invited).text, "/take/")
    assert choose(walked, back=back, text="large").request.path == path


def test_a_choice_that_is_not_offered_is_refused(walker, sessions, tenant):
    page = walker.get("/take/comfort").text
    assert walker.press(page, "/take/comfort", text="enormous").status_code == 422
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalars(select(SittingComfort)).all() == []


def test_forms_without_the_page_s_token_change_nothing(walker, sessions, tenant):
    for address in ("/take/comfort", "/take/another-way", "/take/pause", "/take/go-on"):
        assert walker.client.post(address, data=ALL).status_code == 403
    with reading(sessions, tenant.organisation_id) as session:
        assert session.scalars(select(SittingComfort)).all() == []


def test_without_a_link_the_pages_say_kindly_what_to_do(browser):
    for address in ("/take/comfort", "/take/another-way", "/take/pause"):
        page = browser().get(address)
        assert page.status_code == 403
        assert "open your link again" in page.text


def member_pages(app, campaign_id):
    """Give every address of members that is found under a campaign, without other numbers."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and set(rule.arguments) <= {"campaign_id", "candidate_id"}:
            adapter = app.url_map.bind("localhost")
            values = {"campaign_id": campaign_id, "candidate_id": 1}
            found.append(adapter.build(rule.endpoint, {k: values[k] for k in rule.arguments}))
    return [address for address in found if not address.startswith(("/take", "/i/"))]


def test_no_member_of_any_role_can_read_them(
    app, walker, invited, sessions, tenant, signed_in, sitting_bank
):
    service.submit(sessions, sitting_bank, invited.claim, now=datetime.now(UTC))
    clients = {role: signed_in(tenant, role) for role in RoleName}

    def seen() -> dict[tuple[str, str], bytes]:
        told = {}
        for role, client in clients.items():
            for address in member_pages(app, invited.campaign_id):
                answer = client.get(address)
                body = re.sub(rb'name="csrf_token"[^>]*', b"", answer.data)
                # The forecast counts the hours left of the day, and the page says when it counted.
                body = re.sub(rb'(?s)<section id="forecast".*?</section>', b"", body)
                body = re.sub(rb"Counted at [^<]*", b"", body)
                told[role, address] = re.sub(rb"[A-Za-z0-9_.-]{60,}", b"", body)
        return told

    before = seen()
    easing.set_comfort(
        sessions,
        sitting_bank,
        invited.claim,
        Comfort("largest", True, True, True, True, True, "none"),
        now=datetime.now(UTC),
    )
    after = seen()
    assert len(before) > len(RoleName)
    changed = [where for where in before if before[where] != after[where]]
    assert changed == []
    for page in after.values():
        assert not re.search(rb"few_items|easy_font|sitting_comfort|extra_time|aloud", page)


def test_no_audit_event_tells_of_them(walker, sessions, tenant):
    choose(walker, **ALL)
    with reading(sessions, tenant.organisation_id) as session:
        events = session.scalars(select(AuditEvent)).all()
    assert events
    assert not [e for e in events if "comfort" in f"{e.act} {e.detail} {e.subject_kind}".lower()]


def test_the_notice_is_kept_with_language_and_grade(browser, invited, sessions, tenant):
    walked = browser()
    notice = walked.enter(invited)

    def ledger():
        with reading(sessions, tenant.organisation_id) as session:
            [row] = session.scalars(select(NoticeShown)).all()
            return row.version, row.language, row.grade, row.shown_at, row.agreed_at

    version, language, grade, shown_at, agreed_at = ledger()
    assert (version, language, agreed_at) == (NOTICE_VERSION, "en", None)
    assert 3 < grade < 8.5
    walked.press(notice.text, "/take/")
    assert ledger()[:4] == (version, language, grade, shown_at)
    first = ledger()[4]
    assert first >= shown_at
    walked.press(notice.text, "/take/")
    assert ledger()[4] == first


def test_each_person_has_an_order_of_their_own(
    app, sessions, tenant, settings, sitting_bank, invited, monkeypatch
):
    seeds = iter((5, 6))
    monkeypatch.setattr(service, "draw_seed", lambda: next(seeds))
    people = [invited, invite(sessions, tenant, settings, invited.campaign_id, "Ben")]
    orders = []
    for person in people:
        walked = Browser(app.test_client())
        walked.begin(person)
        pages = [walked.get(f"/take/{number}").text for number in (1, 2, 3)]
        orders.append([ITEM.findall(page) for page in pages])
        assert orders[-1] == [ITEM.findall(walked.get(f"/take/{n}").text) for n in (1, 2, 3)]
    assert orders[0] != orders[1]
