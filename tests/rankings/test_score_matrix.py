"""A pool's score matrix: previews of it say what the ranking says."""

from dataclasses import fields

import numpy as np
import pytest

from assess.candidates import erasure
from assess.db.scope import reading
from assess.rankings.assembly import assemble, make_basis, place
from assess.rankings.pool import read_pool
from assess.rankings.score_matrix import (
    kept_matrix,
    mapped_matrix,
    matrix_digest,
    matrix_key,
    score_matrix,
)
from assess.selection.preview import consequence, standing
from tests.rankings.people import drawn, finish, open_ranked
from tests.rankings.test_assembly import BOTH, WEIGHTS, tables_of, without
from tests.service import NOW

OTHER = np.array([0.05, 0.25, 0.10, 0.10, 0.10, 0.25, 0.15])


def basis_of(catalogue, weights, keys):
    battery = [catalogue.instrument(key) for key in keys]
    reference = np.array(catalogue.reference.matrix)
    return make_basis(battery, catalogue.competencies, weights, reference)


@pytest.mark.parametrize("keys", [BOTH, BOTH[:1], BOTH[1:]])
@pytest.mark.parametrize("n", [30, 2_500])
def test_a_preview_says_what_the_ranking_says_under_either_weights(shipped, keys, n):
    """The long way: assembled and ranked twice, simulated below 2,000 people, else analytic."""
    tables, flags, seats = tables_of(shipped, keys, n), [()] * n, 12
    tables[keys[0]] = without(tables[keys[0]], tables[keys[0]].scales[0], row=4)
    flags[7] = ("total:not_scorable",)
    pool = score_matrix(basis_of(shipped, WEIGHTS, keys), tables, flags)
    ranks, standings = [], []
    for weights in (WEIGHTS, OTHER):
        basis = basis_of(shipped, weights, keys)
        assembly, found = assemble(basis, tables, flags), standing(pool, weights)
        np.testing.assert_allclose(found.fit, assembly.fit, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.error, assembly.error, rtol=0, atol=1e-9)
        np.testing.assert_allclose(found.weights, basis.demand.weights, atol=1e-12)
        assert found.coverage == pytest.approx(assembly.coverage[assembly.ranked].mean())
        assert found.partial == basis.demand.partial
        ranks.append(place(assembly, seats, seed=1).rank)
        standings.append(found)
    tops = [set(np.flatnonzero((rank > 0) & (rank <= seats))) for rank in ranks]
    told = consequence(pool, *standings, seats)
    assert set(told.moved_in) == tops[1] - tops[0]
    assert set(told.moved_out) == tops[0] - tops[1]
    assert told.totals.changed == len(tops[1] - tops[0]) > 0


ORGANISATION, CAMPAIGN, DIGEST = 3, 8, "ab" * 32


@pytest.fixture
def basis(shipped):
    return basis_of(shipped, WEIGHTS, BOTH)


@pytest.fixture
def keep(settings, shipped, basis):
    """Give a matrix through the files, and say whether it was built."""

    def keep_(digest=DIGEST, n=20, campaign=CAMPAIGN, seed=1):
        built = []

        def build():
            tables = tables_of(shipped, BOTH, n, seed)
            if n:
                tables[BOTH[0]] = without(tables[BOTH[0]])
            built.append(score_matrix(basis, tables, [("total:not_scorable",)] * n))
            return built[0]

        found = kept_matrix(settings, ORGANISATION, campaign, basis, digest, build)
        return found, built

    return keep_


def same(one, other):
    for field in fields(one):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))
    return True


@pytest.mark.parametrize("n", [0, 1, 20])
def test_a_kept_matrix_is_the_one_that_was_made_and_is_made_once(keep, n):
    first, built = keep(n=n)
    assert same(first, built[0])
    second, built_again = keep(n=n)
    assert same(second, first)
    assert not built_again


def test_a_kept_matrix_is_mapped_and_nobody_writes_it(keep, settings):
    found, _ = keep()
    assert not found.mean.flags.owndata
    with pytest.raises(ValueError, match="read-only"):
        found.mean[0, 0] = 1
    path = settings.files_dir / matrix_key(ORGANISATION, CAMPAIGN)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_preview_of_a_kept_matrix_is_that_of_the_made_one(keep):
    found, built = keep(n=40)
    one, other = standing(found, WEIGHTS), standing(built[0], WEIGHTS)
    np.testing.assert_array_equal(one.fit, other.fit)
    assert (one.reliability, one.coverage) == pytest.approx(
        (other.reliability, other.coverage), nan_ok=True
    )


def test_another_digest_takes_the_place_and_what_is_mapped_stays(keep, settings, basis):
    first, _ = keep()
    mean = first.mean.copy()
    second, built = keep("cd" * 32, n=9, seed=2)
    assert built
    assert len(second.mean) == 9
    np.testing.assert_array_equal(first.mean, mean)
    assert mapped_matrix(settings, ORGANISATION, CAMPAIGN, basis, DIGEST) is None
    assert mapped_matrix(settings, ORGANISATION + 1, CAMPAIGN, basis, "cd" * 32) is None
    assert keep(campaign=CAMPAIGN + 1)[1]


@pytest.mark.parametrize("length", [0, 30, 64 + 100])
def test_a_broken_file_is_made_anew(keep, settings, length):
    keep()
    path = settings.files_dir / matrix_key(ORGANISATION, CAMPAIGN)
    path.write_bytes(path.read_bytes()[:length])
    again, built = keep()
    assert built
    assert same(again, built[0])


def test_a_pool_s_digest_names_its_people_and_their_scores(sessions, tenant, shipped, basis):
    campaign_id = open_ranked(sessions, tenant, shipped)
    battery = [shipped.instrument(key) for key in BOTH]

    def digest():
        with reading(sessions, tenant.organisation_id) as session:
            return matrix_digest(basis, read_pool(session, campaign_id, battery))

    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 3))
    one = digest()
    assert digest() == one
    finish(sessions, tenant, shipped, campaign_id, drawn(shipped, 1, seed=2, names=["Zoe Last"]))
    assert digest() != one


def test_erasing_a_person_deletes_the_matrices_they_may_stand_in(
    sessions, tenant, settings, shipped, basis
):
    mine, other = (open_ranked(sessions, tenant, shipped) for _ in range(2))
    [person] = finish(sessions, tenant, shipped, mine, drawn(shipped, 1))
    finish(sessions, tenant, shipped, other, drawn(shipped, 1, seed=2, names=["Zoe Last"]))
    made = score_matrix(basis, tables_of(shipped, BOTH, 1), [()])
    for campaign_id in (mine, other):
        kept_matrix(settings, tenant.organisation_id, campaign_id, basis, DIGEST, lambda: made)
    erasure.erase(sessions, settings, tenant.system, person, "f" * 32, now=NOW)
    left = [path.name for path in settings.files_dir.rglob("*") if path.is_file()]
    assert left == [f"matrix-{other}"]
