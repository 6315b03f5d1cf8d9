"""One person's sheet: the words and numbers of their page, whoever else was ranked."""

import math
from collections import Counter
from collections.abc import Mapping

from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Competency, Scale
from assess.instruments.phrases import Z_90, region
from assess.rankings.queries import EntryView, Pair, SnapshotView
from assess.reports.person_sheets import (
    Ease,
    Evidence,
    Headline,
    Part,
    PersonSheet,
    Place,
    Probe,
    Reading,
    Said,
    Style,
    Why,
)
from assess.selection.demand import COMPETENCIES

CORE_PROBES = 4
PERSONAL_PROBES = 2
MOST_SAID = 3
STYLE_TOLERANCE = 20.0
WIDE_ERROR = 0.75
"""True-score SDs: from here on the 90 % interval spans about half of all people."""


def reading(pair: Pair | None) -> Reading | None:
    """Show a true score (mean, error) as 50 + 10 m with its 90 % interval."""
    if pair is None or math.isnan(pair[0]):
        return None
    return shown(50 + 10 * pair[0], 10 * pair[1])


def shown(value: float, error: float) -> Reading:
    """Give a value in shown units with the 90 % interval of its ``error``."""
    return Reading(value, value - Z_90 * error, value + Z_90 * error)


def score(entry: EntryView, code: str) -> Pair | None:
    """Give a competency's true score (mean, error), None where it was not measured."""
    mean, error = entry.mean.get(code), entry.error.get(code)
    return None if mean is None or error is None else (mean, error)


def person_sheet(
    entry: EntryView, snapshot: SnapshotView, campaign: CampaignView, catalogue: Catalogue
) -> PersonSheet:
    """Give the sheet of one person of ``snapshot``."""
    by_weight = sorted(
        catalogue.competencies, key=lambda one: -campaign.weights[COMPETENCIES.index(one.code)]
    )
    return PersonSheet(
        name=entry.name or entry.code,
        code=entry.code,
        fit=fit_reading(entry),
        headlines=_headlines(entry, campaign, catalogue),
        parts=tuple(_part(entry, snapshot, one) for one in by_weight),
        strengths=_strengths(entry, campaign, catalogue, by_weight),
        explore=_explore(entry, campaign, catalogue, by_weight),
        style=_style(entry, campaign, catalogue),
        probes=_probes(entry, by_weight),
        evidence=_evidence(entry, catalogue),
    )


def fit_reading(entry: EntryView) -> Reading | None:
    """Give the fit with its 90 % interval, None for the unranked."""
    if entry.fit is None or entry.fit_error is None:
        return None
    return shown(entry.fit, entry.fit_error)


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
        of=snapshot.people - snapshot.unranked,
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
            reading=reading(score(entry, index.competency)),
            low_words=_ends(by_code[index.competency], scales)[0],
            high_words=_ends(by_code[index.competency], scales)[1],
            parts=entry.parts.get(index.competency, 0),
        )
        for index in catalogue.indices
    )


def _part(entry: EntryView, snapshot: SnapshotView, competency: Competency) -> Part:
    """Give one competency's place in the fit.

    A competency that only the judgement form feeds rests on a few responses; it counts in the
    fit with its error, and is explored in the interview instead of being drawn.
    """
    measured = score(entry, competency.code)
    single = measured is not None and competency.scale is not None
    return Part(
        code=competency.code,
        title=competency.title,
        weight=snapshot.weights.get(competency.code, 0.0),
        reading=reading(measured) if single else None,
        single=single,
        parts=entry.parts.get(competency.code, 0),
        possible=1 if competency.scale is None else 2,
        contribution=entry.contributions.get(competency.code, 0.0),
    )


def _strengths(
    entry: EntryView, campaign: CampaignView, catalogue: Catalogue, by_weight: list[Competency]
) -> tuple[Said, ...]:
    """Say what lies wholly above the reference, what adds most to the fit first."""
    above = [one for one in by_weight if _region(entry, one) == "above"]
    above.sort(key=lambda one: -entry.contributions.get(one.code, 0.0))
    return tuple(_said(entry, campaign, catalogue, one) for one in above[:MOST_SAID])


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
    return region(*(score(entry, competency.code) or (math.nan, math.nan)))


def _said(
    entry: EntryView, campaign: CampaignView, catalogue: Catalogue, competency: Competency
) -> Said:
    mean, error = score(entry, competency.code) or (math.nan, math.nan)
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
        scale, seen = scales.get(style.scale), reading(entry.style.get(style.scale))
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


def _probes(entry: EntryView, by_weight: list[Competency]) -> tuple[Probe, ...]:
    """Give the same core questions for everybody in the campaign, and at most two personal."""
    core = [Probe(one.title, one.probe, "core") for one in by_weight[:CORE_PROBES]]
    personal = [
        Probe(one.title, one.probe, why)
        for wanted in ("low", "unmeasured", "wide")
        for one in by_weight[CORE_PROBES:]
        if (why := _why(entry, one)) == wanted
    ]
    return tuple(core + personal[:PERSONAL_PROBES])


def _why(entry: EntryView, competency: Competency) -> Why | None:
    """Say why a person is asked about a competency beyond the core, None for no reason."""
    measured = score(entry, competency.code)
    if measured is None:
        return "unmeasured"
    if region(*measured) == "below":
        return "low"
    return "wide" if measured[1] >= WIDE_ERROR else None


def _evidence(entry: EntryView, catalogue: Catalogue) -> Evidence:
    titles = {one.code: one.title for one in catalogue.competencies}
    missing: dict[str, list[str]] = {}
    for flag in entry.flags:
        of, _, kind = flag.rpartition(":")
        missing.setdefault(kind, []).append(titles.get(of, of.replace("_", " ")))
    return Evidence(
        answered=entry.answered,
        asked=entry.asked,
        coverage=entry.coverage,
        flags=tuple((kind, tuple(names)) for kind, names in missing.items()),
    )
