"""What a whole report rests on: the job, the contact mix, the versions, the rating guide."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.instruments.shared_wording import SOURCE_LANGUAGE
from assess.instruments.spoken import translated
from assess.rankings.queries import SnapshotView
from assess.rankings.table import provisional_styles
from assess.reports.models import ReportKind
from assess.reports.reliabilities import reliabilities
from assess.reports.sheets import Appendix, DemandRow, Facts, Guide, InstrumentRow, MixRow
from assess.selection.demand import COMPETENCIES

#: Scores age and people learn: after a year a report is history, not evidence.
VALID_FOR = timedelta(days=365)


def make_facts(
    kind: ReportKind,
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    *,
    organisation: str,
    made_at: datetime,
    language: str = SOURCE_LANGUAGE,
) -> Facts:
    """Give what every page may name; ``made_at`` is when the report was asked for.

    ``catalogue`` is in ``language``.
    """
    return Facts(
        kind=kind,
        organisation=organisation,
        brand=snapshot.brand,
        title=snapshot.title,
        seats=snapshot.seats,
        opens_on=campaign.opens_on,
        closes_on=campaign.closes_on,
        profile_number=snapshot.profile_number,
        people=snapshot.people,
        unranked=snapshot.unranked,
        coverage=snapshot.coverage,
        partial=snapshot.partial,
        evidenced=tuple(_titles(catalogue)[code] for code in snapshot.evidenced),
        simulated=snapshot.simulated,
        owner=campaign.owner_name,
        ranked_at=snapshot.made_at,
        made_at=made_at,
        valid_until=(made_at + VALID_FOR).date(),
        mix=_mix(campaign, catalogue),
        demand=_demand(snapshot, campaign, catalogue),
        headlines=tuple(index.title for index in catalogue.indices),
        scaled=tuple(
            (_titles(catalogue)[code], factor)
            for code, factor in campaign.profile.multipliers.items()
        ),
        provisional_styles=provisional_styles(campaign, catalogue),
        held_back=snapshot.held_back,
        minimums=tuple(
            (title, snapshot.minimums[code])
            for title, code in ((i.title, i.competency) for i in catalogue.indices)
            if code in snapshot.minimums
        ),
        style_weight=snapshot.style_weight,
        language=language,
        translated=translated(catalogue, language, (part.key for part in campaign.battery)),
    )


def make_appendix(snapshot: SnapshotView, campaign: CampaignView, catalogue: Catalogue) -> Appendix:
    """Give the versions as the snapshot has kept them, and what the scores in it rest on."""
    method = snapshot.method
    return Appendix(
        instruments=tuple(_instrument(stored, catalogue) for stored in method["instruments"]),
        method=method["kind"],
        seed=method["seed"],
        draws=method["draws"],
        engine=method["engine"],
        correlations=method["reference"]["source"],
        attribution=catalogue.prior.attribution,
        competencies_source=catalogue.competency_file.source,
        call_drivers_source=catalogue.call_driver_file.source,
        reliabilities=reliabilities(snapshot, catalogue),
        call_drivers_digest=campaign.profile.call_drivers_digest,
        profile_digest=campaign.profile.digest,
        snapshot=snapshot.id,
    )


def make_guide(catalogue: Catalogue) -> tuple[Guide, ...]:
    """Give the seven competencies with their five levels."""
    return tuple(Guide(one.title, one.definition, one.bars) for one in catalogue.competencies)


def _instrument(stored: Mapping[str, Any], catalogue: Catalogue) -> InstrumentRow:
    """Give what is stored of an instrument, its title as the report's language has it."""
    known = stored["key"] in catalogue.keys()  # noqa: SIM118 - no mapping
    return InstrumentRow(
        title=catalogue.instrument(stored["key"]).title if known else stored["title"],
        key=stored["key"],
        version=stored["version"],
        digest=stored["digest"] or stored["present_digest"],
        calibration=stored["calibration"],
        norm=stored["norm"],
        reference_group=stored["reference_group"],
        provisional=stored["provisional"],
    )


def _mix(campaign: CampaignView, catalogue: Catalogue) -> tuple[MixRow, ...]:
    """Give the contact mix, the largest share first."""
    rows = [
        MixRow(catalogue.call_drivers[d.code].title, d.share, d.minutes, float(load))
        for d, load in zip(campaign.drivers, campaign.load_share, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: -row.share))


def _demand(
    snapshot: SnapshotView, campaign: CampaignView, catalogue: Catalogue
) -> tuple[DemandRow, ...]:
    """Give what the job asks, the heaviest first."""
    titles = _titles(catalogue)
    rows = [
        DemandRow(
            code=code,
            title=titles[code],
            demand=float(campaign.demand[place]),
            weight=float(campaign.weights[place]),
            prior=float(campaign.profile.prior[place]),
            used=(1 - snapshot.style_weight) * snapshot.weights.get(code, 0.0),
        )
        for place, code in enumerate(COMPETENCIES)
    ]
    return tuple(sorted(rows, key=lambda row: -row.weight))


def _titles(catalogue: Catalogue) -> dict[str, str]:
    return {competency.code: competency.title for competency in catalogue.competencies}
