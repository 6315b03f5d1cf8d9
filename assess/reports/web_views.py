"""A report on the screen: the sheets of its file, read from what was kept beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries as campaigns
from assess.campaigns.queries import CampaignView
from assess.campaigns.results_seen import note_seen
from assess.db.scope import reading
from assess.errors import NotFound
from assess.reports import queries, web_sheets
from assess.reports.book import Book, Leaf
from assess.reports.queries import ReportView
from assess.reports.views import SEE_REPORTS, around
from assess.web import pages

bp = Blueprint(
    "report_pages", __name__, url_prefix="/campaigns/<int:campaign_id>/reports/<int:report_id>"
)


@dataclass(frozen=True)
class Shown:
    """A sheet as a page shows it; ``kind`` is its template's name."""

    anchor: str
    kind: str
    html: Markup


@bp.get("/view")
@member_required(*SEE_REPORTS)
def front(campaign_id: int, report_id: int) -> ResponseReturnValue:
    """Show the first page of a report, of a short one all of it."""
    return _page(campaign_id, report_id, None)


@bp.get("/view/<anchor>")
@member_required(*SEE_REPORTS)
def sheet(campaign_id: int, report_id: int, anchor: str) -> ResponseReturnValue:
    """Show a sheet that has a page of its own: a person's, or the table's next part."""
    return _page(campaign_id, report_id, anchor)


@bp.get("/logo.png")
@member_required(*SEE_REPORTS)
def logo(campaign_id: int, report_id: int) -> ResponseReturnValue:
    """Send the logo that the report was made with."""
    _campaign, _report, book = _found(campaign_id, report_id)
    try:
        return Response(book.logo(), mimetype="image/png")
    except KeyError as missing:
        raise NotFound("This report has no logo.") from missing


def _found(campaign_id: int, report_id: int) -> tuple[CampaignView, ReportView, Book]:
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        report = queries.report(session, campaign_id, report_id)
        book = Book(queries.report_book(session, pages.settings(), campaign_id, report_id))
    return campaign, report, book


def _page(campaign_id: int, report_id: int, anchor: str | None) -> ResponseReturnValue:
    campaign, report, book = _found(campaign_id, report_id)
    every = book.index.pages
    place = 0 if anchor is None else _place(every, anchor)
    note_seen(
        pages.sessions(), actor(), campaign_id, "report read", now=pages.now(), report=report_id
    )
    named: dict[str, Any] = {"campaign_id": campaign_id, "report_id": report_id}
    return render_template(
        "reports/view.html",
        campaign=campaign,
        report=report,
        book=book.index,
        sheets=[_shown(book, leaf, every, named) for leaf in every[place]],
        place=place,
        before=_neighbour(every, place - 1, named),
        after=_neighbour(every, place + 1, named),
        contents=[(leaf, _address(leaf.anchor, every, named)) for leaf in every[0] if leaf.title],
        people=sum(1 for leaf in book.index.leaves if leaf.group),
        logo=url_for(".logo", **named) if book.has_logo else None,
        **around(
            campaign,
            (_("Report"), url_for("reports.show", **named)),
            (_("On the screen"), None),
        ),
    )


def _place(every: Sequence[Sequence[Leaf]], anchor: str) -> int:
    for place, leaves in enumerate(every[1:], 1):
        if leaves[0].anchor == anchor:
            return place
    raise NotFound("This report has no such page.")


def _shown(book: Book, leaf: Leaf, every: Sequence[Sequence[Leaf]], named: dict[str, Any]) -> Shown:
    html = web_sheets.shown(
        book.sheet(leaf.anchor),
        leaf.line,
        lambda target: _address(target, every, named),
        url_for(".logo", **named),
    )
    return Shown(leaf.anchor, leaf.template, html)


def _address(anchor: str, every: Sequence[Sequence[Leaf]], named: dict[str, Any]) -> str:
    """Give where a sheet is shown: on a page of its own, or at its place on the first."""
    if any(leaf.anchor == anchor for leaf in every[0]):
        return url_for(".front", **named, _anchor=anchor)
    return url_for(".sheet", **named, anchor=anchor)


def _neighbour(
    every: Sequence[Sequence[Leaf]], place: int, named: dict[str, Any]
) -> tuple[str, str] | None:
    """Give words and address of the page at ``place``, None beyond the ends."""
    if not 0 <= place < len(every):
        return None
    if place == 0:
        return _("The report"), url_for(".front", **named)
    leaf = every[place][0]
    return leaf.title or _("The ranking goes on"), url_for(".sheet", **named, anchor=leaf.anchor)
