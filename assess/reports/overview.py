"""The ranking on one page: who can be told apart, how sure the top is, how good the answers."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import last_seat_band
from assess.reports.sheets import Band, Summary
from assess.selection.ranking import CUT

MOST_DRAWN = 40
MOST_NAMED = 48


def ranked_entries(snapshot: SnapshotView) -> list[EntryView]:
    """Give the ranked people, best first; equal ranks by name."""
    ranked = [entry for entry in snapshot.entries if entry.rank is not None]
    return sorted(ranked, key=lambda entry: (_rank(entry), entry.name.casefold(), entry.code))


def make_bands(snapshot: SnapshotView, listed: Collection[int] | None = None) -> tuple[Band, ...]:
    """Give the bands in order; ``listed`` are the people the table names, None for everybody."""
    people = ranked_entries(snapshot)
    by_band: dict[int, list[EntryView]] = {}
    for entry in people:
        by_band.setdefault(entry.band or 0, []).append(entry)
    last = last_seat_band(snapshot.entries, snapshot.seats)
    return tuple(
        _band(number, by_band[number], snapshot, last, listed) for number in sorted(by_band)
    )


def _band(
    number: int,
    members: Sequence[EntryView],
    snapshot: SnapshotView,
    last: int | None,
    listed: Collection[int] | None,
) -> Band:
    """Give one band of members sorted best first; ``last`` is the band of the last seat."""
    ranks = [_rank(entry) for entry in members]
    fits = [entry.fit for entry in members if entry.fit is not None]
    return Band(
        number=number,
        size=len(members),
        first=members[0].name or members[0].code,
        best=ranks[0],
        worst=ranks[-1],
        fit_high=max(fits),
        fit_low=min(fits),
        seats=sum(rank <= snapshot.seats for rank in ranks),
        last_seat=number == last,
        listed=sum(listed is None or one.candidate_id in listed for one in members),
    )


def make_summary(
    snapshot: SnapshotView, bands: tuple[Band, ...], listed: Collection[int] | None = None
) -> Summary:
    """Sum the whole ranking up; only people ``listed``, None for everybody, are drawn and named."""
    people = ranked_entries(snapshot)
    shown = [one for one in people if listed is None or one.candidate_id in listed]
    top = people[: snapshot.seats]
    chances = [entry.p_top for entry in people if entry.p_top is not None]
    at_cut = [entry for entry in snapshot.entries if entry.at_cut]
    low, high = CUT
    return Summary(
        bands=bands,
        top=len(top),
        expected_top=math.fsum(entry.p_top or 0.0 for entry in top),
        sure_in=sum(chance >= high for chance in chances),
        at_cut=len(at_cut),
        sure_out=sum(chance <= low for chance in chances),
        cut_names=tuple(
            sorted((one.name or one.code for one in shown if one.at_cut), key=str.casefold)
        ),
        picture=tuple(_drawn(entry) for entry in shown[:MOST_DRAWN]),
        complete=sum(entry.answered == entry.asked for entry in snapshot.entries),
        flags=_flag_counts(snapshot.entries),
        coverages=_coverages(snapshot.entries),
    )


def flag_kinds(entry: EntryView) -> tuple[str, ...]:
    """Give the kinds of what a person's answers lack, each once, in the order raised."""
    return tuple(dict.fromkeys(flag.rpartition(":")[2] for flag in entry.flags))


def _flag_counts(entries: Sequence[EntryView]) -> tuple[tuple[str, int], ...]:
    counts = Counter(kind for entry in entries for kind in flag_kinds(entry))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def note_letters(snapshot: SnapshotView) -> Mapping[str, str]:
    """Give each kind of flag in this ranking a letter for the table, the commonest first."""
    kinds = [kind for kind, _ in _flag_counts(snapshot.entries)]
    return {kind: chr(ord("a") + place) for place, kind in enumerate(kinds)}


def _coverages(entries: Sequence[EntryView]) -> tuple[tuple[float, int], ...]:
    """Count people by coverage in full percent, the highest first."""
    shares = sorted((round(entry.coverage, 2) for entry in entries), reverse=True)
    return tuple((share, len(list(run))) for share, run in groupby(shares))


def _drawn(entry: EntryView) -> tuple[int, int, int, int, bool, str]:
    return (
        _rank(entry),
        entry.rank_low or 0,
        entry.rank_high or 0,
        entry.band or 0,
        entry.at_cut,
        entry.name or entry.code,
    )


def _rank(entry: EntryView) -> int:
    """Give the rank of somebody who is ranked."""
    if entry.rank is None:
        raise ValueError("an unranked person has no place in the order")
    return entry.rank
