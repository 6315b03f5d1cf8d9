"""`assess reliability`: other programs' figures from a file, chunk by chunk."""

import json
from pathlib import Path

import numpy as np
import pytest

from assess.cli import tables
from assess.instruments.catalogue import default_catalogue
from assess.psychometrics.judgement_points import closeness
from assess.psychometrics.sjt import honest_raters, score_ratings
from tests.published import public_answers as public

WORK = default_catalogue().instrument("work-style")
SJT = default_catalogue().instrument("service-judgement-a")
EIGHT = public.INSTRUMENTS / "spi-eight"


@pytest.fixture
def spi(reference_data: Path, tmp_path: Path) -> Path:
    """Give 2,000 people's answers as an answer table."""
    items = public.instrument("spi-eight").item_ids
    source = reference_data / "spi_public.csv"
    return public.person_table(source, tmp_path / "spi.csv", {item: item for item in items})


def test_the_reference_reliabilities_come_out_of_the_command(
    assess, spi, reference_data, monkeypatch
):
    """R psych 2.2.9; read in chunks of 300, which must not show."""
    monkeypatch.setattr(tables, "CHUNK_ROWS", 300)
    result = assess("reliability", EIGHT, spi, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["people"] == 2000
    theirs = public.figures(reference_data)["public"]["ctt"]["scales"]
    assert set(document["scales"]) == set(theirs)
    for name, found in document["scales"].items():
        for ours, other in (
            ("alpha", "alpha"),
            ("alpha_standardised", "std_alpha"),
            ("lambda6", "G6"),
            ("mean_interitem_r", "mean_interitem_r"),
            ("mean", "mean"),
            ("sd", "sd"),
            ("sem", "sem"),
        ):
            assert found[ours] == pytest.approx(theirs[name][other], abs=1e-9)
        assert found["omega_total"] == pytest.approx(theirs[name]["omega_total_1f"], abs=1e-7)
        assert found["item_rest"] == pytest.approx(theirs[name]["item_rest_r"], abs=1e-10)
        if theirs[name]["omega_h_3f"] is None:
            assert found["omega_hierarchical"] is None
        else:
            assert found["omega_hierarchical"] == pytest.approx(
                theirs[name]["omega_h_3f"], abs=5e-5
            )


def test_blanks_come_out_as_psych_treats_them(assess, reference_data, tmp_path):
    items = public.instrument("bfi").item_ids
    source = reference_data / "bfi_public.csv"
    path = public.person_table(source, tmp_path / "bfi.csv", {item: item for item in items})
    result = assess("reliability", public.INSTRUMENTS / "bfi", path, "--json")
    theirs = public.figures(reference_data)["public"]["bfi"]["scales"]
    for name, found in json.loads(result.stdout)["scales"].items():
        assert found["complete"] == theirs[name]["n_complete"]
        assert found["alpha"] == pytest.approx(theirs[name]["alpha_complete"], abs=1e-9)
        assert found["alpha_pairwise"] == pytest.approx(theirs[name]["alpha_pairwise"], abs=1e-9)
        assert found["mean_answered"] == pytest.approx(theirs[name]["mean"], abs=1e-9)
        assert found["sd_answered"] == pytest.approx(theirs[name]["sd"], abs=1e-9)


def test_a_code_for_missing_is_missing(assess, reference_data):
    """Nearly 10,000 people, a missed answer written as 0."""
    path = reference_data / "big5_public.csv"
    result = assess("reliability", public.INSTRUMENTS / "big5", path, "--json", "--missing", "0")
    assert result.exit_code == 0, result.output
    scales = json.loads(result.stdout)["scales"]
    assert set(scales) == set("ENACO")
    assert all(0.75 < one["alpha"] < 0.95 for one in scales.values())


def people_of(table, name, items, answers):
    rows = [
        [f"p{at}", *("" if cell is None else cell for cell in row)]
        for at, row in enumerate(answers)
    ]
    return table(name, [["person", *items], *rows])


def some_answers(n=60, seed=1):
    rng = np.random.default_rng(seed)
    lean = rng.integers(-1, 2, (n, 1))
    return np.clip(rng.integers(2, 7, (n, len(WORK.items))) + lean, 1, 7).tolist()


def test_a_zero_is_refused_unless_it_is_said_to_be_missing(assess, table):
    answers = some_answers()
    answers[4][0] = 0
    path = people_of(table, "a.csv", WORK.item_ids, answers)
    refused = assess("reliability", "work-style", path)
    assert refused.exit_code == 1
    assert "row 6, column" in refused.stderr
    accepted = assess("reliability", "work-style", path, "--missing", "0", "--json")
    assert accepted.exit_code == 0, accepted.output
    first = next(scale.name for scale in WORK.scales if WORK.item_ids[0] in scale.item_ids)
    assert json.loads(accepted.stdout)["scales"][first]["complete"] == 59


def test_the_table_to_read_has_a_line_a_scale(assess, table):
    result = assess(
        "reliability", "work-style", people_of(table, "a.csv", WORK.item_ids, some_answers())
    )
    assert result.exit_code == 0, result.output
    for scale in WORK.scales:
        assert f"\n{scale.name} " in result.stdout
        assert f"\n{scale.name}: " in result.stdout
    assert "60 people" in result.stdout
    assert "omega h" in result.stdout


def test_a_scale_that_cannot_be_described_is_named_with_its_reason(assess, table):
    answers = some_answers()
    flat = WORK.scales[0].item_ids[0]
    for row in answers:
        row[WORK.item_ids.index(flat)] = 4
    gone = WORK.scales[1].item_ids[0]
    items = [item for item in WORK.item_ids if item != gone]
    rows = [[row[WORK.item_ids.index(item)] for item in items] for row in answers]
    result = assess("reliability", "work-style", people_of(table, "a.csv", items, rows), "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    first, second = document["not_described"]
    assert f"scale {WORK.scales[0].name}: everybody gave the same answer to {flat}" in first
    assert f"scale {WORK.scales[1].name}: these items are absent: {gone}" in second
    assert len(document["scales"]) == len(WORK.scales) - 2


def test_too_few_people_are_refused(assess, table):
    path = people_of(table, "a.csv", WORK.item_ids, some_answers(2))
    result = assess("reliability", "work-style", path)
    assert result.exit_code == 1
    assert "3+ persons" in result.stderr
    assert result.stdout == ""


def test_a_judgement_form_says_that_its_alpha_is_a_lower_bound(assess, table):
    key = np.array([SJT.option_keys[item].points for item in SJT.item_ids])
    scenario = np.array([int(item[4:7]) for item in SJT.item_ids])
    ratings = honest_raters(key, scenario, np.random.default_rng(1), 300)
    path = people_of(table, "a.csv", SJT.item_ids, ratings.astype(int).tolist())
    result = assess("reliability", "service-judgement-a", path, "--json")
    assert result.exit_code == 0, result.output
    total = json.loads(result.stdout)["scales"]["total"]
    assert "lower bound" in total["notes"][0]
    assert total["items"] == len(SJT.items)
    assert 0.2 < total["alpha"] < 0.99
    assert total["alpha_stratified"] > total["alpha"] - 0.05
    assert assess("reliability", "service-judgement-a", path).exit_code == 0


def test_closeness_adds_up_to_the_score():
    """S = 1 + sum of closeness / sum of w (1 + z_k^2), so alpha is of what the score sums."""
    rng = np.random.default_rng(2)
    key, weights = rng.uniform(1, 5, 20), rng.choice([0, 0.5, 1.0], 20)
    ratings = rng.integers(1, 6, (8, 20)).astype(float)
    ratings[0, 0] = np.nan
    ratings[1] = 3
    points = closeness(ratings, key, weights)
    scores = score_ratings(ratings, key, weights[None]).scores[:, 0]
    standard = (key - key.mean()) / key.std()
    chance = (weights * (1 + standard**2)).sum()
    assert scores[2:] == pytest.approx(1 + points[2:].sum(axis=1) / chance)
    assert np.isnan(points[1]).all()
    assert np.isnan(points[0, 0])


def test_the_first_column_may_have_another_name(assess, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text("row_id,A1\nx,1\n")
    refused = assess("reliability", "work-style", answers)
    assert refused.exit_code == 1
    assert "the first column must be person, not 'row_id'" in refused.stderr
    other = assess("reliability", "work-style", answers, "--person", "row_id")
    assert "first column" not in other.stderr
