"""`assess rank`: score files joined, fits explained, order admitted to be uncertain."""

import csv
import json
from itertools import pairwise

import numpy as np
import pytest

from assess.instruments.catalogue import default_catalogue
from assess.instruments.contact_mix import demand_of, load_contact_mix
from assess.instruments.simulation import simulate_answers
from assess.selection.demand import COMPETENCIES
from tests.rankings.by_hand import style_by_hand

BANK = default_catalogue()

PROFILE = """
title: Brand A
contact_mix:
  - {driver: delivery, share: 0.35, minutes: 7}
  - {driver: returns, share: 0.25, minutes: 6}
  - {driver: defect, share: 0.10, minutes: 8}
  - {driver: status, share: 0.20, minutes: 3}
  - {driver: cancel, share: 0.10, minutes: 9}
"""
KEYS = ("work-style", "service-judgement-a")


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def pool(assess, table, tmp_path):
    """Write profile.yaml, and the score files of 30 simulated people."""
    (tmp_path / "profile.yaml").write_text(PROFILE, "utf-8")
    catalogue = default_catalogue()
    answers = simulate_answers(catalogue, KEYS, 30, np.random.default_rng(4))
    for key in KEYS:
        items = catalogue.instrument(key).item_ids
        rows = [[f"p{i:02d}", *map(int, row)] for i, row in enumerate(answers[key].tolist())]
        table(f"{key}.csv", [["person", *items], *rows])
        assert assess("score", key, f"{key}.csv", "-o", f"{key}-scores.csv").exit_code == 0
    return ("work-style-scores.csv", "service-judgement-a-scores.csv")


def ranked(assess, tmp_path, *files, seats=5, more=()):
    arguments = ("--profile", "profile.yaml", "--seats", seats, "-o", "ranking.csv", *more)
    result = assess("rank", *files, *arguments)
    assert result.exit_code == 0, result.output
    return result, rows_of(tmp_path / "ranking.csv")


def test_ranking_columns_are_the_stable_ones(assess, pool, tmp_path):
    result, rows = ranked(assess, tmp_path, *pool)
    assert list(rows[0]) == [
        *("person", "rank", "rank_low", "rank_high", "p_top", "band", "at_cut"),
        *("fit", "fit_se", "coverage"),
        *(f"{code}_contribution" for code in COMPETENCIES),
    ]
    assert len(rows) == 30
    assert "30 people ranked for 5 seats" in result.stdout
    assert "partial" not in result.stderr


def test_contributions_add_up_to_the_fit(assess, pool, tmp_path):
    _, rows = ranked(assess, tmp_path, *pool)
    for row in rows:
        total = sum(float(row[f"{code}_contribution"]) for code in COMPETENCIES)
        assert total == pytest.approx(float(row["fit"]), abs=1e-12)


def test_the_order_is_that_of_the_fits_and_seats_add_up(assess, pool, tmp_path):
    _, rows = ranked(assess, tmp_path, *pool)
    assert [int(row["rank"]) for row in rows] == list(range(1, 31))
    assert all(float(a["fit"]) > float(b["fit"]) for a, b in pairwise(rows))
    assert sum(float(row["p_top"]) for row in rows) == pytest.approx(5, abs=1e-6)
    for row in rows:
        assert int(row["rank_low"]) <= int(row["rank"]) <= int(row["rank_high"])
        assert row["at_cut"] == str(int(0.05 < float(row["p_top"]) < 0.95))
        assert float(row["coverage"]) == pytest.approx(1)
    assert [int(row["band"]) for row in rows] == sorted(int(row["band"]) for row in rows)


def test_the_same_seed_gives_the_same_file_and_another_the_same_fits(assess, pool, tmp_path):
    _, first = ranked(assess, tmp_path, *pool, more=("--seed", 7))
    _, again = ranked(assess, tmp_path, *pool, more=("--seed", 7))
    _, other = ranked(assess, tmp_path, *pool, more=("--seed", 8))
    assert first == again
    assert [row["fit"] for row in first] == [row["fit"] for row in other]
    assert [row["p_top"] for row in first] != [row["p_top"] for row in other]


def test_nobody_s_fit_depends_on_who_else_is_in_the_pool(assess, pool, table, tmp_path):
    _, whole = ranked(assess, tmp_path, *pool)
    fits = {row["person"]: float(row["fit"]) for row in whole}
    halves = []
    for name in pool:
        with (tmp_path / name).open(newline="") as file:
            rows = list(csv.reader(file))
        halves.append(table(f"half-{name}", rows[:9]))
    _, part = ranked(assess, tmp_path, *halves)
    assert len(part) == 8
    for row in part:
        assert float(row["fit"]) == pytest.approx(fits[row["person"]], abs=1e-12)


def test_a_tuned_profile_weighs_style_and_holds_back_with_a_fit(assess, pool, tmp_path):
    """The style's part is worked out over a grid; steadiness is not calibrated and is left out."""
    _, plain = ranked(assess, tmp_path, *pool)
    before = {row["person"]: row for row in plain}
    more = PROFILE + "style_weight: 0.1\nminimums: {EMP: 50}\n"
    (tmp_path / "profile.yaml").write_text(more, "utf-8")
    result, rows = ranked(assess, tmp_path, *pool, more=("--json",))
    assert list(rows[0])[-2:] == ["style_contribution", "held_back"]
    scores = {row["person"]: row for row in rows_of(tmp_path / pool[0])}
    mix = demand_of(load_contact_mix(tmp_path / "profile.yaml", BANK), BANK).style_target
    counted = {"dominance": mix[0], "influence": mix[1], "conscientiousness": mix[3]}
    held = []
    for row in rows:
        old, own = before[row["person"]], scores[row["person"]]
        rated = {name: (float(own[f"{name}_theta"]), float(own[f"{name}_se"])) for name in counted}
        style, error = style_by_hand(rated, counted)
        assert float(row["style_contribution"]) == pytest.approx(0.1 * style, abs=1e-6)
        steps = [float(row[f"{code}_contribution"]) for code in COMPETENCIES]
        assert steps == pytest.approx(
            [0.9 * float(old[f"{code}_contribution"]) for code in COMPETENCIES], abs=1e-12
        )
        assert sum(steps) + 0.1 * style == pytest.approx(float(row["fit"]), abs=1e-6)
        assert float(row["fit_se"]) == pytest.approx(
            np.hypot(0.9 * float(old["fit_se"]), 0.1 * error), abs=1e-6
        )
        held += [row["person"]] if row["held_back"] == "1" else []
    document = json.loads(result.stdout)
    assert document["held_back"] == len(held) > 0
    assert (document["style_weight"], document["minimums"]) == (0.1, {"EMP": 50.0})
    assert f"a person decides: {len(held)}" in result.stderr
    assert [row["person"] for row in rows[-len(held) :]] == sorted(held)
    assert all(row["rank"] == row["band"] == row["p_top"] == "" for row in rows[-len(held) :])
    ranks = [int(row["rank"]) for row in rows[: -len(held)]]
    assert ranks == list(range(1, 31 - len(held)))
    # Without style scales in the files the profile's weight of style is said to be none.
    result, rows = ranked(assess, tmp_path, pool[1])
    assert "style has no weight" in result.stderr
    assert "style_contribution" not in rows[0]


def test_rating_scales_alone_are_named_as_partial_evidence(assess, pool, tmp_path):
    result, rows = ranked(assess, tmp_path, pool[0], more=("--json",))
    assert "partial evidence: 0.32 of the demand" in result.stderr
    assert "EMP, REG, OWN, INT only" in result.stderr
    document = json.loads(result.stdout)
    assert document["partial_evidence"] is True
    assert document["evidenced"] == ["EMP", "REG", "OWN", "INT"]
    assert document["weights_used"]["GUI"] == 0
    assert float(rows[0]["GUI_contribution"]) == 0
    assert float(rows[0]["coverage"]) == pytest.approx(document["coverage"])


def test_people_of_different_coverage_never_share_a_band(assess, pool, table, tmp_path):
    with (tmp_path / pool[1]).open(newline="") as file:
        rows = list(csv.reader(file))
    some = table("some.csv", rows[:16])
    _, found = ranked(assess, tmp_path, pool[0], some)
    assert len(found) == 30
    bands: dict[str, set[str]] = {}
    for row in found:
        bands.setdefault(row["band"], set()).add(f"{float(row['coverage']):.6f}")
    assert all(len(coverages) == 1 for coverages in bands.values())
    assert len({coverage for one in bands.values() for coverage in one}) == 2


def test_somebody_not_scorable_is_listed_unranked(assess, pool, table, tmp_path):
    with (tmp_path / pool[1]).open(newline="") as file:
        rows = list(csv.reader(file))
    flat = ["" if not name.endswith("_n") else "38" for name in rows[0][1:]]
    blank = table("blank.csv", [rows[0], [rows[1][0], *flat], *rows[2:]])
    result, found = ranked(assess, tmp_path, pool[0], blank)
    assert found[-1]["person"] == rows[1][0]
    assert (found[-1]["rank"], found[-1]["fit"], found[-1]["band"]) == ("", "", "")
    assert "unranked for want of scores: 1" in result.stderr


def test_the_order_of_files_changes_nothing(assess, pool, tmp_path):
    _, one = ranked(assess, tmp_path, *pool)
    _, two = ranked(assess, tmp_path, *reversed(pool))
    assert one == two


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([["person", "age"], ["a", 30]], "scores.csv: row 1: no column is a score"),
        ([["person", "empathy_t"], ["a", 50]], "row 1: the column empathy_se is missing"),
        ([["person", "empathy_t", "empathy_se"], ["a", 50, ""]], "'a': empathy_se must be above 0"),
        ([["person", "empathy_t", "empathy_se"], ["a", 1e9, 1]], "'a': empathy_t is no T-score"),
        ([["person", "empathy_t", "empathy_se"], ["a", "high", 1]], "row 2, column empathy_t: 'hi"),
        (
            [["person", "empathy_t", "empathy_se"], ["a", 50, 1], ["a", 50, 1]],
            "'a' is in row 2 too",
        ),
    ],
)
def test_faulty_scores_are_refused(assess, table, tmp_path, rows, fault):
    (tmp_path / "profile.yaml").write_text(PROFILE, "utf-8")
    path = table("scores.csv", rows)
    result = assess("rank", path, "--profile", "profile.yaml", "--seats", 1, "-o", "r.csv")
    assert result.exit_code == 1
    assert fault in result.stderr
    assert not (tmp_path / "r.csv").exists()


def test_one_score_in_two_files_is_refused(assess, pool, tmp_path):
    result = assess(
        *("rank", pool[0], pool[0], "--profile", "profile.yaml", "--seats", 1, "-o", "r.csv")
    )
    assert result.exit_code == 1
    assert "empathy_t is in work-style-scores.csv too" in result.stderr


def test_a_faulty_profile_is_refused_by_place(assess, pool, tmp_path):
    (tmp_path / "profile.yaml").write_text(PROFILE.replace("returns", "weather"), "utf-8")
    result = assess("rank", *pool, "--profile", "profile.yaml", "--seats", 1, "-o", "r.csv")
    assert result.exit_code == 1
    assert "profile.yaml: contact_mix[1].driver: must be one of delivery" in result.stderr
    assert not (tmp_path / "r.csv").exists()
