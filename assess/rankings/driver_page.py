"""The section "strong where …" of a person's page: fits to each call driver, in words and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from assess.charts import whisker
from assess.rankings.driver_fit import DriverLine, DriverTable, PersonDrivers, person_drivers
from assess.rankings.readings import Reading

LEAD_REACH = 6.0
"""Points either way that a difference between two fits of one person is drawn on; most are less."""


@dataclass(frozen=True)
class DriverRow:
    """One call driver's row: fit drawn with the fit to the whole job as a line, and the lead."""

    line: DriverLine
    svg: str
    lead_svg: str
    lead: str
    words: str


@dataclass(frozen=True)
class DriversSection:
    """What the section shows; ``less`` is empty where nothing is surely weaker."""

    title: str
    less: str
    whole: float
    mix: tuple[DriverRow, ...]
    others: tuple[DriverRow, ...]


def drivers_section(table: DriverTable, candidate_id: int) -> DriversSection | None:
    """Put one person's section together; None for somebody without a fit."""
    found = person_drivers(table, candidate_id)
    if found is None:
        return None
    weaker = found.titles("weaker")
    return DriversSection(
        title=strong_where(found.titles("stronger"), weaker),
        less=str(_("Less strong where these calls dominate: %(calls)s.", calls=_listed(weaker)))
        if weaker
        else "",
        whole=found.whole,
        mix=_rows(found.mix, found),
        others=_rows(found.others, found),
    )


def strong_where(stronger: Sequence[str], weaker: Sequence[str]) -> str:
    """Say where somebody is surely strong, as a title."""
    if stronger:
        return str(_("Strong where these calls dominate: %(calls)s", calls=_listed(stronger)))
    if weaker:
        return str(_("No call driver of this job stands out above the rest"))
    return str(_("No call driver stands out: the difference is within error"))


def signed_interval(seen: Reading) -> str:
    """Write a difference in points with its 90 % interval, signs before all three."""
    value, low, high = (_signed(one) for one in (seen.value, seen.low, seen.high))
    return str(_("%(value)s (%(low)s to %(high)s)", value=value, low=low, high=high))


def lead_picture(seen: Reading, title: str) -> str:
    """Draw a difference with its interval beside nothing, the line in the middle."""
    return whisker(
        seen.value, seen.low, seen.high, domain=(-LEAD_REACH, LEAD_REACH), title=title, width=100,
        reference=0.0,
    )  # fmt: skip


def _rows(lines: Sequence[DriverLine], found: PersonDrivers) -> tuple[DriverRow, ...]:
    words = {
        "stronger": _("stronger"),
        "weaker": _("less strong"),
        None: _("within error"),
    }
    return tuple(
        DriverRow(
            line=one,
            svg=whisker(
                one.fit.value, one.fit.low, one.fit.high, title=one.title, width=160,
                reference=found.whole,
            ),
            lead_svg=lead_picture(one.lead, one.title),
            lead=signed_interval(one.lead),
            words=str(words[one.stands_out]),
        )
        for one in lines
    )  # fmt: skip


def _listed(titles: Sequence[str]) -> str:
    """Join titles as a sentence has them: their capital stands for a name."""
    return "; ".join(f"“{title}”" for title in titles)


def _signed(value: float) -> str:
    text = f"{value:+.1f}".replace("-", "−")
    return "0.0" if text in ("+0.0", "−0.0") else text
