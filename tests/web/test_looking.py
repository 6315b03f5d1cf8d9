"""The eye of the browser tests: patient with pages that move on, strict with what is wrong."""

import pytest
from playwright.sync_api import Error, Page

from tests.browser import DESK, ask, hold_to_wcag, look

PLACE = "http://moving.example/"
PAGE = """<!doctype html><html lang=en><head><title>Moving</title></head>
<body><main><h1>Wait</h1></main></body></html>"""


def opened(open_page, **headers: str) -> tuple[Page, list[str]]:
    page, asked = open_page(DESK), []

    def serve(route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=PAGE, content_type="text/html", headers=headers)

    page.route(PLACE, serve)
    page.goto(PLACE)
    return page, asked


def test_a_page_that_loads_itself_anew_is_asked_in_peace_and_goes_on(open_page):
    page, asked = opened(open_page, Refresh="1")
    slow = "new Promise(done => setTimeout(() => done(document.title), 1500))"
    assert ask(page, slow) == "Moving"
    assert len(asked) > 2
    before = len(asked)
    with page.expect_navigation():
        pass
    assert len(asked) > before
    look(page)


def test_a_fault_of_the_question_itself_is_not_asked_again(open_page):
    page, _asked = opened(open_page)
    page.evaluate("window.times = 0")
    with pytest.raises(Error, match="on purpose"):
        ask(page, "() => { times += 1; throw new Error('on purpose') }")
    assert ask(page, "times") == 1


@pytest.mark.parametrize("ground", ["#fff", "#777"])
def test_every_new_colour_letter_and_ground_is_examined(open_page, ground):
    page, _asked = opened(open_page)
    paper = f"<main style='background:{ground}'><h1>Wait</h1><p>{{}}</p></main>"

    def tell(words: str) -> None:
        page.evaluate("page => { document.body.innerHTML = page }", paper.format(words))
        hold_to_wcag(page)

    if ground == "#fff":
        tell("Black on white")
        tell("Black on white again")
        ground_of_part = "<span style='color:#767676'>grey <b style='background:#bbb'>{}</b></span>"
    else:
        tell("<b style='background:#fff'>black</b>")
        ground_of_part = "<b style='background:#fff; color:#999'>{}</b>"
    with pytest.raises(AssertionError, match="color-contrast"):
        tell(ground_of_part.format("pale"))
    with pytest.raises(AssertionError, match="color-contrast"):
        tell(ground_of_part.format("still pale"))
    with pytest.raises(AssertionError, match="label"):
        tell("<input>")
