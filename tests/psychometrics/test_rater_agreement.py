"""Agreement within a group of raters, and what each does to the mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.psychometrics.key_quality import key_quality
from assess.psychometrics.rater_agreement import pulls, within_group_agreement

tables = st.tuples(st.integers(2, 8), st.integers(1, 12)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 5), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    ).map(lambda rows: np.array(rows, dtype=np.float64))
)


def test_agreement_over_items_by_hand():
    """James, Demaree & Wolf (1984), eq. 2: five answers have variance 2; s2 = .5, J = 3: .9."""
    # Four raters at 3, 3, 4, 4 and at 2, 3, 3, 4: variances 1/3 and 2/3, their mean is 1/2.
    two = np.array([[3.0, 2], [3, 3], [4, 3], [4, 4]])
    share = 0.5 / 2
    assert within_group_agreement(two, low=1, high=5) == pytest.approx(
        2 * (1 - share) / (2 * (1 - share) + share)
    )
    three = np.column_stack([two, [2.0, 2, 3, 3]])
    s2 = (1 / 3 + 2 / 3 + 1 / 3) / 3
    assert within_group_agreement(three, low=1, high=5) == pytest.approx(
        3 * (1 - s2 / 2) / (3 * (1 - s2 / 2) + s2 / 2)
    )


def test_one_item_gives_the_agreement_on_it():
    ratings = np.array([[4.0, 1], [4, 2], [5, 3], [5, 4]])
    alone = key_quality(ratings).rwg[0]
    assert within_group_agreement(ratings[:, :1], low=1, high=5) == pytest.approx(alone)


@given(table=tables)
def test_it_lies_between_chance_and_one_and_is_the_stepped_up_mean(table):
    """Spearman and Brown on the mean of the items' own agreement, before any is cut at 0."""
    found = within_group_agreement(table, low=0, high=5)
    assert 0 <= found <= 1
    mean = 1 - table.var(axis=0, ddof=1).mean() / (35 / 12)
    if mean > 0:
        j = table.shape[1]
        assert found == pytest.approx(j * mean / (1 + (j - 1) * mean))


@given(table=tables)
def test_a_pull_is_the_mean_less_the_mean_without_the_rater(table):
    for one in pulls(table):
        without = np.delete(table, one.rater, axis=0).mean(axis=0)
        np.testing.assert_allclose(one.moved, table.mean(axis=0) - without, atol=1e-12)


@pytest.mark.parametrize(
    ("ratings", "words"),
    [
        ([[1.0, 2]], "2\\+ raters"),
        ([[1.0, np.nan], [1, 2]], "complete"),
        ([[1.0, 9], [1, 2]], "outside 0..5"),
        ([1.0, 2], "2\\+ raters"),
    ],
)
def test_ratings_that_say_nothing_of_agreement_are_refused(ratings, words):
    with pytest.raises(ValueError, match=words):
        within_group_agreement(np.array(ratings), low=0, high=5)


def test_a_range_of_one_answer_leaves_no_choice():
    with pytest.raises(ValueError, match="leave no choice"):
        within_group_agreement(np.zeros((2, 2)), low=0, high=0)
