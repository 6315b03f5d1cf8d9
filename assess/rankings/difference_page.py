"""The page of two rankings side by side, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from math import isnan

from flask_babel import gettext as _
from flask_babel import ngettext

from assess.charts.moves import MoveRow, Sureness, seat_moves
from assess.instruments.catalogue import Catalogue
from assess.profiles.queries import VersionView
from assess.rankings.difference import Difference, Mover
from assess.rankings.difference_queries import Adopted
from assess.rankings.queries import SnapshotView

MOST_DRAWN = 24


@dataclass(frozen=True)
class Side:
    """One of the two rankings with the version it was made under."""

    name: str
    number: int
    reason: str
    digest: str
    made_at: datetime
    seats: int
    people: int
    held_back: int
    asked: str


@dataclass(frozen=True)
class Line:
    """Somebody who moved, in words."""

    candidate_id: int
    name: str
    code: str
    before: str
    after: str
    way: str
    sure: str
    erased: bool


@dataclass(frozen=True)
class DifferencePage:
    """Everything the page shows of two rankings."""

    former: Side
    present: Side
    title: str
    lines: tuple[Line, ...]
    picture: str | None
    correlation: str
    facts: Difference
    beyond: int
    adopted: Adopted | None


def make_difference_page(
    found: Difference,
    former: tuple[VersionView, SnapshotView],
    present: tuple[VersionView, SnapshotView],
    adopted: Adopted | None,
    catalogue: Catalogue,
) -> DifferencePage:
    """Put the page together of the two rankings, each with its version."""
    return DifferencePage(
        former=_side(*former, catalogue),
        present=_side(*present, catalogue),
        title=headline(found, present[1].seats),
        lines=(
            *(_line(one, str(_("into the seats"))) for one in found.moved_in),
            *(_line(one, str(_("out of the seats"))) for one in found.moved_out),
        ),
        picture=_picture(found, former[1], present[1]),
        correlation="–" if isnan(found.rank_correlation) else f"{found.rank_correlation:.2f}",
        facts=found,
        beyond=found.count("beyond"),
        adopted=adopted,
    )


def headline(found: Difference, seats: int) -> str:
    """Say what the change of version did, as the page's title."""
    if not found.changed:
        return str(_("The change of profile moves nobody's seat"))
    said = ngettext(
        "The change of profile gives %(num)s of %(seats)s seats to somebody else",
        "The change of profile gives %(num)s of %(seats)s seats to others",
        found.changed, seats=seats,
    )  # fmt: skip
    beyond = found.count("beyond")
    sure = _("none beyond error") if not beyond else _("%(count)s beyond error", count=beyond)
    return str(_("%(said)s, %(sure)s", said=said, sure=sure))


def _side(version: VersionView, snapshot: SnapshotView, catalogue: Catalogue) -> Side:
    titles = {one.code: one.title for one in catalogue.competencies}
    indices = {one.competency: one.title for one in catalogue.indices}
    asked = [f"{titles[code]} × {factor:g}" for code, factor in version.multipliers.items()]
    asked += [
        str(_("%(index)s at least %(points)s", index=indices[code], points=f"{points:g}"))
        for code, points in version.minimums.items()
    ]
    if version.style_weight:
        asked.append(str(_("style %(share)s", share=f"{100 * version.style_weight:g} %")))
    return Side(
        name=version.name,
        number=version.number,
        reason=version.reason,
        digest=version.digest,
        made_at=snapshot.made_at,
        seats=snapshot.seats,
        people=snapshot.people,
        held_back=snapshot.held_back,
        asked="; ".join(asked),
    )


def _line(one: Mover, way: str) -> Line:
    held = str(_("below the minimum"))
    return Line(
        candidate_id=one.candidate_id,
        name=one.name,
        code=one.code,
        before=str(_("not ranked")) if one.before is None else str(one.before),
        after=(held if one.held_back else str(_("not ranked")))
        if one.after is None
        else str(one.after),
        way=way,
        sure=_sure_words(one.sureness),
        erased=one.erased,
    )


def _sure_words(sureness: Sureness | None) -> str:
    words = {
        "beyond": _("beyond error: the two can be told apart"),
        "shifted": _("surely the change's doing, but the two cannot be told apart"),
        "within": _("within error"),
        None: _("nobody moved the other way"),
    }
    return str(words[sureness])


def _picture(found: Difference, former: SnapshotView, present: SnapshotView) -> str | None:
    """Draw the moves by code; none when nobody moves, too many do, or the seats differ."""
    movers = (*found.moved_in, *found.moved_out)
    if not movers or len(movers) > MOST_DRAWN or former.seats != present.seats:
        return None
    rows = [MoveRow(one.before, one.after, one.code, one.sureness or "within") for one in movers]
    return seat_moves(
        rows,
        present.seats,
        title=headline(found, present.seats),
        heads=(
            str(_("version %(number)s", number=former.profile_number)),
            str(_("version %(number)s", number=present.profile_number)),
        ),
        cut=str(ngettext("%(num)s seat", "%(num)s seats", present.seats)),
    )
