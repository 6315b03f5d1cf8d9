"""Gather what the ranking page shows of a snapshot: one page of its table, and its counts."""

from dataclasses import replace
from typing import Any

from flask import current_app, request
from sqlalchemy.orm import Session

from assess.accounts.guard import actor
from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.rankings import labels, queries, requirements_page, table_queries
from assess.rankings.asked import Asked, read_asked
from assess.rankings.columns import COOKIE, read_columns
from assess.rankings.decided import in_ranking
from assess.rankings.driver_fit import driver_table
from assess.rankings.driver_queries import driver_ground
from assess.rankings.filters import column_titles, filters, sorts
from assess.rankings.queries import SnapshotView
from assess.rankings.table import make_page, overview
from assess.rankings.table_queries import Kept, Place
from assess.rankings.words import headline
from assess.web import pages


def asked_for() -> Asked:
    """Read what the address asks for."""
    return read_asked(request.args, request.args.getlist("person", type=int))


def asked_columns() -> tuple[str, ...]:
    """Read which columns the address asks for, or the browser keeps."""
    return read_columns(
        request.args.getlist("column"), request.cookies.get(COOKIE), told="columns" in request.args
    )


def table_page(
    session: Session, campaign: CampaignView, catalogue: Catalogue, snapshot_id: int, asked: Asked
) -> dict[str, Any]:
    """Give the page's part that is of a snapshot, as this member may see it."""
    member_id, columns = actor().id, asked_columns()
    seen = labels.sight(session, campaign.id, member_id)
    place = Place(snapshot_id, campaign.id, member_id, seen.blind)
    head = queries.head(session, snapshot_id)
    counts = _kept().counts(session, place, head, pages.now())
    if not counts.requirements:  # an old address: nothing is asked any more
        asked = replace(asked, requirements="")
    cut = table_queries.cut(session, place, asked, counts.people)
    here = _labelled(queries.with_entries(session, head, cut.people), seen)
    ground = driver_ground(session, campaign, here, catalogue)
    title = headline(here, counts.at_cut)
    picture = None
    if cut.first == 1 and not asked.filtered:
        best = _labelled(queries.with_entries(session, head, counts.best), seen)
        picture = overview(best, title)
    elsewhere = [one for one in asked.chosen if one not in cut.people]
    chosen = _labelled(queries.with_entries(session, head, elsewhere), seen).entries
    return {
        "snapshot": here,
        "title": title,
        "asked": asked,
        "page": make_page(cut, here, counts, catalogue, asked, columns),
        "drivers": driver_table(here.entries, here, ground),
        "overview": picture,
        "counts": counts,
        "filters": filters(counts),
        "sorts": sorts(catalogue),
        "columns": columns,
        "column_titles": column_titles(catalogue),
        "elsewhere": chosen,
        "required": requirements_page.badges(session, campaign.id, cut.people),
        **in_ranking(session, campaign.id, cut.people),
    }


def _kept() -> Kept:
    """Give the counts of large rankings that this service keeps for a minute."""
    kept: Kept = current_app.extensions.setdefault("assess_ranking_counts", Kept())
    return kept


def _labelled(snapshot: SnapshotView, seen: labels.Sight) -> SnapshotView:
    """Give codes for hidden names; the order of the entries stays."""
    if not seen.blind:
        return snapshot
    shown = {one.candidate_id: one for one in labels.blinded(snapshot, seen).entries}
    return replace(snapshot, entries=tuple(shown[one.candidate_id] for one in snapshot.entries))
