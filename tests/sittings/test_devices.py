"""Answers without a network, and from two tabs or devices: both kept, the later one counts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser import DESK, PHONE, await_answer
from tests.sittings.conftest import Invited, served_to_ada
from tests.sittings.test_script import SAVED, UNSAVED, choose, state

pytestmark = pytest.mark.journey
WAITING = re.compile(r"^No connection: \d+ on this device since \d\d:\d\d$")


@pytest.fixture
def served(tmp_path, migrated_sqlite, sitting_bank) -> Iterator[tuple[str, Invited]]:
    """Run the service for somebody who has agreed; give its address and the person."""
    with served_to_ada(tmp_path, migrated_sqlite, sitting_bank) as found:
        yield found


@pytest.fixture
def device(open_page, served):
    """Give a function that opens the first screen on a device of its own."""

    def open_(viewport=PHONE) -> Page:
        url, person = served
        page = open_page(viewport)
        page.goto(url + person.path)
        page.get_by_role("button", name="Go on").click()
        page.goto(f"{url}/take/1")
        return page

    return open_


def wait_for_pages(page: Page, count: int) -> None:
    await_answer(
        page,
        "caches.keys().then(all => all.filter(n => n.startsWith('take-pages')))"
        ".then(names => names.length ? caches.open(names[0]).then(c => c.keys()) : [])"
        f".then(keys => keys.filter(k => /take.\\d+$/.test(k.url)).length >= {count})",
        True,
    )


def acts_kept(page: Page) -> int:
    return page.evaluate(
        "new Promise(done => { const r = indexedDB.open('assess', 1); r.onsuccess = () => {"
        " const q = r.result.transaction('acts').objectStore('acts').count();"
        " q.onsuccess = () => done(q.result); }; })"
    )


def without_network(context: BrowserContext, off: bool) -> None:
    # The worker has requests of its own; offline mode of the context stops those as well.
    context.set_offline(off)


def test_five_answers_over_two_screens_in_airplane_mode_come_in_order_once(device, served):
    page = device()
    wait_for_pages(page, 4)
    without_network(page.context, True)
    choose(page, "Q10", "6")
    choose(page, "Q173", "2")
    expect(state(page)).to_have_text(WAITING)
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_url(re.compile("/take/2$"))
    choose(page, "Q4", "5")
    choose(page, "S1", "none")
    choose(page, "Q4", "4")
    page.get_by_role("button", name="Back").click()
    expect(page).to_have_url(re.compile("/take/1$"))
    # The kept page is older than the choices; they are shown all the same.
    expect(page.locator('input[name="answer-Q173"][value="2"]')).to_be_checked()
    assert served[1].log() == []
    without_network(page.context, False)
    expect(state(page)).to_have_text(SAVED)
    assert served[1].log() == [("Q10", 6), ("Q173", 2), ("Q4", 5), ("S1", None), ("Q4", 4)]


def test_what_was_not_sent_outlives_the_page(device, served):
    page = device()
    page.route("**/take/answers", lambda route: route.abort())
    choose(page, "Q10", "6")
    expect(state(page)).to_have_text(UNSAVED)
    context = page.context
    page.close(run_before_unload=False)
    assert served[1].log() == []
    again = context.new_page()
    again.goto(f"{served[0]}/take/3")
    expect(state(again)).to_have_text(SAVED)
    assert served[1].log() == [("Q10", 6)]


def test_two_tabs_answer_one_item_and_the_second_is_told(device, served):
    first = device()
    second = first.context.new_page()
    second.goto(f"{served[0]}/take/1")
    choose(first, "Q10", "6")
    expect(state(first)).to_have_text(SAVED)
    choose(second, "Q10", "2")
    expect(second.locator("#elsewhere")).to_be_visible()
    expect(second.locator('input[name="answer-Q10"][value="2"]')).to_be_checked()
    assert served[1].log() == [("Q10", 6), ("Q10", 2)]
    # The first tab carries what it showed; that is no new act, and undoes nothing.
    first.get_by_role("button", name="Next").click()
    expect(first).to_have_url(re.compile("/take/2$"))
    assert served[1].current() == {"Q10": 2}


def test_a_tab_that_comes_back_shows_what_counts(device, served):
    first = device()
    second = first.context.new_page()
    second.goto(f"{served[0]}/take/1")
    choose(second, "Q173", "5")
    expect(state(second)).to_have_text(SAVED)
    first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(first.locator('input[name="answer-Q173"][value="5"]')).to_be_checked()
    expect(first.locator("#elsewhere")).to_be_visible()


def test_a_phone_that_comes_back_late_does_not_undo_the_laptop(device, served):
    phone, laptop = device(), device(DESK)
    phone.route("**/take/answers", lambda route: route.abort())
    choose(phone, "Q10", "3")
    expect(state(phone)).to_have_text(UNSAVED)
    phone.wait_for_timeout(1200)
    choose(laptop, "Q10", "6")
    expect(state(laptop)).to_have_text(SAVED)
    phone.unroute("**/take/answers")
    expect(phone.locator("#elsewhere")).to_be_visible()
    expect(phone.locator('input[name="answer-Q10"][value="6"]')).to_be_checked()
    assert sorted(served[1].log()) == [("Q10", 3), ("Q10", 6)]
    assert served[1].current() == {"Q10": 6}


def test_nothing_stays_on_the_device_after_the_end(device, served):
    page = device()
    choose(page, "Q10", "6")
    expect(state(page)).to_have_text(SAVED)
    wait_for_pages(page, 2)
    page.goto(f"{served[0]}/take/review")
    page.get_by_role("button", name="Hand in").click()
    expect(page).to_have_url(re.compile("/take/thanks$"))
    await_answer(page, "caches.keys().then(all => all.length)", 0)
    assert acts_kept(page) == 0


def test_nothing_of_one_person_waits_for_the_next_on_the_same_device(device, served):
    page = device()
    url, person = served
    choose(page, "Q10", "6")
    expect(state(page)).to_have_text(SAVED)
    wait_for_pages(page, 4)
    # Somebody else's pages open the store: what is confirmed of others goes.
    page.evaluate("window.outbox.open('somebody else').then(box => box.all())")
    assert acts_kept(page) == 0
    # Somebody opens a link: no page of whoever was here before comes up without a network.
    page.goto(url + person.path)
    await_answer(page, "caches.keys().then(all => all.length)", 0)
    without_network(page.context, True)
    with pytest.raises(PlaywrightError, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto(f"{url}/take/1")
