"""The whole way from the link to the thanks: by keyboard, by ear, and without a script."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESK, PHONE, look
from tests.sittings.path_pages import answer_most, answer_screen, short_path

pytestmark = pytest.mark.journey

FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels[0];
  return { tag: one.tagName, type: one.type || "", name: one.name || "",
    text: (label || one).textContent.trim().replace(/\\s+/g, " ") };
}"""


@pytest.fixture
def served(tmp_path, migrated_sqlite, sitting_bank):
    with short_path(tmp_path, migrated_sqlite, sitting_bank) as found:
        yield found


def tab_to(page: Page, words: str, most: int = 60) -> None:
    """Press Tab until what has the focus says ``words``."""
    seen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED)["text"])
        if seen[-1].startswith(words):
            return
    raise AssertionError(f"Tab does not reach {words!r}: {seen}")


def choose_by_arrows(page: Page) -> int:
    """Answer every group of a screen: Tab between groups, arrows within; give how many."""
    address, names = page.url, []
    tab_to(page, "What the numbers mean" if page.locator(".rating-key").count() else "Pause")
    for group in page.locator("#answers fieldset").all():
        for _ in range(4):  # what stands before the first group
            page.keyboard.press("Tab")
            if page.evaluate(FOCUSED)["type"] == "radio":
                break
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        if names:
            page.keyboard.press("ArrowDown")
        focused = page.evaluate(FOCUSED)
        names.append(focused["name"])
        expect(group.locator("input:checked")).to_have_count(1)
        assert group.locator("input:checked").get_attribute("name") == focused["name"]
    assert len(set(names)) == len(names)
    assert page.url == address, "a choice goes on by itself"
    return len(names)


def press(page: Page, name: str) -> None:
    """Press what leads on, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def press_enter(page: Page) -> None:
    """Press what has the focus, and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_keyboard_alone_goes_the_whole_way(served, open_page, sitting_bank):
    url, person, left = served
    page = open_page(DESK)
    page.goto(url + person.path)
    tab_to(page, "Continue")
    press_enter(page)
    tab_to(page, "Display and help")
    press_enter(page)
    tab_to(page, "Normal")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Use this")
    press_enter(page)
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    tab_to(page, "I have read this and agree")
    press_enter(page)
    expect(page).to_have_url(re.compile("/take/practice$"))
    answer_most(person, sitting_bank, left)
    tab_to(page, "1")
    page.keyboard.press("Space")
    tab_to(page, "Next")
    press_enter(page)
    tab_to(page, "Start with the questions")
    press_enter(page)
    for number in left:
        expect(page).to_have_url(re.compile(f"/take/{number}$"))
        assert choose_by_arrows(page) == page.locator("#answers fieldset").count()
        expect(page.locator("#save-state")).to_have_text(re.compile(r"^Saved \d"))
        page.locator("body").press("Control+Home")
        page.evaluate("document.activeElement.blur()")
        tab_to(page, "Pause")
        press_enter(page)
        expect(page).to_have_url(re.compile("/take/pause$"))
        tab_to(page, "Go on")
        press_enter(page)
    expect(page).to_have_url(re.compile("/take/review$"))
    tab_to(page, "Hand in my answers", most=120)
    press_enter(page)
    expect(page).to_have_url(re.compile("/take/thanks$"))
    assert person.invitation().answered == person.invitation().items


def tree(page: Page) -> list[tuple[str, str, dict[str, object]]]:
    """Give Chromium's accessibility tree as (role, name, states), in the order it is read."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    read: list[tuple[str, str, dict[str, object]]] = []

    def visit(node: dict) -> None:
        if not node.get("ignored"):
            states = {p["name"]: p["value"].get("value") for p in node.get("properties", [])}
            read.append((node["role"]["value"], node.get("name", {}).get("value", ""), states))
        for child in node.get("childIds", []):
            if child in by_id:
                visit(by_id[child])

    visit(nodes[0])
    return read


def hear(page: Page) -> list[tuple[str, str, dict[str, object]]]:
    """Check what holds on every page of the way, and give its tree."""
    look(page)
    read = tree(page)
    roles = [role for role, _name, _states in read]
    assert roles.count("main") == 1
    headings = [(name, s["level"]) for role, name, s in read if role == "heading"]
    assert [level for _name, level in headings].count(1) == 1
    assert headings[0][1] == 1
    assert all(second - first <= 1 for (_n, first), (_m, second) in pairwise(headings))
    for role, name, _states in read:
        if role in ("button", "link", "radio", "checkbox", "textbox"):
            assert name.strip(), f"{page.url}: a {role} without a name"
    return read


def hear_questions(page: Page, groups: int) -> None:
    """Each question is a named group of named choices, one of them checked; then the buttons."""
    read = hear(page)
    outline = [
        (role, name, states.get("checked"))
        for role, name, states in read
        if role in ("heading", "group", "radio", "button") and name
    ]
    starts = [place for place, (role, _n, _c) in enumerate(outline) if role == "group"]
    assert len(starts) == groups
    assert outline.index(next(one for one in outline if one[0] == "heading")) < starts[0]
    for start, end in zip(starts, [*starts[1:], len(outline)], strict=True):
        radios = [one for one in outline[start:end] if one[0] == "radio"]
        assert len(radios) >= 5
        names = [name for _role, name, _checked in radios]
        assert len(set(names)) == len(names)
        assert names[-1] == "I prefer not to answer"
        assert [checked for _r, _n, checked in radios].count("true") == 1
    assert [name for role, name, _c in outline if role == "button"][-2:] == ["Back", "Next"]


def test_a_screen_reader_is_told_everything_in_order(served, open_page, sitting_bank):
    url, person, left = served
    page = open_page(PHONE)
    page.goto(url + person.path)
    hear(page)
    page.get_by_role("button", name="Continue").click()
    hear(page)
    page.get_by_role("link", name="Display and help").click()
    told = hear(page)
    assert [name for role, name, _s in told if role == "radio"] == ["Normal", "Large", "Very large"]
    page.get_by_role("link", name="Ask for another way").click()
    hear(page)
    page.get_by_role("button", name="See what is sent").click()
    hear(page)
    page.goto(f"{url}/take/")
    page.get_by_role("button", name="I have read this and agree").click()
    hear(page)
    answer_most(person, sitting_bank, left)
    page.get_by_role("button", name="Next").click()
    hear(page)
    page.get_by_role("link", name="Start with the questions").click()
    for number in left:
        expect(page).to_have_url(re.compile(f"/take/{number}$"))
        answer_screen(page)
        hear_questions(page, page.locator("#answers fieldset").count())
        page.get_by_role("button", name="Pause").click()
        expect(page).to_have_url(re.compile("/take/pause$"))
        hear(page)
        page.get_by_role("link", name="Go on").click()
    expect(page).to_have_url(re.compile("/take/review$"))
    hear(page)
    page.get_by_role("button", name="Hand in my answers").click()
    hear(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")


def test_without_a_script_from_the_link_to_the_thanks(served, open_page, sitting_bank):
    url, person, left = served
    page = open_page(PHONE, java_script_enabled=False)
    page.goto(url + person.path)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Display and help").click()
    page.get_by_label("Very large").check()
    page.get_by_label("High contrast").check()
    page.get_by_role("button", name="Use this").click()
    page.get_by_role("button", name="I have read this and agree").click()
    answer_most(person, sitting_bank, left)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("link", name="Start with the questions").click()
    assert page.locator("html").get_attribute("data-contrast") == "high"
    for number in left:
        expect(page).to_have_url(re.compile(f"/take/{number}$"))
        answer_screen(page)
        chosen = [one.get_attribute("value") for one in page.locator("input:checked").all()]
        page.get_by_role("button", name="Display and help").click()
        press(page, "Use this")
        expect(page).to_have_url(re.compile(f"/take/{number}$"))
        page.wait_for_load_state()
        kept = [one.get_attribute("value") for one in page.locator("input:checked").all()]
        assert kept == chosen
        press(page, "Next")
        page.goto(f"{url}/take/")
    expect(page).to_have_url(re.compile("/take/review$"))
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page).to_have_url(re.compile("/take/thanks$"))
    assert person.invitation().answered == person.invitation().items
