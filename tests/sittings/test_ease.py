"""The pages in a browser: large targets, nothing hidden, large text, speech, clock, few bytes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESK, PHONE, ask, look
from tests.sittings.path_pages import answer_screen, short_path

pytestmark = pytest.mark.journey

TARGET = 44
PAGE_BYTES, ASSET_BYTES = 50 * 1024, 150 * 1024
ADDRESSES = (
    "/take/comfort", "/take/another-way", "/take/practice", "/take/practice/2",
    "/take/practice/3", "/take/1", "/take/12", "/take/26", "/take/pause", "/take/move/",
    "/take/review",
)  # fmt: skip

#: Everything to press that is smaller than it should be; links in running text may be.
SMALL = """(least) => {
  const boxes = (nodes) => {
    const all = nodes.map((one) => one.getBoundingClientRect());
    return { width: Math.max(...all.map((b) => b.right)) - Math.min(...all.map((b) => b.left)),
      height: Math.max(...all.map((b) => b.bottom)) - Math.min(...all.map((b) => b.top)) };
  };
  const running = (link) => link.closest("p, li") !== null && link.className === ""
    && getComputedStyle(link).display === "inline"
    && link.closest("p, li").textContent.trim() !== link.textContent.trim();
  const found = [];
  for (const one of document.querySelectorAll("a[href], button, input, textarea, summary")) {
    if (one.type === "hidden" || one.tabIndex < 0 || one.matches(".skip-link")) continue;
    if (one.tagName === "A" && running(one)) continue;
    const box = boxes([one, ...(one.labels || [])]);
    if (box.height === 0 || (one.checkVisibility && !one.checkVisibility())) continue;
    if (box.width < least || box.height < least) {
      found.push([one.outerHTML.slice(0, 90), box.width, box.height]);
    }
  }
  return found;
}"""

#: Whether what has the focus is wholly behind the bar at the bottom, or outside the window.
HIDDEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const bar = document.querySelector(".actions");
  const box = (one.closest("label") || one).getBoundingClientRect();
  const floor = bar && !bar.contains(one) && getComputedStyle(bar).position === "sticky"
    ? bar.getBoundingClientRect().top : innerHeight;
  const seen = box.top < floor && box.bottom > 0;
  return seen ? null : one.outerHTML.slice(0, 90);
}"""


@pytest.fixture
def served(tmp_path, migrated_sqlite, sitting_bank):
    with short_path(tmp_path, migrated_sqlite, sitting_bank) as found:
        yield found


@pytest.fixture
def limited(tmp_path, migrated_sqlite, sitting_bank):
    with short_path(tmp_path, migrated_sqlite, sitting_bank, time_limit=5) as found:
        yield found


def agree(page: Page, url: str, person) -> None:
    page.goto(url + person.path)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I have read this and agree").click()
    expect(page).to_have_url(re.compile("/take/practice$"))


def choose(page: Page, url: str, *labels: str) -> None:
    page.goto(f"{url}/take/comfort")
    for label in labels:
        page.get_by_label(label).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Use this").click()


def test_every_target_on_every_page_is_large_enough(served, open_page):
    url, person, _left = served
    page = open_page(PHONE)
    page.goto(url + person.path)
    found = {"/i/": ask(page, SMALL, TARGET)}
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/take/$"))
    found["/take/"] = ask(page, SMALL, TARGET)
    page.get_by_role("button", name="I have read this and agree").click()
    expect(page).to_have_url(re.compile("/take/practice$"))
    for address in ADDRESSES:
        page.goto(url + address)
        found[address] = page.evaluate(SMALL, TARGET)
    page.goto(f"{url}/take/review")
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page).to_have_url(re.compile("/take/thanks$"))
    found["/take/thanks"] = ask(page, SMALL, TARGET)
    assert {address: small for address, small in found.items() if small} == {}


@pytest.mark.parametrize("dress", [(), ("Very large", "Easy-reading font", "High contrast")])
def test_at_360_px_nothing_is_lost_even_in_the_largest_text(served, open_page, dress):
    url, person, _left = served
    page = open_page({"width": 360, "height": 640})
    agree(page, url, person)
    choose(page, url, "Read aloud", *dress)
    for address in ADDRESSES:
        page.goto(url + address)
        look(page)
        assert page.evaluate(SMALL, TARGET) == []
        hidden = []
        for _ in range(30):
            page.keyboard.press("Tab")
            hidden.append(page.evaluate(HIDDEN))
        for _ in range(15):
            page.keyboard.press("Shift+Tab")
            hidden.append(page.evaluate(HIDDEN))
        assert [one for one in hidden if one] == [], address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_high_contrast_is_accessible_in_both_schemes(served, open_page, scheme):
    url, person, _left = served
    page = open_page(DESK, color_scheme=scheme)
    agree(page, url, person)
    choose(page, url, "High contrast")
    for address in ("/take/1", "/take/12", "/take/26", "/take/comfort"):
        page.goto(url + address)
        look(page)
        ink, paper = page.evaluate(
            "(({ color, backgroundColor }) => [color, backgroundColor])"
            "(getComputedStyle(document.body))"
        )
        assert {ink, paper} == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}


def test_no_movement_moves_nothing(served, open_page):
    url, person, _left = served
    page = open_page(PHONE)
    agree(page, url, person)
    choose(page, url, "No movement")
    page.goto(f"{url}/take/1")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter((one) => "
        "parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
    )
    assert moving == 0


SPEECH = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  speak(part) { window.said.push(part); }, cancel() { window.said.push("stop"); } } });
"""


@pytest.mark.parametrize("number", [1, 12, 26])
def test_a_block_is_read_aloud_in_its_own_language(served, open_page, number):
    url, person, _left = served
    page = open_page(PHONE)
    page.add_init_script(SPEECH)
    agree(page, url, person)
    choose(page, url, "Read aloud")
    page.goto(f"{url}/take/{number}")
    button = page.get_by_role("button", name="Read aloud")
    button.click()
    said = page.evaluate("said.filter((one) => one !== 'stop').map((one) => [one.text, one.lang])")
    assert {lang for _text, lang in said} == {"en"}
    texts = [text for text, _lang in said]
    shown = page.locator("main h1, .scenario, .rating legend, .most-least-head").all()
    for one in shown:
        assert one.inner_text() in texts
    for one in page.locator(".most-least-text").all()[:4]:
        assert one.inner_text() in texts
    page.get_by_role("button", name="Stop reading").click()
    assert page.evaluate("said.at(-1)") == "stop"
    expect(button).to_be_visible()


def test_where_no_device_speaks_there_is_no_button(served, open_page):
    url, person, _left = served
    page = open_page(PHONE)
    page.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: undefined })")
    agree(page, url, person)
    choose(page, url, "Read aloud")
    page.goto(f"{url}/take/1")
    expect(page.get_by_role("button", name="Next").last).to_be_visible()
    expect(page.get_by_role("button", name="Read aloud")).to_have_count(0)


def test_in_the_largest_text_the_warning_is_seen_from_everywhere(limited, open_page):
    url, person, _left = limited
    page = open_page(PHONE)
    agree(page, url, person)
    choose(page, url, "Very large")
    page.goto(f"{url}/take/1")
    with page.expect_navigation():
        page.get_by_role("button", name="Start now").click()
    page.evaluate("document.querySelector('.time-warning > div').hidden = false")
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(HIDDEN) is None
        expect(page.get_by_text("Your time is nearly over.")).to_be_in_viewport()


def test_the_clock_warns_extends_by_one_press_and_pauses_at_its_end(limited, open_page):
    url, person, _left = limited
    page = open_page(PHONE)
    page.clock.install()
    agree(page, url, person)
    page.goto(f"{url}/take/1")
    with page.expect_navigation():
        page.get_by_role("button", name="Start now").click()
    warning = page.get_by_text("Your time is nearly over.")
    expect(warning).to_be_hidden()
    answer_screen(page)
    page.clock.run_for(245_000)
    expect(warning).to_be_visible()
    look(page)
    page.get_by_role("button", name="Give me 2 minutes more").focus()
    assert page.evaluate(HIDDEN) is None
    page.get_by_role("button", name="Give me 2 minutes more").click()
    expect(page.get_by_text("minutes left")).to_be_visible()
    expect(page).to_have_url(re.compile("/take/1$"))
    expect(warning).to_be_hidden()
    page.clock.run_for(440_000)
    expect(page).to_have_url(re.compile("/take/pause$"))
    expect(page.get_by_text("Everything you answered is saved.")).to_be_visible()
    assert len(person.current()) == 5
    assert person.invitation().state == "started"


def test_pages_and_files_are_small_over_the_wire(served, open_page):
    url, person, _left = served
    page = open_page(PHONE, service_workers="block")
    agree(page, url, person)
    choose(page, url, "Very large", "Read aloud")
    lengths = {n: len(page.request.get(f"{url}/take/{n}").body()) for n in range(1, 50)}
    longest = max(lengths, key=lambda number: lengths[number])
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses, sizes, foreign = {}, {}, []
    session.on(
        "Network.requestWillBeSent",
        lambda e: addresses.__setitem__(e["requestId"], e["request"]["url"]),
    )
    session.on(
        "Network.loadingFinished",
        lambda e: sizes.__setitem__(addresses[e["requestId"]], e["encodedDataLength"]),
    )
    for address in (f"/take/{longest}", "/take/26", "/take/review", "/take/thanks"):
        page.goto(url + address)
        page.wait_for_load_state("networkidle")
    foreign = [one for one in sizes if not one.startswith((url, "data:"))]
    assert foreign == []
    item_page = sizes[f"{url}/take/{longest}"]
    assets = sum(size for one, size in sizes.items() if "/assets/" in one)
    assert 0 < item_page <= PAGE_BYTES
    assert 0 < assets <= ASSET_BYTES
    assert item_page < lengths[longest]
