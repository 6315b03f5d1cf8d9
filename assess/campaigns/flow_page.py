"""How far a campaign's people are, where they stop and what to expect, as plain page data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assess.campaigns import flow_queries
from assess.campaigns.flow import Day, Flow, Place, Stop, Stops, outlook, stops
from assess.campaigns.flow_queries import Counted, Kept, StalledPerson
from assess.campaigns.forecast_form import ForecastForm
from assess.campaigns.queries import CampaignView
from assess.charts import by_day
from assess.instruments.model import Instrument
from assess.selection.forecast import Forecast

MOST_DAYS: Final = 31
WEEK: Final = 7
KNOWN_FROM: Final = 20
"""People invited from whom on a campaign's own rates are spoken of."""


@dataclass(frozen=True)
class StopRow:
    """Where people stopped, in words."""

    words: str
    people: int


@dataclass(frozen=True)
class Outlook:
    """The forecast with its question and its answer in a line.

    ``needed`` people are to finish, ``finished`` have; ``early`` while the field's rates speak.
    """

    title: str
    needed: int
    finished: int
    early: bool
    found: Forecast


@dataclass(frozen=True)
class FlowPage:
    """What the campaign's page shows of its people as a whole."""

    flow: Flow
    picture: str | None
    picture_title: str
    days: tuple[Day, ...]
    weekly: bool
    stops: Stops | None
    stop_rows: tuple[StopRow, ...]
    stalled: tuple[StalledPerson, ...]
    form: ForecastForm | None
    outlook: Outlook | None


def flow_page(
    session: Session,
    campaign: CampaignView,
    instruments: Mapping[str, Instrument],
    kept: Kept,
    arguments: Any,
    now: datetime,
    *,
    names: bool,
) -> FlowPage:
    """Make the page's part; with ``names`` it lists some who stopped.

    ``instruments`` by digest: places are told if all are there. ``arguments`` of the address.
    """
    counted = kept.counted(session, campaign.id, now)
    flow = counted.flow
    days = flow.by_day(min(now.date(), campaign.closes_on))
    title = _picture_title(flow, days)
    found = _stops(counted, campaign, instruments)
    form = _form(campaign, arguments, now)
    return FlowPage(
        flow=flow,
        picture=_picture(days, title) if flow.steps else None,
        picture_title=title,
        days=_told(days) if flow.steps else (),
        weekly=len(days) > MOST_DAYS,
        stops=found,
        stop_rows=tuple(_stop_row(row) for row in found.rows) if found else (),
        stalled=tuple(flow_queries.stalled(session, counted.latest, now)) if names else (),
        form=form,
        outlook=_outlook(flow, campaign, form, now) if form and form.sound() else None,
    )


def _stops(
    counted: Counted, campaign: CampaignView, instruments: Mapping[str, Instrument]
) -> Stops | None:
    if any(digest not in instruments for _key, digest in campaign.parts):
        return None
    battery = [instruments[digest] for _key, digest in campaign.parts]
    return stops(counted.stopped, battery)


def _form(campaign: CampaignView, arguments: Any, now: datetime) -> ForecastForm | None:
    """Give the question; None when the campaign's last day is over."""
    if now.date() > campaign.closes_on:
        return None
    return ForecastForm(arguments, max(now.date(), campaign.opens_on), campaign.closes_on)


def _outlook(flow: Flow, campaign: CampaignView, form: ForecastForm, now: datetime) -> Outlook:
    needed = math.ceil(campaign.seats * form.per_seat.data - 1e-9)
    found = outlook(flow, now, campaign.opens_on, form.by.data, needed)
    title = _title(found.recommended, campaign, form, done=flow.taking_part >= needed)
    early = flow.progress.invited < KNOWN_FROM
    return Outlook(title, needed, flow.taking_part, early, found)


def _title(more: int | None, campaign: CampaignView, form: ForecastForm, *, done: bool) -> str:
    """Say what to do, in a line; ``done`` when enough have finished already."""
    words = {
        "seats": ngettext("%(num)s seat", "%(num)s seats", campaign.seats),
        "day": format_date(form.by.data, "d MMM y"),
    }
    if done:
        line = _("Enough people have finished to fill %(seats)s", **words)
    elif more is None:
        line = _("Inviting alone will hardly fill %(seats)s by %(day)s", **words)
    elif more == 0:
        line = _("Enough people are on their way to fill %(seats)s by %(day)s", **words)
    else:
        line = ngettext(
            "To fill %(seats)s by %(day)s, invite %(number)s more person now",
            "To fill %(seats)s by %(day)s, invite %(number)s more people now",
            more, number=f"{more:,}", **words,
        )  # fmt: skip
    return str(line)


def _picture_title(flow: Flow, days: Sequence[Day]) -> str:
    """Say what the picture shows: how many have got how far, since when."""
    far = flow.progress
    line = _(
        "Of %(invited)s invited since %(day)s, %(started)s have started and %(finished)s finished",
        invited=f"{far.invited:,}",
        started=f"{far.started:,}",
        finished=f"{far.finished:,}",
        day=format_date(days[0].on, "d MMM y"),
    )
    return str(line)


def _picture(days: Sequence[Day], title: str) -> str:
    series = (
        (_("invited"), [day.invited for day in days]),
        (_("started"), [day.started for day in days]),
        (_("finished"), [day.finished for day in days]),
    )
    ends = (format_date(days[0].on, "d MMM"), format_date(days[-1].on, "d MMM"))
    return by_day(series, ends, title=title)


def _told(days: Sequence[Day]) -> tuple[Day, ...]:
    """Give the days of the table, the newest first: all of them, or each week's last."""
    return tuple(days[::-1] if len(days) <= MOST_DAYS else days[::-WEEK])


def _stop_row(row: Stop) -> StopRow:
    if row.nothing:
        return StopRow(_("Opened, nothing answered"), row.people)
    if row.first is None or row.last is None:
        return StopRow(_("Everything answered, not handed in"), row.people)
    words = _between(row.first, row.last)
    if row.everything:
        words = _("%(questions)s, or not handed in", questions=words)
    return StopRow(words, row.people)


def _between(first: Place, last: Place) -> str:
    if first == last:
        words = _("%(title)s, question %(number)s", title=first.title, number=first.number)
    elif first.title == last.title:
        words = _(
            "%(title)s, questions %(first)s to %(last)s",
            title=first.title, first=first.number, last=last.number,
        )  # fmt: skip
    else:
        words = _(
            "%(title)s, question %(first)s, to %(other)s, question %(last)s",
            title=first.title, first=first.number, other=last.title, last=last.number,
        )  # fmt: skip
    return str(words)
