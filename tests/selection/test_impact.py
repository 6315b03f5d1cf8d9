"""Adverse impact: published ratios exactly, every test against outside figures."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from assess.selection.impact import (
    Counts,
    below_four_fifths,
    compare,
    exact_tests,
    impact_ratios,
)
from assess.selection.impact_table import count_groups, impact_table, intersect, scoring_rates
from tests.published import public_answers as public

two_groups = st.tuples(*[st.integers(1, 60)] * 2, *[st.floats(0, 1)] * 2).map(
    lambda t: (Counts(t[0], int(t[0] * t[2])), Counts(t[1], int(t[1] * t[3])))
)


@pytest.mark.parametrize(
    ("group", "ratio"), [("B", Fraction(3, 4)), ("C", Fraction(4, 5)), ("D", Fraction(17, 20))]
)
def test_impact_ratios_of_the_uniform_guidelines(group, ratio):
    """EEOC et al. (1979), Questions and Answers: hiring rates 60, 45, 48 and 51 %."""
    assert impact_ratios({"A": 0.60, "B": 0.45, "C": 0.48, "D": 0.51})[group] == ratio


def test_exactly_four_fifths_is_not_under_four_fifths():
    """48 % of 60 %: a ratio of binary fractions would fall just short of .8."""
    assert not below_four_fifths(Counts(100, 48), Counts(100, 60))
    assert below_four_fifths(Counts(100, 45), Counts(100, 60))
    assert not below_four_fifths(Counts(100, 51), Counts(100, 60))
    assert below_four_fifths(Counts(10**15, 48 * 10**13 - 1), Counts(100, 60))


# Group (selected, people), reference, ratio with interval, z, p, SD units, Fisher (R, scipy),
# mid-p by minimum likelihood and doubled, shortfall.
TABLES = [
    (
        (12, 40),
        (48, 80),
        (0.500, 0.301, 0.829),
        -3.098,
        0.0019,
        -3.085,
        (0.0034, 0.0028, 0.0021),
        8.0,
    ),
    (
        (4, 10),
        (9, 10),
        (0.444, 0.202, 0.976),
        -2.344,
        0.0191,
        -2.285,
        (0.0573, 0.0437, 0.0302),
        2.5,
    ),
    (
        (10, 30),
        (50, 100),
        (0.667, 0.387, 1.147),
        -1.606,
        0.1083,
        -1.600,
        (0.1440, 0.1207, 0.1141),
        3.85,
    ),
    ((1, 4), (3, 4), (0.333, 0.056, 1.995), -1.414, 0.157, -1.323, (0.4857, 0.3714, 0.2571), 1.0),
]


@pytest.mark.parametrize(("group", "other", "ratio", "z", "p", "sd", "exact", "short"), TABLES)
def test_every_test_of_four_tables(group, other, ratio, z, p, sd, exact, short):
    """Measured with scipy 1.17 and by hand; the last is Fisher's tea (1935)."""
    found = compare(Counts(group[1], group[0]), Counts(other[1], other[0]))
    assert (float(found.ratio), found.low, found.high) == pytest.approx(ratio, abs=6e-4)
    assert found.z == pytest.approx(z, abs=6e-4)
    assert found.z_p == pytest.approx(p, abs=6e-5 if p < 0.15 else 6e-4)
    assert found.sd_units == pytest.approx(sd, abs=6e-4)
    got = found.exact
    assert (got.fisher, got.mid_p_minimum_likelihood, got.mid_p_doubled) == pytest.approx(
        exact, abs=6e-5
    )
    assert float(found.shortfall) == pytest.approx(short, abs=5e-3)
    assert found.below_four_fifths
    assert found.beyond_two_sd == (abs(z) > 1.96)


@pytest.mark.parametrize(
    "name",
    [
        "primary",
        "EMP_RES8",
        "EMP9_RES",
        "EMP9_RES8",
        "RES_only",
        "EMP_only",
        "primary_top10",
        "primary_top30",
        "primary_top50",
        "primary_adults18",
    ],
)
@pytest.mark.parametrize("by", ["sex", "age"])
def test_the_reference_selections_compare_as_r_and_numpy_found(reference_data: Path, name, by):
    theirs = public.figures(reference_data)["public"]["adverse_impact"][name][by]
    table = impact_table(
        {key: Counts(one["n"], one["selected"]) for key, one in theirs["groups"].items()}
    )
    lowest = next(one for one in table.groups if one.name == theirs["lowest"])
    assert table.reference != lowest.name
    found = lowest.against
    assert found is not None
    assert float(found.ratio) == pytest.approx(theirs["impact_ratio"], abs=1e-12)
    assert (found.low, found.high) == pytest.approx(theirs["IR_ci95_log"], abs=1e-7)
    assert found.below_four_fifths is theirs["four_fifths_flag"]
    assert found.exact.fisher == pytest.approx(theirs["fisher_p_two_sided"], rel=1e-6)
    assert abs(found.z) == pytest.approx(abs(theirs["z_pooled_2SD"]), abs=1e-10)
    assert found.z_p == pytest.approx(theirs["z_p"], rel=1e-9)
    assert found.z**2 == pytest.approx(theirs["chisq_nocorr"], abs=1e-9)
    assert found.beyond_two_sd is theirs["two_sd_flag"]
    assert abs(found.sd_units) == pytest.approx(abs(theirs["z_hypergeometric"]), abs=1e-10)
    assert float(found.shortfall_to_reference) == pytest.approx(theirs["shortfall"], abs=1e-9)
    assert (table.flagged == (lowest.name,)) is theirs["four_fifths_flag"]


def test_real_answers_selected_from_the_top_give_the_reference_counts(reference_data: Path):
    """Two scales of 2,000 people, equal weights, the top fifth with ties in, by sex and age."""
    one = public.instrument("spi-eight")
    source = reference_data / "spi_public.csv"
    points = public.points(one, public.answers(source, one))
    means = [points[name].mean(axis=1) for name in ("EMP", "RES")]
    score = sum((mean - mean.mean()) / mean.std(ddof=1) for mean in means) / 2
    selected = score >= np.quantile(score, 0.8)
    theirs = public.figures(reference_data)["public"]["adverse_impact"]["primary"]
    table = public.rows(source)
    sex = [{"1": "male", "2": "female"}.get(row["sex"], "") for row in table]
    age = ["ge40" if float(row["age"]) >= 40 else "lt40" for row in table]
    for names, by in ((sex, "sex"), (age, "age")):
        counts = count_groups(names, selected.tolist())
        unknown = counts.pop("", Counts(0, 0))
        assert {key: (c.people, c.selected) for key, c in counts.items()} == {
            key: (c["n"], c["selected"]) for key, c in theirs[by]["groups"].items()
        }
        assert unknown.people == (33 if by == "sex" else 0)


@given(two_groups)
def test_fishers_test_is_scipys_and_mid_p_is_smaller(pair):
    group, other = pair
    found = exact_tests(group, other)
    table = [[c.selected, c.not_selected] for c in pair]
    assert found.fisher == pytest.approx(fisher_exact(table).pvalue, abs=1e-9)
    assert 0 < found.mid_p_minimum_likelihood < found.fisher + 1e-12
    assert 0 < found.mid_p_doubled <= 1


@given(two_groups)
def test_a_comparison_turned_round_turns_its_signs(pair):
    there, back = compare(*pair), compare(*reversed(pair))
    assert there.z == pytest.approx(-back.z, nan_ok=True)
    assert there.sd_units == pytest.approx(-back.sd_units, nan_ok=True)
    assert there.shortfall == -back.shortfall
    assert there.exact.fisher == pytest.approx(back.exact.fisher)
    if there.ratio:
        assert there.ratio * back.ratio == 1
    assert not (there.below_four_fifths and back.below_four_fifths)


def test_numbers_so_small_that_one_person_turns_them_round():
    """Questions and Answers (1979), no. 21: 3 of 20 men and 1 of 10 women."""
    found = compare(Counts(10, 1), Counts(20, 3))
    assert found.ratio == Fraction(2, 3)
    assert found.below_four_fifths
    assert found.flip.ratio == 2
    assert found.flip.changes_four_fifths
    assert found.flip.reverses_order
    assert found.unstable
    large = compare(Counts(100, 20), Counts(100, 60)).flip
    assert (large.changes_four_fifths, large.reverses_order) == (False, False)


def test_a_flip_needs_somebody_to_move():
    assert compare(Counts(5, 5), Counts(5, 3)).flip.ratio is None
    assert compare(Counts(5, 3), Counts(5, 0)).flip.ratio is None
    assert compare(Counts(5, 2), Counts(5, 1)).flip.ratio is None


def test_nobody_or_everybody_selected_has_no_z():
    for share in (0, 10):
        found = compare(Counts(10, share), Counts(10, share))
        assert np.isnan([found.z, found.sd_units]).all()
        assert found.exact.fisher == pytest.approx(1)
        assert not found.beyond_two_sd
    none = compare(Counts(10, 0), Counts(10, 0))
    assert none.ratio is None
    assert np.isnan([none.low, none.high]).all()
    some = compare(Counts(10, 0), Counts(10, 5))
    assert some.ratio == 0
    assert np.isnan(some.low)
    assert some.below_four_fifths


def test_the_sex_example_of_the_new_york_rule():
    """6 RCNY 5-301: 667 of 1390 men and 555 of 1181 women, ratio .979."""
    table = impact_table({"Male": Counts(1390, 667), "Female": Counts(1181, 555)})
    assert table.reference == "Male"
    female = table.groups[0]
    assert female.name == "Female"
    assert float(female.counts.rate) == pytest.approx(0.470, abs=5e-4)
    assert female.against is not None
    assert float(female.against.ratio) == pytest.approx(0.979, abs=5e-4)
    assert table.groups[1].against is None
    assert table.flagged == ()


def test_a_group_under_two_percent_is_shown_but_neither_tested_nor_reference():
    table = impact_table(
        {"A": Counts(500, 100), "B": Counts(490, 60), "C": Counts(10, 9)},
        unknown=Counts(7, 1),
    )
    a, b, c = table.groups
    assert (a.small, b.small, c.small) == (False, False, True)
    assert c.against is None
    assert c.counts.rate == Fraction(9, 10)
    assert c.unstable
    assert table.reference == "A"
    assert table.highest_is_small == "C"
    assert table.flagged == ("B",)
    assert table.unknown.people == 7
    assert sum(one.share for one in table.groups) == 1


def test_exactly_two_percent_is_not_small():
    table = impact_table({"A": Counts(98, 50), "B": Counts(2, 1)})
    assert not table.groups[1].small


def test_with_nobody_selected_there_is_no_reference():
    table = impact_table({"A": Counts(20, 0), "B": Counts(20, 0)})
    assert table.reference is None
    assert table.highest_is_small is None
    assert [one.against for one in table.groups] == [None, None]


def test_of_two_equal_rates_the_larger_group_is_the_reference():
    assert impact_table({"A": Counts(20, 10), "B": Counts(40, 20)}).reference == "B"
    assert impact_table({"B": Counts(40, 20), "A": Counts(40, 20)}).reference == "A"


@given(st.lists(st.sampled_from([1.0, 2, 3, 4, 5, np.nan]), min_size=1, max_size=30))
def test_the_scoring_rate_is_strictly_above_the_median_of_all(scores):
    values = np.array(scores)
    if np.isnan(values).all():
        with pytest.raises(ValueError, match="nobody"):
            scoring_rates(values)
        return
    found = scoring_rates(values)
    assert found.median == np.median(values[~np.isnan(values)])
    assert found.above.sum() <= found.scored.sum() / 2
    assert found.tied == (values == found.median).sum()


def test_ties_at_the_median_push_every_rate_under_one_half():
    found = scoring_rates(np.array([1.0, 2, 2, 2, 2, 3]))
    assert (found.tied, int(found.above.sum())) == (4, 1)


def test_groups_are_counted_and_intersections_named():
    names = [intersect("F", "a"), intersect("F", "b"), intersect("F", "a")]
    assert count_groups(names, [True, False, False]) == {
        "F × a": Counts(2, 1),
        "F × b": Counts(1, 0),
    }
    with pytest.raises(ValueError, match="argument 2"):
        count_groups(["A"], [True, False])


def test_impossible_counts_and_rates_are_refused():
    for people, selected in ((3, 4), (-1, 0), (3, -1)):
        with pytest.raises(ValueError, match="cannot be selected"):
            Counts(people, selected)
    with pytest.raises(ValueError, match="without people"):
        compare(Counts(0, 0), Counts(3, 1))
    with pytest.raises(ValueError, match="nobody"):
        impact_table({"A": Counts(0, 0)})
    with pytest.raises(ValueError, match="share"):
        impact_table({"A": Counts(3, 1)}, least_share=Fraction(3, 2))
    for rates, why in (({}, "at least one"), ({"A": 1.2}, "0 to 1"), ({"A": 0}, "no ratio")):
        with pytest.raises(ValueError, match=why):
            impact_ratios(rates)
