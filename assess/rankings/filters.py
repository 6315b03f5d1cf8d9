"""The choices of the form above the ranking's table, each with how many people it would leave."""

from dataclasses import dataclass

from flask_babel import gettext as _

from assess.instruments.catalogue import Catalogue
from assess.rankings.asked import BANDS, DECIDED, SORTS
from assess.rankings.columns import COLUMNS
from assess.rankings.requirements_page import outcome_words
from assess.rankings.rows import HELD_BACK, UNRANKED
from assess.rankings.table_queries import Counts
from assess.rankings.words import flag_kinds


@dataclass(frozen=True)
class Choice:
    """One choice: its value in the address, its words, and how many people it leaves."""

    value: str
    words: str
    people: int | None = None


@dataclass(frozen=True)
class Filter:
    """A list to choose one of, by the name it has in the address."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def filters(counts: Counts) -> tuple[Filter, ...]:
    """Give every list; one that has nothing to choose is left out."""
    everybody = Choice("", str(_("Everybody")), counts.people)
    found = (
        Filter("band", str(_("Band")), _bands(counts)),
        Filter("group", str(_("Standing")), _groups(counts)),
        Filter("decision", str(_("Decision")), _decisions(counts)),
        Filter("requirements", str(_("Requirements")), _requirements(counts)),
        Filter("flag", str(_("Note on the answers")), _flags(counts)),
        Filter("evidence", str(_("Evidence")), _evidence(counts)),
    )
    return tuple(
        Filter(one.name, one.label, (everybody, *one.choices)) for one in found if one.choices
    )


def sorts(catalogue: Catalogue) -> dict[str, str]:
    """Give the words of every order."""
    said = {
        BANDS: str(_("By bands")),
        "rank": str(_("Rank")),
        "fit": str(_("Fit")),
        "finished": str(_("Day of finishing")),
        "decision": str(_("Decision")),
        **column_titles(catalogue),
    }
    return {one: said[one] for one in SORTS}


def column_titles(catalogue: Catalogue) -> dict[str, str]:
    """Give the words of every column that can be left out."""
    headlines = {one.competency: one.title for one in catalogue.indices}
    said = {
        "chance": str(_("Chance of a seat")),
        "style": str(_("Style")),
        "evidence": str(_("Evidence")),
        "finished": str(_("Finished")),
        **{one.code: headlines.get(one.code, one.title) for one in catalogue.competencies},
    }
    return {one: said[one] for one in COLUMNS}


def _bands(counts: Counts) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(section), str(_("Band %(number)s", number=section)), people)
        for section, people in counts.sections.items()
        if section < HELD_BACK
    )


def _groups(counts: Counts) -> tuple[Choice, ...]:
    held, unranked = (counts.sections.get(one, 0) for one in (HELD_BACK, UNRANKED))
    found = (
        Choice("cut", str(_("At the cut")), counts.at_cut),
        Choice("held", str(_("Below the minimum")), held),
        Choice("unranked", str(_("Not ranked")), unranked),
    )
    return tuple(one for one in found if one.people)


def _decisions(counts: Counts) -> tuple[Choice, ...]:
    words = {
        "none": _("None yet"),
        "advance": _("Advanced"),
        "hold": _("On hold"),
        "decline": _("Declined"),
        "hired": _("Hired"),
    }
    found = [Choice(one, str(words[one]), counts.decisions.get(one, 0)) for one in DECIDED]
    return tuple(one for one in found if one.people)


def _requirements(counts: Counts) -> tuple[Choice, ...]:
    words = outcome_words()
    return tuple(
        Choice(state.value, words[state], people) for state, people in counts.requirements.items()
    )


def _flags(counts: Counts) -> tuple[Choice, ...]:
    return tuple(
        Choice(kind, words, counts.flags[kind])
        for kind, words in flag_kinds().items()
        if kind in counts.flags
    )


def _evidence(counts: Counts) -> tuple[Choice, ...]:
    less = counts.people - counts.complete
    if not less:
        return ()
    return (
        Choice("complete", str(_("All of the questionnaires")), counts.complete),
        Choice("less", str(_("Something is missing")), less),
    )
