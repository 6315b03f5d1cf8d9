"""A shortened table: the first by rank, and whoever cannot be told apart from the last of them."""

from dataclasses import replace

from assess.rankings.pairs import TOLD_APART
from assess.rankings.queries import EntryView, SnapshotView
from assess.reports.overview import ranked_entries
from assess.reports.sheets import Listing
from assess.selection.ranking import probability_beats


def shortened(snapshot: SnapshotView, top: int | None) -> tuple[SnapshotView, Listing | None]:
    """Give the ranking with the entries a table of the first ``top`` lists, and what that is.

    Nobody is left out whom the last of them does not surely beat; None and a ``top`` that leaves
    nobody out list everybody.
    """
    people = ranked_entries(snapshot)
    if top is None or not people:
        return snapshot, None
    last = people[min(top, len(people)) - 1]
    listed = {
        one.candidate_id for place, one in enumerate(people) if place < top or _close(last, one)
    }
    entries = tuple(one for one in snapshot.entries if one.candidate_id in listed)
    if len(entries) == len(snapshot.entries):
        return snapshot, None
    return replace(snapshot, entries=entries), Listing(
        top=min(top, len(people)),
        beside=len(entries) - min(top, len(people)),
        left_out=len(people) - len(entries),
        unplaced=len(snapshot.entries) - len(people),
    )


def _close(last: EntryView, other: EntryView) -> bool:
    """Say whether ``last`` does not surely fit better than ``other``; unequal evidence is close."""
    if last.fit is None or other.fit is None or not last.fit_error or not other.fit_error:
        return True
    beats = probability_beats(last.fit, last.fit_error, other.fit, other.fit_error)
    return float(beats) < TOLD_APART
