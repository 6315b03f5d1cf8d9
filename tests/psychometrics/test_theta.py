"""EAP agrees with R mirt, is monotone, and knows nobody but the person scored."""

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from assess.psychometrics.irt import (
    GRID,
    GradedItems,
    category_log_probabilities,
    draw_categories,
)
from assess.psychometrics.theta import eap, theta_range

if TYPE_CHECKING:
    from conftest import ScoredScale

FloatArray = NDArray[np.float64]
NAN = np.nan

ITEMS = GradedItems(
    np.array([0.4, 1.0, 1.7, 2.6, 4.0]),
    np.array(
        [
            [-4.0, -1.0, 2.0, 5.0],
            [-1.5, -0.5, 0.5, 1.5],
            [-0.2, 0.0, NAN, 0.3],
            [-2.5, -2.4, -2.3, NAN],
            [0.9, 1.4, 1.9, 2.4],
        ]
    ),
)
answers = st.integers(1, 30).flatmap(
    lambda n: arrays(float, (n, 5), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, NAN]))
)
full_answers = arrays(float, (1, 5), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0]))


def test_forty_people_get_the_scores_of_mirt(empathy_excerpt: "ScoredScale") -> None:
    """R mirt 1.45.1, fscores(method = "EAP"), 61 nodes on -6..6."""
    found = eap(empathy_excerpt.categories, empathy_excerpt.items)
    np.testing.assert_allclose(found.mean, empathy_excerpt.mean, rtol=0, atol=2e-6)
    np.testing.assert_allclose(found.error, empathy_excerpt.error, rtol=0, atol=2e-6)


def test_every_person_and_scale_gets_the_scores_of_mirt(
    research_key: "dict[str, ScoredScale]",
) -> None:
    """R mirt 1.45.1 on all 1008 people and eight scales."""
    assert len(research_key) == 8
    for scale in research_key.values():
        found = eap(scale.categories, scale.items)
        assert found.mean.shape == (1008,)
        np.testing.assert_allclose(found.mean, scale.mean, rtol=0, atol=2e-6)
        np.testing.assert_allclose(found.error, scale.error, rtol=0, atol=2e-6)


def test_science_rows_get_their_published_scores() -> None:
    """R mirt 1.45.1 on its Science data (392 x 4, 4 categories): parameters, EAP and SE."""
    slopes = np.array([1.0407, 1.2258, 2.3005, 1.0938])
    intercepts = np.array(
        [
            [4.8627, 2.6392, -1.4655],
            [2.9240, 0.9011, -2.2664],
            [5.2451, 2.2186, -1.9675],
            [3.3469, 0.9914, -1.6875],
        ]
    )
    items = GradedItems(slopes, -intercepts / slopes[:, None])
    rows = np.array([[4, 4, 3, 2], [3, 3, 3, 3], [3, 2, 2, 3]], float) - 1
    found = eap(rows, items)
    assert found.mean == pytest.approx([0.4007, 0.0518, -0.8918], abs=2e-4)
    assert found.error == pytest.approx([0.5974, 0.5546, 0.5417], abs=2e-4)


@given(people=answers, seed=st.integers(0, 2**32 - 1))
def test_a_score_never_depends_on_who_else_is_in_the_batch(people: FloatArray, seed: int) -> None:
    together = eap(people, ITEMS)
    order = np.random.default_rng(seed).permutation(len(people))
    some = order[: len(people) // 2 + 1]
    for chosen in (order, some, some[:1]):
        alone = eap(people[chosen], ITEMS)
        np.testing.assert_allclose(alone.mean, together.mean[chosen], rtol=0, atol=1e-12)
        np.testing.assert_allclose(alone.error, together.error[chosen], rtol=0, atol=1e-12)


def test_many_people_are_scored_as_few_are() -> None:
    rng = np.random.default_rng(3)
    people = draw_categories(ITEMS, rng.standard_normal(3000), rng)
    together, alone = eap(people, ITEMS), eap(people[[0, 1023, 1024, 2999]], ITEMS)
    picked = together.mean[[0, 1023, 1024, 2999]]
    np.testing.assert_allclose(picked, alone.mean, rtol=0, atol=1e-12)


@given(person=full_answers, item=st.integers(0, 4), blanks=st.sets(st.integers(0, 4), max_size=4))
def test_raising_one_answer_never_lowers_the_score(
    person: FloatArray, item: int, blanks: set[int]
) -> None:
    person[0, list(blanks - {item})] = NAN
    ladder = np.repeat(person, 5, axis=0)
    ladder[:, item] = np.arange(5)
    assert (np.diff(eap(ladder, ITEMS).mean) >= -1e-12).all()


@given(person=full_answers, item=st.integers(0, 4))
def test_a_blank_is_skipped_as_if_the_item_were_not_there(person: FloatArray, item: int) -> None:
    person[0, item] = NAN
    rest = np.delete(np.arange(5), item)
    shorter = GradedItems(ITEMS.slopes[rest], ITEMS.thresholds[rest])
    found, expected = eap(person, ITEMS), eap(person[:, rest], shorter)
    np.testing.assert_allclose(found.mean, expected.mean, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.error, expected.error, rtol=0, atol=1e-12)
    assert found.answered.tolist() == [4]


def test_nobody_is_average_for_want_of_answers() -> None:
    found = eap(np.array([[NAN] * 5, [2.0] * 5]), ITEMS)
    assert np.isnan([found.mean[0], found.error[0]]).all()
    assert np.isfinite([found.mean[1], found.error[1]]).all()
    assert found.answered.tolist() == [0, 5]


def test_a_very_long_test_does_not_underflow() -> None:
    """1,308 items gave R mirt NA (its issue 98): products of probabilities underflow."""
    rng = np.random.default_rng(5)
    items = GradedItems(np.full(1308, 1.5), np.sort(rng.normal(size=(1308, 4)), axis=1))
    found = eap(draw_categories(items, np.array([-1.0, 0.0, 1.0]), rng), items)
    assert found.mean == pytest.approx([-1, 0, 1], abs=0.15)
    assert (found.error > 0).all()


@settings(max_examples=50)
@given(people=answers)
def test_the_range_of_blanks_holds_every_way_of_filling_them(people: FloatArray) -> None:
    found = theta_range(people, ITEMS)
    blank = np.isnan(people)
    for fill in range(5):
        filled = eap(np.where(blank, fill, people), ITEMS).mean
        assert (found.low <= filled + 1e-12).all()
        assert (filled <= found.high + 1e-12).all()
    whole = ~blank.any(axis=1)
    np.testing.assert_array_equal(found.low[whole], found.high[whole])


@pytest.mark.parametrize("impossible", [-1.0, 5.0, 1.5, np.inf, -np.inf])
def test_a_category_the_items_do_not_have_is_refused(impossible: float) -> None:
    people = np.full((3, 5), 2.0)
    people[1, 3] = impossible
    with pytest.raises(ValueError, match="person 1, item 3"):
        eap(people, ITEMS)


def test_answers_to_another_number_of_items_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit 5 items"):
        eap(np.zeros((2, 4)), ITEMS)


def test_scoring_many_people_takes_no_more_memory_than_a_few() -> None:
    """Beyond the answers and what is given back, 40,000 people take what 4,000 take."""

    def taken(n: int) -> int:
        people = np.full((n, 5), 2.0)
        tracemalloc.start()
        try:
            eap(people, ITEMS)
            return tracemalloc.get_traced_memory()[1] - 24 * n
        finally:
            tracemalloc.stop()

    few, many = taken(4_000), taken(40_000)
    assert many < few + 36_000 * 8


@pytest.mark.parametrize(("n_items", "n_categories"), [(1, 5), (7, 2), (9, 3), (3, 40), (21, 5)])
def test_however_items_share_tables_the_scores_are_those_of_plain_sums(
    n_items: int, n_categories: int
) -> None:
    rng = np.random.default_rng(9)
    cuts = np.sort(rng.normal(size=(n_items, n_categories - 1)), axis=1)
    items = GradedItems(rng.uniform(0.5, 2.5, n_items), cuts)
    people = draw_categories(items, rng.standard_normal(30), rng)
    people[rng.random(people.shape) < 0.2] = NAN
    people[:, 0] = 0.0
    logs = category_log_probabilities(items, GRID)
    found = eap(people, items)
    for person, mean, error in zip(people, found.mean, found.error, strict=True):
        known = np.flatnonzero(~np.isnan(person))
        density = np.exp(logs[known, person[known].astype(int)].sum(axis=0) - GRID**2 / 2)
        expected = density @ GRID / density.sum()
        assert mean == pytest.approx(expected, abs=1e-10)
        spread = density @ (GRID - expected) ** 2 / density.sum()
        assert error == pytest.approx(np.sqrt(spread), abs=1e-10)


def test_a_person_without_answers_is_flagged() -> None:
    assert eap(np.array([[NAN] * 5, [2.0] * 5]), ITEMS).flags == (("no-answers",), ())
