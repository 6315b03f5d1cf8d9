"""Nothing that a page can ask for from outside is ever fetched; each way to ask is tried."""

import pytest
from weasyprint.urls import FatalURLFetchingError

from assess.reports import layout
from assess.reports.faces import FACES
from assess.reports.pictures import Album

TARGETS = (
    "file:///etc/hostname", "http://127.0.0.1:9/x", "https://a.example/x", "ftp://a.example/x",
    "data:text/css,p{}", "data:image/png;base64,AAAA", "//a.example/x", "asset:../report.css",
)  # fmt: skip

WAYS = {
    "image": '<img alt="x" src="{}"/>',
    "object": '<object data="{}">x</object>',
    "embedded": '<embed src="{}" type="image/png"/>',
    "style sheet": '<link rel="stylesheet" href="{}"/>',
    "import": '<style>@import url("{}");</style>',
    "background": "<p style=\"background: url('{}')\">x</p>",
    "list": "<ul><li style=\"list-style-image: url('{}')\">x</li></ul>",
    "border": "<p style=\"border: 1px solid; border-image-source: url('{}')\">x</p>",
    "content": "<style>p::before {{ content: url('{}') }}</style><p>x</p>",
    "face": "<style>@font-face {{ font-family: Other; src: url('{}') }}</style><p>x</p>",
    "margin": "<style>@page {{ @top-left {{ content: url('{}') }} }}</style><p>x</p>",
    "drawing": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<image href="{}" width="9" height="9"/></svg>',
    "use": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><use href="{}#a"/></svg>',
    "attachment": '<link rel="attachment" href="{}"/><p>x</p>',
    "attached link": '<p><a rel="attachment" href="{}">x</a></p>',
}


QUIET = {"object", "drawing", "use"}
"""Where the engine leaves a gap instead of breaking off."""


@pytest.fixture
def given(monkeypatch):
    """Collect what the fetcher gives, but for the reports' own faces."""
    found = []
    real = layout.ClosedFetcher.fetch

    def fetch(self, url, headers=None):
        answer = real(self, url, headers)
        if url.removeprefix("asset:") not in FACES:
            found.append(url)
        return answer

    monkeypatch.setattr(layout.ClosedFetcher, "fetch", fetch)
    return found


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("way", WAYS)
def test_a_page_cannot_load(way, target, given):
    page = f'<html lang="en"><body>{WAYS[way].format(target)}</body></html>'
    try:
        layout._document(page, Album()).write_pdf()
    except (FatalURLFetchingError, ValueError):
        refused = True
    else:
        refused = False
    assert given == []
    # Without a base, an address without a scheme is none: nobody asks for it.
    assert refused or way in QUIET or target.startswith("//")


def test_a_picture_within_a_picture_is_not_fetched(given, monkeypatch):
    album = Album()
    outside = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9">'
    outside += '<image href="file:///etc/hostname" width="9" height="9"/></svg>'
    monkeypatch.setitem(album._pictures, "picture-1.svg", outside)
    page = '<html lang="en"><body><img alt="x" src="asset:picture-1.svg"/></body></html>'
    written = layout._document(page, album).write_pdf()
    assert given == ["asset:picture-1.svg"]
    assert b"/Image" not in written
