"""One person's sheet: the words and numbers of their page, whoever else was ranked."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import TOTAL, Competency, Scale
from assess.instruments.phrases import region
from assess.rankings.driver_fit import DriverLine, DriverTable, driver_table, person_drivers
from assess.rankings.driver_queries import DriverGround
from assess.rankings.queries import STYLE, EntryView, SnapshotView
from assess.rankings.readings import (
    STYLE_TOLERANCE,
    Reading,
    competency_pair,
    fit_reading,
    probes,
    score_reading,
    style_reading,
)
from assess.rankings.within_person import within_person_picture
from assess.reports.person_sheets import (
    Ease,
    Evidence,
    Headline,
    Part,
    PersonSheet,
    Place,
    Said,
    Style,
)
from assess.selection.demand import COMPETENCIES

MOST_SAID = 3
MOST_DRIVERS = 2


def person_sheet(
    entry: EntryView,
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    drivers: DriverTable,
) -> PersonSheet:
    """Give the sheet of one person of ``snapshot``; ``drivers`` has their fits to call drivers."""
    by_weight = sorted(
        catalogue.competencies, key=lambda one: -campaign.weights[COMPETENCIES.index(one.code)]
    )
    mix = _mix(entry, drivers)
    strong_where = tuple(one.title for one in mix if one.stands_out == "stronger")
    strong_where = strong_where[:MOST_DRIVERS]
    return PersonSheet(
        name=entry.name or entry.code,
        code=entry.code,
        fit=fit_reading(entry),
        headlines=_headlines(entry, campaign, catalogue),
        parts=(
            *(_part(entry, snapshot, catalogue, one) for one in by_weight),
            *_style_part(entry, snapshot, catalogue),
        ),
        held_back=entry.held_back,
        below=tuple(
            (index.title, snapshot.minimums[index.competency], entry.below[index.competency])
            for index in catalogue.indices
            if index.competency in entry.below
        ),
        # A page holds three strengths, and where somebody is strong is one of them.
        strengths=_strengths(entry, campaign, catalogue, by_weight)[
            : MOST_SAID - bool(strong_where)
        ],
        explore=_explore(entry, campaign, catalogue, by_weight),
        style=_style(entry, campaign, catalogue),
        probes=probes(entry, by_weight),
        evidence=_evidence(entry, campaign, catalogue),
        picture=within_person_picture(
            entry, [catalogue.instrument(part.key) for part in campaign.battery]
        ),
        strong_where=strong_where,
        drivers=mix,
    )


def driver_fits(
    entries: Sequence[EntryView],
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
) -> DriverTable:
    """Fit people of ``snapshot`` to each call driver of the job, all at once."""
    battery = tuple(catalogue.instrument(part.key) for part in campaign.battery)
    return driver_table(entries, snapshot, DriverGround(campaign.profile, battery, catalogue))


def person_place(
    entry: EntryView, snapshot: SnapshotView, band_sizes: Mapping[int, int]
) -> Place | None:
    """Give what the pool says of a person, None for the unranked."""
    if (
        entry.rank is None
        or entry.rank_low is None
        or entry.rank_high is None
        or entry.p_top is None
        or entry.band is None
    ):
        return None
    return Place(
        rank=entry.rank,
        rank_low=entry.rank_low,
        rank_high=entry.rank_high,
        of=snapshot.ranked,
        p_top=entry.p_top,
        seats=snapshot.seats,
        band=entry.band,
        bands=len(band_sizes),
        band_size=band_sizes[entry.band],
        at_cut=entry.at_cut,
    )


def band_sizes(snapshot: SnapshotView) -> Mapping[int, int]:
    """Give how many people each band holds."""
    return Counter(entry.band for entry in snapshot.entries if entry.band is not None)


def _headlines(
    entry: EntryView, campaign: CampaignView, catalogue: Catalogue
) -> tuple[Headline, ...]:
    by_code = {one.code: one for one in catalogue.competencies}
    scales = _scales(campaign, catalogue)
    return tuple(
        Headline(
            title=index.title,
            reading=score_reading(competency_pair(entry, index.competency)),
            low_words=_ends(by_code[index.competency], scales)[0],
            high_words=_ends(by_code[index.competency], scales)[1],
            parts=entry.parts.get(index.competency, 0),
        )
        for index in catalogue.indices
    )


def _part(
    entry: EntryView, snapshot: SnapshotView, catalogue: Catalogue, competency: Competency
) -> Part:
    """Give one competency's place in the fit.

    Only the headline indices are shown as scores of their own; the others count in the fit
    with their error, and are explored in the interview.
    """
    singles = [index.competency for index in catalogue.indices]
    measured = competency_pair(entry, competency.code)
    return Part(
        code=competency.code,
        title=competency.title,
        weight=(1 - snapshot.style_weight) * snapshot.weights.get(competency.code, 0.0),
        reading=score_reading(measured) if competency.code in singles else None,
        parts=entry.parts.get(competency.code, 0),
        possible=1 if competency.scale is None else 2,
        contribution=entry.contributions.get(competency.code, 0.0),
    )


def _style_part(entry: EntryView, snapshot: SnapshotView, catalogue: Catalogue) -> tuple[Part, ...]:
    """Give style's place in the fit, where it has a weight."""
    if not snapshot.style_weight:
        return ()
    counted = snapshot.method["style_scales"]
    measured = any(entry.style.get(one.scale) for one in catalogue.styles if one.scale in counted)
    return (
        Part(
            code=STYLE,
            title=STYLE,
            weight=snapshot.style_weight,
            reading=None,
            parts=int(measured),
            possible=1,
            contribution=entry.contributions.get(STYLE, 0.0),
        ),
    )


def _strengths(
    entry: EntryView, campaign: CampaignView, catalogue: Catalogue, by_weight: list[Competency]
) -> tuple[Said, ...]:
    """Say what lies wholly above the reference, what adds most to the fit first."""
    above = [one for one in by_weight if _region(entry, one) == "above"]
    above.sort(key=lambda one: -entry.contributions.get(one.code, 0.0))
    return tuple(_said(entry, campaign, catalogue, one) for one in above[:MOST_SAID])


def _mix(entry: EntryView, drivers: DriverTable) -> tuple[DriverLine, ...]:
    """Give the fit to each call driver of the job, the most work first; nothing without a fit."""
    found = person_drivers(drivers, entry.candidate_id)
    return found.mix if found else ()


def _explore(
    entry: EntryView, campaign: CampaignView, catalogue: Catalogue, by_weight: list[Competency]
) -> tuple[Said, ...]:
    """Say what to explore: clearly low first, then what is not known.

    What lies in between only fills the list up to two.
    """
    below, around, unknown = (
        [one for one in by_weight if _region(entry, one) == name]
        for name in ("below", "around", "not_measured")
    )
    said = [_said(entry, campaign, catalogue, one) for one in below]
    if unknown:
        text = catalogue.phrases.phrase(unknown[0].code, math.nan, math.nan).report
        said.append(Said("; ".join(one.title for one in unknown), text, None))
    said += [_said(entry, campaign, catalogue, one) for one in around[: max(2 - len(said), 0)]]
    return tuple(said[:MOST_SAID])


def _region(entry: EntryView, competency: Competency) -> str:
    return region(*(competency_pair(entry, competency.code) or (math.nan, math.nan)))


def _said(
    entry: EntryView, campaign: CampaignView, catalogue: Catalogue, competency: Competency
) -> Said:
    mean, error = competency_pair(entry, competency.code) or (math.nan, math.nan)
    text = catalogue.phrases.phrase(competency.code, mean, error).report
    return Said(competency.title, text, _asked_by(competency.code, campaign, catalogue))


def _asked_by(code: str, campaign: CampaignView, catalogue: Catalogue) -> str | None:
    """Give the call driver through which the job asks most for a competency."""
    asked = [
        (float(load) * catalogue.call_drivers[driver.code].ratings[code], driver.code)
        for driver, load in zip(campaign.drivers, campaign.load_share, strict=True)
    ]
    return catalogue.call_drivers[max(asked)[1]].title if asked else None


def _style(entry: EntryView, campaign: CampaignView, catalogue: Catalogue) -> tuple[Style, ...]:
    scales = _scales(campaign, catalogue)
    strip = []
    for style, target in zip(catalogue.styles, campaign.style_target, strict=True):
        scale, seen = scales.get(style.scale), style_reading(entry.style.get(style.scale))
        low, high = float(target) - STYLE_TOLERANCE, float(target) + STYLE_TOLERANCE
        strip.append(
            Style(
                letter=style.letter,
                title=style.title,
                low_end=scale.low_end if scale else "",
                high_end=scale.high_end if scale else "",
                reading=seen,
                target_low=low,
                target_high=high,
                ease=_ease(seen, low, high),
                provisional=scale is not None and not scale.calibrated,
            )
        )
    return tuple(strip)


def _scales(campaign: CampaignView, catalogue: Catalogue) -> Mapping[str, Scale]:
    """Give the rating scales of a campaign's battery by name."""
    return {
        scale.name: scale
        for part in campaign.battery
        for scale in catalogue.instrument(part.key).scales
    }


def _ends(competency: Competency, scales: Mapping[str, Scale]) -> tuple[str, str]:
    """Name the ends of an index: by its rating scale where there is one, it is shorter."""
    scale = scales.get(competency.scale or "")
    if scale is None:
        return competency.low_words, competency.high_words
    return scale.low_end, scale.high_end


def _ease(seen: Reading | None, low: float, high: float) -> Ease | None:
    """Compare a style's interval with the job's tolerance: inside, touching, or outside."""
    if seen is None:
        return None
    if low <= seen.low and seen.high <= high:
        return "natural"
    return "comfortable" if seen.low <= high and low <= seen.high else "effort"


def _evidence(entry: EntryView, campaign: CampaignView, catalogue: Catalogue) -> Evidence:
    scales = _scales(campaign, catalogue)
    titles = {name: scale.title for name, scale in scales.items()}
    titles |= {one.code: one.title for one in catalogue.competencies}
    missing: dict[str, list[str]] = {}
    for flag in entry.flags:
        of, _, kind = flag.rpartition(":")
        missing.setdefault(kind, []).append(titles.get(of, of.replace("_", " ")))
    return Evidence(
        answered=entry.answered,
        asked=entry.asked,
        situations=score_reading(entry.scales.get(TOTAL)),
        coverage=entry.coverage,
        given_on=entry.given_on,
        flags=tuple((kind, tuple(names)) for kind, names in missing.items()),
        blanks=tuple(
            (scales[name].title, of - answered, of, 50 + 10 * low, 50 + 10 * high)
            for name, (answered, of, low, high) in entry.blanks.items()
        ),
    )
