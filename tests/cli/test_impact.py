"""`assess impact`: reference comparisons from a table, intersections, unknowns, suppression."""

import json

import numpy as np
import pytest

from assess.cli import tables
from tests.published import public_answers as public


def people(*groups):
    """Give rows of a table: (names of groups, people, selected) ..."""
    rows, at = [], 0
    for names, total, chosen in groups:
        for place in range(total):
            rows.append([f"p{at}", *names, "yes" if place < chosen else "no"])
            at += 1
    return rows


@pytest.fixture
def sexes(table):
    """Give the sex example of the New York rule, with unknowns."""
    rows = people((["Male"], 1390, 667), (["Female"], 1181, 555), ([""], 12, 5))
    return table("t.csv", [["person", "sex", "chosen"], *rows])


def groups_of(result, at=0):
    assert result.exit_code == 0, result.output
    grouping = json.loads(result.stdout)["groupings"][at]
    return grouping, {one["group"]: one for one in grouping["groups"]}


def test_the_sex_example_of_the_new_york_rule(assess, sexes):
    """6 RCNY 5-301: rates 48.0 and 47.0 %, ratio .979."""
    grouping, groups = groups_of(
        assess("impact", sexes, "--group", "sex", "--selected", "chosen", "--json")
    )
    assert grouping["reference"] == "Male"
    assert grouping["unknown"] == {"people": 12, "selected": 5}
    assert groups["Female"]["rate"] == pytest.approx(0.470, abs=5e-4)
    assert groups["Female"]["impact_ratio"] == pytest.approx(0.979, abs=5e-4)
    assert groups["Male"]["impact_ratio"] == 1
    assert grouping["below_four_fifths"] == []


@pytest.mark.parametrize("by", ["sex", "age"])
def test_real_people_selected_from_the_top_compare_as_r_found(
    assess, table, reference_data, by, monkeypatch
):
    """2,000 people, two scales in equal weights, the top fifth; read in chunks of 300."""
    monkeypatch.setattr(tables, "CHUNK_ROWS", 300)
    one = public.instrument("spi-eight")
    source = reference_data / "spi_public.csv"
    points = public.points(one, public.answers(source, one))
    means = [points[name].mean(axis=1) for name in ("EMP", "RES")]
    score = sum((mean - mean.mean()) / mean.std(ddof=1) for mean in means) / 2
    chosen = (score >= np.quantile(score, 0.8)).astype(int)
    rows = [
        [
            at,
            {"1": "male", "2": "female"}.get(row["sex"], ""),
            "ge40" if float(row["age"]) >= 40 else "lt40",
            chosen[at],
        ]
        for at, row in enumerate(public.rows(source))
    ]
    path = table("spi.csv", [["person", "sex", "age", "chosen"], *rows])
    _, groups = groups_of(assess("impact", path, "--group", by, "--selected", "chosen", "--json"))
    theirs = public.figures(reference_data)["public"]["adverse_impact"]["primary"][by]
    for name, counts in theirs["groups"].items():
        assert (groups[name]["people"], groups[name]["selected"]) == (
            counts["n"],
            counts["selected"],
        )
    found = groups[theirs["lowest"]]
    assert found["impact_ratio"] == pytest.approx(theirs["impact_ratio"], abs=1e-12)
    assert found["ratio_low_95"] == pytest.approx(theirs["IR_ci95_log"][0], abs=1e-7)
    assert found["ratio_high_95"] == pytest.approx(theirs["IR_ci95_log"][1], abs=1e-7)
    assert found["fisher_p"] == pytest.approx(theirs["fisher_p_two_sided"], rel=1e-6)
    assert abs(found["z_pooled"]) == pytest.approx(abs(theirs["z_pooled_2SD"]), abs=1e-9)
    assert found["z_p"] == pytest.approx(theirs["z_p"], rel=1e-8)
    assert abs(found["sd_hypergeometric"]) == pytest.approx(abs(theirs["z_hypergeometric"]))
    assert found["shortfall_to_reference"] == pytest.approx(theirs["shortfall"])
    assert found["below_four_fifths"] is theirs["four_fifths_flag"]


def test_big_five_people_run_clean_with_a_code_for_unknown(assess, reference_data):
    path = reference_data / "big5_public.csv"
    grouping, groups = groups_of(
        assess(
            *("impact", path, "--group", "gender", "--score", "age"), *("--unknown", "0", "--json")
        )
    )
    assert set(groups) == {"1", "2", "3"}
    assert groups["3"]["under_two_percent"]
    assert grouping["unknown"]["people"] + sum(one["people"] for one in groups.values()) == 9859


def test_a_score_counts_strictly_above_the_median_of_all(assess, table):
    rows = [
        [f"p{at}", group, score]
        for at, (group, score) in enumerate(
            [("a", 1), ("a", 2), ("a", 2), ("b", 2), ("b", 3), ("", 9), ("b", "")]
        )
    ]
    path = table("t.csv", [["person", "g", "points"], *rows])
    result = assess("impact", path, "--group", "g", "--score", "points", "--json")
    grouping, groups = groups_of(result)
    document = json.loads(result.stdout)
    assert document["outcome"] == {
        "kind": "above_median", "column": "points", "median": 2.0, "tied_at_median": 3,
    }  # fmt: skip
    assert (document["people"], document["without_outcome"]) == (6, 1)
    assert (groups["a"]["selected"], groups["b"]["selected"]) == (0, 1)
    assert grouping["unknown"] == {"people": 1, "selected": 1}
    text = assess("impact", path, "--group", "g", "--score", "points").stdout
    assert "3 people are at the median" in text
    assert "1 people without points" in text


@pytest.fixture
def crossed(table):
    """Give two groupings with a small intersection and two small groups."""
    rows = people(
        (["F", "a"], 60, 20), (["F", "b"], 4, 2), (["M", "a"], 70, 40), (["M", "b"], 50, 20),
        (["", "b"], 3, 1), (["F", "c"], 45, 20), (["M", "c"], 40, 15), (["X", "a"], 2, 2),
    )  # fmt: skip
    return table("t.csv", [["person", "sex", "race", "chosen"], *rows])


def test_two_groupings_are_compared_and_so_is_their_intersection(assess, crossed):
    arguments = ("impact", crossed, "--group", "sex", "--group", "race", "--selected", "chosen")
    result = assess(*arguments, "--json")
    document = json.loads(result.stdout)
    assert [one["columns"] for one in document["groupings"]] == [
        ["sex"], ["race"], ["sex", "race"],
    ]  # fmt: skip
    both, groups = groups_of(result, 2)
    assert groups["M × a"]["people"] == 70
    assert both["unknown"] == {"people": 3, "selected": 1}
    sex, groups = groups_of(result, 0)
    assert sex["highest_rate_is_small"] == "X"
    assert groups["X"]["impact_ratio"] is None
    assert groups["F"]["below_four_fifths"] == ("F" in sex["below_four_fifths"])
    text = assess(*arguments).stdout
    assert "X has a higher rate, but is under 2 % of the people." in text
    assert "By sex and race" in text
    assert "Group unknown: 3 people" in text


def test_suppression_hides_small_groups_and_every_count_of_everybody(assess, table):
    rows = people(
        (["F", "a"], 60, 20), (["F", "b"], 4, 2), (["F", "c"], 45, 20),
        (["M", "a"], 70, 40), (["M", "b"], 50, 20), (["M", "c"], 40, 15),
    )  # fmt: skip
    path = table("t.csv", [["person", "sex", "race", "chosen"], *rows])
    arguments = ("impact", path, "--group", "sex", "--group", "race", "--selected", "chosen")
    result = assess(*arguments, "--suppress", "--json")
    document = json.loads(result.stdout)
    assert (document["people"], document["without_outcome"]) == (None, None)
    assert set(groups_of(result, 0)[1]) == {"F", "M"}
    assert set(groups_of(result, 1)[1]) == {"a", "b", "c"}
    both, groups = groups_of(result, 2)
    assert both["hidden"] == ["F × b", "F × c", "M × b", "M × c"]
    assert set(groups) == {"F × a", "M × a"}
    assert both["unknown"] is None
    assert "Hidden, to protect small groups: F × b" in assess(*arguments, "--suppress").stdout


def test_the_unknown_are_hidden_like_any_group_and_never_compared(assess, crossed):
    arguments = ("--group", "sex", "--selected", "chosen", "--suppress", "--json")
    sex, groups = groups_of(assess("impact", crossed, *arguments))
    assert sex["hidden"] == ["F", "X", "unknown"]
    assert set(groups) == {"M"}


def test_one_grouping_can_be_suppressed_down_to_nothing(assess, table):
    path = table("t.csv", [["person", "g", "s"], *people((["a"], 5, 2), (["b"], 40, 20))])
    result = assess("impact", path, "--group", "g", "--selected", "s", "--suppress", "--json")
    grouping, groups = groups_of(result)
    assert groups == {}
    assert grouping["hidden"] == ["a", "b"]
    text = assess("impact", path, "--group", "g", "--selected", "s", "--suppress").stdout
    assert "No group is large enough to be shown." in text


def test_nobody_selected_is_said(assess, table):
    path = table("t.csv", [["person", "g", "s"], *people((["a"], 40, 0), (["b"], 40, 0))])
    result = assess("impact", path, "--group", "g", "--selected", "s")
    assert result.exit_code == 0
    assert "Nobody was selected" in result.stdout


def test_the_words_of_a_comparison(assess, table):
    path = table("t.csv", [["person", "g", "s"], *people((["w"], 10, 1), (["m"], 20, 3))])
    text = assess("impact", path, "--group", "g", "--selected", "s").stdout
    assert "under four fifths; one person would reverse it; unstable, under 30 people" in text
    none = table("n.csv", [["person", "g", "s"], *people((["w"], 10, 0), (["m"], 20, 3))])
    (line,) = [
        one
        for one in assess("impact", none, "--group", "g", "--selected", "s").stdout.splitlines()
        if one.startswith("w")
    ]
    assert line.split()[:6] == ["w", "10", "0", "0.000", "0.000", "-"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["p1", "a", "maybe"]], "row 2, column s: 'maybe' is neither 1 nor 0"),
        ([["p1", "a", ""]], "column s: nobody has an outcome"),
        ([["p1", "", "1"]], "column g: nobody's group is known"),
        ([["p1", "a", "1"], ["p1", "a", "1"]], "row 3: the person 'p1' is in row 2 too"),
        ([], "no rows"),
        ([[f"p{at}", f"g{at}", "1"] for at in range(1001)], "more than 1000 different groups"),
    ],
)
def test_a_faulty_table_is_refused_with_its_place(assess, table, rows, why):
    path = table("t.csv", [["person", "g", "s"], *rows])
    result = assess("impact", path, "--group", "g", "--selected", "s")
    assert result.exit_code == 1
    assert why in result.stderr


def test_absent_columns_are_all_named(assess, table):
    path = table("t.csv", [["person", "g", "s"], ["p1", "a", "1"]])
    result = assess("impact", path, "--group", "sex", "--score", "points")
    assert result.exit_code == 1
    assert "no column 'sex'" in result.stderr
    assert "no column 'points'" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--group", "g"),
        ("--group", "g", "--selected", "s", "--score", "s"),
        ("--selected", "s"),
        ("--group", "g", "--group", "g", "--selected", "s"),
        ("--group", "g", "--group", "h", "--group", "i", "--selected", "s", "--suppress"),
    ],
)
def test_wrong_usage_is_told_apart_from_a_faulty_table(assess, table, arguments):
    path = table("t.csv", [["person", "g", "s"], ["p1", "a", "1"]])
    assert assess("impact", path, *arguments).exit_code == 2
