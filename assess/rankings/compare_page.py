"""Two to five people side by side, and which of them can be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.rankings.pairs import Pair, compare_pairs
from assess.rankings.person_page import PersonPage, make_person_page
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import fit_reading
from assess.rankings.table import Drawn, drawn, style_picture
from assess.rankings.words import chance, flag_labels, percent

LEAST, MOST = 2, 5
PICTURE_WIDTH: Final = 150


@dataclass(frozen=True)
class Person:
    """One column."""

    page: PersonPage
    fit: Drawn
    headlines: tuple[Drawn, ...]
    style_svg: str
    chance: str
    coverage: str
    flags: tuple[str, ...]

    @property
    def entry(self) -> EntryView:
        """The person's place in the ranking."""
        return self.page.entry


@dataclass(frozen=True)
class Comparison:
    """Everything the page shows; ``unranked`` are labels of people without a fit."""

    title: str
    people: tuple[Person, ...]
    pairs: tuple[Pair, ...]
    unranked: tuple[str, ...]
    same_evidence: bool


def make_comparison(
    snapshot: SnapshotView, campaign: CampaignView, catalogue: Catalogue
) -> Comparison:
    """Put the people of ``snapshot`` side by side, in its order."""
    pairs = compare_pairs(snapshot.entries)
    return Comparison(
        title=said(pairs),
        people=tuple(_person(one, snapshot, campaign, catalogue) for one in snapshot.entries),
        pairs=pairs,
        unranked=tuple(one.name for one in snapshot.entries if one.fit is None),
        same_evidence=len({round(one.coverage, 9) for one in snapshot.entries}) == 1,
    )


def said(pairs: Sequence[Pair]) -> str:
    """Say what is seen, as the title of the page."""
    apart = sum(pair.apart for pair in pairs)
    if not pairs:
        return str(_("There is no fit to compare by"))
    if len(pairs) == 1:
        return str(
            _("These two can be told apart") if apart else _("These two cannot be told apart")
        )
    if not apart:
        return str(_("None of these people can be told apart"))
    if apart == len(pairs):
        return str(_("All of these people can be told apart"))
    return str(_("Some of these people can be told apart"))


def _person(
    entry: EntryView, snapshot: SnapshotView, campaign: CampaignView, catalogue: Catalogue
) -> Person:
    page = make_person_page(entry, snapshot, campaign, catalogue)
    return Person(
        page=page,
        fit=drawn(fit_reading(entry), str(_("Fit")), width=PICTURE_WIDTH),
        headlines=tuple(
            drawn(one.score.reading, one.title, width=PICTURE_WIDTH) for one in page.headlines
        ),
        style_svg=style_picture(entry, snapshot, catalogue, width=PICTURE_WIDTH, row=18),
        chance=chance(entry.p_top),
        coverage=percent(entry.coverage),
        flags=tuple(flag_labels(entry)),
    )
