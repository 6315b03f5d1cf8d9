"""A unit's sheet for the screen: the very markup that is laid out on paper, made fit for a page.

Whatever the templates put on paper comes here, word for word. Left out are widths in millimetres,
which a page's content policy forbids, and the names of places, which several sheets share. Our
templates escape everything else: an attribute that is left out here is never somebody's text.
"""

import re
import zlib
from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup, escape

from assess.reports.faces import Run
from assess.reports.units import LINK

PLACE: Final = "<!--place-->"
"""Where a person's place in the ranking is written, as on paper: when the sheets are joined."""
LOGO: Final = "asset:logo"
WIDE: Final = 400
"""From this width on, in CSS pixels, a picture scrolls in a frame of its own."""
_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)
_PLACE = re.compile(r'(<p\b[^>]*) id="place">')
_LEFT_OUT = re.compile(r' (?:style|id)="[^"]*"')
_HEADING = re.compile(r"(</?h)([1-5])\b")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
_WIDTH = re.compile(r'^<svg [^>]*?width="([\d.]+)"')
_LABEL = re.compile(r'^<svg [^>]*?aria-label="([^"]*)"')
_PICTURE = re.compile(r'<img\b[^>]* src="asset:(picture-\d+\.svg)"/>')
_TARGET = re.compile(rf'href="{LINK}([^"]*)"')


def packed_sheet(html: str, pictures: Mapping[str, str]) -> bytes:
    """Give the sheet of a laid out page, compressed; ``pictures`` by the names it uses."""
    found = _BODY.search(html)
    sheet = _PLACE.sub(rf"\1>{PLACE}", found[1] if found else "")
    sheet = _LEFT_OUT.sub("", sheet)
    # The page that shows sheets has a heading of its own above theirs.
    sheet = _HEADING.sub(lambda one: f"{one[1]}{int(one[2]) + 1}", sheet)
    sheet = _TABLE.sub(_framed, sheet)
    sheet = _PICTURE.sub(lambda one: _drawn(pictures[one[1]]), sheet)
    return zlib.compress(sheet.strip().encode(), 6)


def _drawn(picture: str) -> str:
    """Put a wide picture into a frame that can be scrolled: shrunk to a phone it says nothing."""
    width, label = _WIDTH.search(picture), _LABEL.search(picture)
    if width is None or label is None or float(width[1]) < WIDE:
        return picture
    frame = f'<div class="report-picture" role="region" tabindex="0" aria-label="{label[1]}">'
    return f"{frame}{picture}</div>"


def _framed(table: re.Match[str]) -> str:
    """Put a table into a frame that can be scrolled, by keyboard too, and is named as it is."""
    named = _CAPTION.search(table[0])
    label = f' role="region" tabindex="0" aria-label="{named[1]}"' if named else ""
    return f'<div class="report-table"{label}>{table[0]}</div>'


def shown(sheet: bytes, place: tuple[Run, ...], link: Callable[[str], str], logo: str) -> Markup:
    """Give a packed sheet with the person's place, its links by ``link`` and the logo's address."""
    html = zlib.decompress(sheet).decode()
    words = Markup().join(
        Markup("<b>{}</b>").format(run.text) if run.bold else escape(run.text) for run in place
    )
    html = html.replace(PLACE, words, 1).replace(f'src="{LOGO}"', f'src="{escape(logo)}"')
    return Markup(_TARGET.sub(lambda one: f'href="{escape(link(one[1]))}"', html))  # noqa: S704
