"""Who agrees with statements and their opposites alike is flagged; the scores stay as they are."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.instruments.catalogue import default_catalogue
from assess.instruments.scoring import ONE_SIDED, one_sided, score_answers, score_table
from assess.instruments.simulation import simulate_answers

WORK = default_catalogue().instrument("work-style")
FLAG = f"work-style:{ONE_SIDED}"
ITEMS = len(WORK.items)


def real_answers(path):
    """Give the answers (n, J) of the reference group; the items they were not asked are NaN."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row.get(item) or "nan") for item in WORK.item_ids] for row in rows])


@pytest.mark.parametrize("answer", range(1, 8))
def test_every_constant_answer_is_flagged_and_still_scored(answer):
    found = score_answers(WORK, dict.fromkeys(WORK.item_ids, answer))
    assert FLAG in found.flags
    assert np.isfinite(found.mean).all()


def test_some_constant_answers_would_stand_too_high_without_the_flag(reference_data):
    """Why there is a flag: on the scales of an index a constant 7 beats nine in ten."""
    reference = score_table(WORK, real_answers(reference_data / "ambi_answers_public.csv")).mean
    constant = score_table(WORK, np.arange(1.0, 8.0)[:, None] * np.ones(ITEMS)).mean
    for name in ("empathy", "even_keel"):
        column = WORK.scale_names.index(name)
        below = [np.mean(reference[:, column] < one) for one in constant[:, column]]
        assert max(below) > 0.90, name


def test_none_of_1008_real_people_is_flagged(reference_data):
    answers = real_answers(reference_data / "ambi_answers_public.csv")
    assert len(answers) == 1008
    assert not one_sided(WORK, answers).any()


def test_hardly_any_simulated_person_is_flagged():
    drawn = simulate_answers(default_catalogue(), ("work-style",), 5000, np.random.default_rng(3))
    assert one_sided(WORK, drawn["work-style"]).mean() < 0.001


@given(
    st.sampled_from([(1, 3), (5, 7), (6, 7), (4, 4)]),
    st.integers(0, 2**32 - 1),
)
def test_answers_drawn_from_one_side_are_flagged_whatever_they_are(side, seed):
    low, high = side
    drawn = np.random.default_rng(seed).integers(low, high + 1, (1, ITEMS)).astype(float)
    assert one_sided(WORK, drawn).all()


def test_a_few_answers_on_the_other_side_hide_nothing():
    answers = np.full((1, ITEMS), 7.0)
    answers[0, :7] = 1.0
    assert one_sided(WORK, answers).all()
    answers[0, :9] = 1.0
    assert not one_sided(WORK, answers).any()


def test_blanks_do_not_count_and_few_answers_say_nothing():
    answers = np.full((1, ITEMS), np.nan)
    answers[0, :9] = 7.0
    assert not one_sided(WORK, answers).any()
    answers[0, 9] = 7.0
    assert one_sided(WORK, answers).all()
    assert not one_sided(WORK, np.full((1, ITEMS), np.nan)).any()


def test_a_flag_rests_on_nobody_else():
    rng = np.random.default_rng(5)
    answers = rng.integers(1, 8, (20, ITEMS)).astype(float)
    answers[3] = 6.0
    together = score_table(WORK, answers)
    alone = [score_table(WORK, answers[[row]]).flags[0] for row in range(20)]
    assert list(together.flags) == alone
    assert [row for row in range(20) if FLAG in together.flags[row]] == [3]


@pytest.mark.parametrize("key", ["service-judgement-a", "disc-tetrads"])
def test_other_kinds_have_no_sides(key):
    instrument = default_catalogue().instrument(key)
    assert not one_sided(instrument, np.ones((2, len(instrument.items)))).any()
