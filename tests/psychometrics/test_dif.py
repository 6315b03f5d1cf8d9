"""DIF statistics are those of R; classes follow their rules; a fair item is found fair."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assess.psychometrics.dif import mantel_haenszel, rating_dif, rest_mean
from assess.psychometrics.irt import GradedItems, draw_categories
from assess.psychometrics.keying import reverse_keyed
from tests.published import public_answers

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
NAN = np.nan

# Bickel, Hammel & O'Connell (1975), Science 187: (admitted, rejected) men, women, by department.
BERKELEY = [
    ((512, 313), (89, 19)),
    ((353, 207), (17, 8)),
    ((120, 205), (202, 391)),
    ((138, 279), (131, 244)),
    ((53, 138), (94, 299)),
    ((22, 351), (24, 317)),
]


def berkeley() -> tuple[FloatArray, BoolArray, FloatArray]:
    answers: list[float] = []
    women: list[bool] = []
    department: list[float] = []
    for place, groups in enumerate(BERKELEY):
        for is_woman, (admitted, rejected) in enumerate(groups):
            answers += [1.0] * admitted + [0.0] * rejected
            women += [bool(is_woman)] * (admitted + rejected)
            department += [float(place)] * (admitted + rejected)
    return np.array(answers), np.array(women), np.array(department)


def test_berkeley_has_the_mantel_haenszel_of_r() -> None:
    """R stats, mantelhaen.test(UCBAdmissions): 1.4269, p .2323, .9046968 [.7719074, 1.0603298]."""
    found = mantel_haenszel(*berkeley())
    assert found.statistic == pytest.approx(1.4269, abs=5e-5)
    assert found.p == pytest.approx(0.2323, abs=5e-5)
    assert found.odds_ratio == pytest.approx(0.9046968, abs=5e-8)
    ends = np.exp(np.log(found.odds_ratio) + np.array([-1.959964, 1.959964]) * found.log_error)
    assert ends == pytest.approx([0.7719074, 1.0603298], abs=1e-6)
    assert found.delta == pytest.approx(-2.35 * np.log(found.odds_ratio))
    assert (found.size, found.n_reference, found.n_focal) == ("A", 2691, 1835)


def two_groups(shift: float, n: int = 1500) -> tuple[FloatArray, BoolArray]:
    """Ten items, the focal group half an SD lower; item 0 is ``shift`` logits harder for it."""
    rng = np.random.default_rng(21)
    focal = np.arange(n) % 3 == 0
    theta = rng.standard_normal(n) - 0.5 * focal
    places = np.linspace(-1.5, 1.5, 10)
    fair = GradedItems(np.ones(10), places[:, None])
    unfair = GradedItems(np.ones(10), (places + np.eye(10)[0] * shift)[:, None])
    draws = rng.integers(2**32)
    answers = [
        draw_categories(items, theta, np.random.default_rng(draws)) for items in (fair, unfair)
    ]
    return np.where(focal[:, None], answers[1], answers[0]), focal


@pytest.mark.parametrize(("shift", "size"), [(0.0, "A"), (0.6, "B"), (1.4, "C")])
def test_the_classes_follow_the_size_of_what_was_put_in(shift: float, size: str) -> None:
    answers, focal = two_groups(shift, 6000)
    found = mantel_haenszel(answers[:, 0], focal, answers.sum(axis=1))
    assert found.size == size
    assert found.delta == pytest.approx(-2.35 * shift, abs=0.5)
    assert mantel_haenszel(answers[:, 5], focal, answers.sum(axis=1)).size == "A"


def test_turning_the_groups_round_turns_the_sign() -> None:
    answers, focal = two_groups(0.8)
    one = mantel_haenszel(answers[:, 0], focal, answers.sum(axis=1))
    other = mantel_haenszel(answers[:, 0], ~focal, answers.sum(axis=1))
    assert one.delta == pytest.approx(-other.delta)
    assert one.statistic == pytest.approx(other.statistic)
    assert (one.n_focal, one.n_reference) == (other.n_reference, other.n_focal)


def test_levels_without_one_group_say_nothing() -> None:
    answers, women, department = berkeley()
    more = np.concatenate([answers, np.ones(50)])
    found = mantel_haenszel(
        more, np.append(women, [True] * 50), np.append(department, [9.0] * 49 + [NAN])
    )
    assert found == mantel_haenszel(answers, women, department)


def test_an_odds_ratio_without_end_has_no_class() -> None:
    answers = np.array([1.0, 1.0, 0.0, 0.0])
    focal = np.array([False, False, True, True])
    found = mantel_haenszel(answers, focal, np.zeros(4))
    assert found.odds_ratio == np.inf
    assert found.size == ""
    assert found.flags == ("few-people",)
    assert mantel_haenszel(1 - answers, focal, np.zeros(4)).odds_ratio == 0
    same = mantel_haenszel(np.ones(4), focal, np.zeros(4))
    assert (np.isnan(same.odds_ratio), same.statistic, same.p) == (True, 0.0, 1.0)


@pytest.mark.parametrize("scale", ["EMP", "RES"])
@pytest.mark.parametrize("by", ["sex_female_vs_male", "age_ge40"])
def test_the_personality_inventory_has_the_dif_of_r(
    reference_data: Path, scale: str, by: str
) -> None:
    """R MASS polr on 2000 people, matched on the mean of the scale's other items."""
    figures = public_answers.figures(reference_data)
    expected = figures["public"]["dif_polr"][scale][by]
    keyed = figures["meta"]["scales"][scale]
    table = public_answers.rows(reference_data / "spi_public.csv")
    if by == "age_ge40":
        people, focal = table, np.array([float(row["age"]) >= 40 for row in table])
    else:
        people = [row for row in table if row["sex"]]
        focal = np.array([row["sex"] == "2" for row in people])
    raw = np.array([[float(row[one["item"]]) for one in keyed] for row in people])
    points = reverse_keyed(raw, np.array([float(one["sign"]) for one in keyed]), 1, 6)
    for item, one in enumerate(keyed):
        found, figure = (
            rating_dif(points[:, item], focal, rest_mean(points, item)),
            expected[one["item"]],
        )
        assert found.uniform == pytest.approx(figure["chi2_uniform"], abs=2e-3)
        assert found.total == pytest.approx(figure["chi2_total_2df"], abs=1e-3)
        assert found.p == pytest.approx(figure["p_total"], abs=1e-4)
        assert found.effect == pytest.approx(figure["beta_group"], abs=3e-4)
        assert found.nagelkerke_change == pytest.approx(figure["dR2_nagelkerke"], abs=1e-6)
        assert found.mcfadden_change == pytest.approx(figure["dR2_mcfadden"], abs=1e-6)
        assert found.size == "A"
        assert found.n_focal + found.n_reference == len(people)


def rated(shift: float) -> tuple[FloatArray, BoolArray]:
    rng = np.random.default_rng(2)
    focal = np.arange(1200) % 2 == 0
    theta = rng.standard_normal(1200)
    items = GradedItems(np.full(6, 1.5), np.tile([-1.0, 0.0, 1.0], (6, 1)))
    answers = draw_categories(items, theta, rng)
    answers[:, 0] = draw_categories(items, theta + shift * focal, rng)[:, 0]
    return answers, focal


@pytest.mark.parametrize(("shift", "size"), [(0.0, "A"), (0.9, "B"), (2.0, "C")])
def test_the_classes_of_ratings_follow_nagelkerkes_change(shift: float, size: str) -> None:
    answers, focal = rated(shift)
    found = rating_dif(answers[:, 0], focal, rest_mean(answers, 0))
    assert found.size == size
    assert abs(found.effect) < 4 * found.effect_error if shift == 0 else found.effect > 0


def test_people_with_a_blank_are_left_out() -> None:
    answers, focal = rated(0.9)
    holed = np.vstack([answers, answers[:20]])
    holed[1200:1210, 0] = NAN
    holed[1210:, 3] = NAN
    both = np.append(focal, focal[:20])
    assert rating_dif(holed[:, 0], both, rest_mean(holed, 0)) == rating_dif(
        answers[:, 0], focal, rest_mean(answers, 0)
    )


def test_what_cannot_be_compared_is_refused_in_words() -> None:
    answers, focal = two_groups(0.0, 60)
    level = answers.sum(axis=1)
    with pytest.raises(ValueError, match="answers of 0 and 1"):
        mantel_haenszel(answers[:, 0] + 1, focal, level)
    with pytest.raises(ValueError, match="one of them has no answers"):
        mantel_haenszel(answers[:, 0], np.ones(60, dtype=bool), level)
    with pytest.raises(ValueError, match="one of them has no answers"):
        rating_dif(answers[:, 0], np.zeros(60, dtype=bool), level)
    with pytest.raises(ValueError, match="differ"):
        rating_dif(answers[:, 0], focal[:-1], level)
    with pytest.raises(ValueError, match="no level of the matching score"):
        mantel_haenszel(answers[:, 0], focal, focal.astype(float))
