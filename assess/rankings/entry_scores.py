"""The scores behind places in a ranking, as `score_matrix` gives them, without the pool (pure).

An entry keeps every scale's score as it was, so whatever was computed of the pool can be
computed of one person, or of a page of people, from what is stored of them alone.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.rankings.assembly import Basis, StoredTable, make_basis
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.score_matrix import score_matrix
from assess.selection.demand import COMPETENCIES
from assess.selection.score_matrix import ScoreMatrix


def snapshot_basis(
    snapshot: SnapshotView, battery: Sequence[Instrument], catalogue: Catalogue
) -> Basis:
    """Give what the fits of a snapshot rest on; raises Invalid as `make_basis`."""
    weights = np.array([snapshot.method["profile_weights"][code] for code in COMPETENCIES])
    reference = np.array(catalogue.reference.matrix)
    return make_basis(battery, catalogue.competencies, weights, reference)


def entries_matrix(
    entries: Sequence[EntryView], basis: Basis, battery: Sequence[Instrument]
) -> ScoreMatrix:
    """Give the competency scores of people of one ranking, rows in the order given."""
    tables = {
        one.key: _table(entries, one.scale_names)
        for one in battery
        if one.kind != "most_least"  # a picture within the person is evidence of nothing
    }
    return score_matrix(basis, tables, [entry.flags for entry in entries])


def answered_versions(
    entry: EntryView, snapshot: SnapshotView, battery: Sequence[Instrument]
) -> Mapping[str, str]:
    """Give key -> digest of the questionnaires this person has a score of."""
    names = {one.key: one.scale_names for one in battery}
    return {
        one["key"]: one["digest"]
        for one in snapshot.method["instruments"]
        if one["digest"] and any(entry.scales.get(name) for name in names.get(one["key"], ()))
    }


def _table(entries: Sequence[EntryView], names: tuple[str, ...]) -> StoredTable:
    nothing = (np.nan, np.nan)
    pairs = np.array([[entry.scales.get(name) or nothing for name in names] for entry in entries])
    pairs = pairs.reshape(len(entries), len(names), 2)
    return StoredTable(names, pairs[:, :, 0], pairs[:, :, 1])
