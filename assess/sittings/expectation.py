"""How long the questions take: as people here needed, else as is reckoned from published times."""

from collections.abc import Sequence
from dataclasses import dataclass

from assess.campaigns.mailing import minutes_needed
from assess.db.scope import reading
from assess.instruments.model import Instrument
from assess.sittings import queries
from assess.sittings.comfort import PLAIN
from assess.sittings.service import Standing
from assess.sittings.timing import battery_name, expected_from
from assess.web import pages


@dataclass(frozen=True)
class TimeNeeded:
    """Minutes: most people need ``low`` to ``high``; ``people`` measured, 0 is reckoned."""

    low: int
    high: int
    people: int


def expected(standing: Standing, battery: Sequence[Instrument], device: str) -> TimeNeeded:
    """Give the honest time for this person, on this kind of device and with their pages."""
    sitting = standing.path.sitting
    comfort = sitting.comfort if sitting else PLAIN
    with reading(pages.sessions(), standing.path.invitation.organisation_id) as session:
        name = battery_name(instrument.digest for instrument in battery)
        observed = queries.observed_times(session, name)
    found = expected_from(observed, device=device, slower=comfort.slower)
    if found is not None:
        return TimeNeeded(found.low, found.high, found.people)
    minutes = minutes_needed(battery)
    return TimeNeeded(minutes, minutes, 0)
