"""An option that experts disagree on is shown, and counts nowhere."""

from dataclasses import replace

import numpy as np
import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.checks_judgement import judgement_faults
from assess.instruments.derived import key_sha256
from assess.instruments.load import load_instrument
from assess.instruments.norming import simulate_norm
from assess.instruments.scoring import judgement_key, score_table, scored_options
from assess.psychometrics.sjt import honest_raters

SJT = default_catalogue().instrument("service-judgement-a")
BANK = load_instrument(default_catalogue().folder / "service-judgement", derived=False)
FILE = "service-judgement/instrument.yaml"


def without(instrument, *dropped):
    keys = {
        item: replace(key, dropped=item in dropped) for item, key in instrument.option_keys.items()
    }
    return replace(instrument, option_keys=keys)


DROPPED = ("sjt-001.b", "sjt-007.a")
FEWER = without(SJT, *DROPPED)
PLACES = [SJT.item_ids.index(item) for item in DROPPED]


@pytest.fixture(scope="module")
def ratings():
    key, _ = judgement_key(SJT)
    scenario = np.array([int(item[4:7]) for item in SJT.item_ids])
    return honest_raters(key, scenario, np.random.default_rng(3), 60)


def test_its_rating_changes_no_score(ratings):
    other = ratings.copy()
    other[:, PLACES] = 6 - other[:, PLACES]
    found = score_table(FEWER, ratings)
    for rows in (other, np.where(np.isin(np.arange(ratings.shape[1]), PLACES), np.nan, ratings)):
        again = score_table(FEWER, rows)
        np.testing.assert_array_equal(again.raw, found.raw)
        np.testing.assert_array_equal(again.answered, found.answered)
    assert not np.array_equal(score_table(SJT, other).raw, score_table(SJT, ratings).raw)


def test_the_key_s_shape_on_the_rest_scores_one():
    row = np.array([[SJT.option_keys[item].points for item in SJT.item_ids]])
    row[:, PLACES] = 6 - row[:, PLACES]
    np.testing.assert_allclose(score_table(FEWER, row).raw, 1.0)


def test_three_quarters_of_the_scored_must_be_rated(ratings):
    scored = scored_options(FEWER)
    assert sorted({*range(len(SJT.items))} - {*scored.tolist()}) == sorted(PLACES)
    few = np.full((1, len(SJT.items)), np.nan)
    enough = int(np.ceil(0.75 * len(scored)))
    few[:, scored[: enough - 1]] = ratings[:1, scored[: enough - 1]]
    few[:, PLACES] = 5.0
    assert np.isnan(score_table(FEWER, few).raw).all()
    few[:, scored[enough - 1]] = 2.0
    assert np.isfinite(score_table(FEWER, few).raw).all()


def test_the_norm_rests_on_the_options_that_count():
    norm = simulate_norm(FEWER, 1, raters=300, date="2026-01-01", engine="test")
    assert norm.total.options == len(SJT.items) - len(DROPPED)
    keyed = [SJT.option_keys[item].competencies for item in DROPPED]
    for code, row in SJT.norm.competencies.items():
        assert norm.competencies[code].options == row.options - sum(code in one for one in keyed)
    assert key_sha256(FEWER) != key_sha256(SJT)


def test_the_check_counts_without_it():
    assert judgement_faults(BANK, ()) == []
    three = [item.id for item in BANK.blocks[0].items][:-2]
    found = judgement_faults(without(BANK, *three), ())
    assert any("sjt-001.options: 2 of" in fault and "are scored" in fault for fault in found)
    every = [i for i in BANK.item_ids if BANK.option_keys[i].competencies.get("GUI") == 1]
    found = judgement_faults(without(BANK, *every), ())
    assert any("forms.a: GUI has 0 options of weight 1" in fault for fault in found)


def test_a_key_of_several_experts_is_held_to_the_nearest_whole_rating():
    keys = {
        item: replace(key, points={1: 1.1, 5: 4.9}.get(key.points, key.points))
        for item, key in BANK.option_keys.items()
    }
    assert judgement_faults(replace(BANK, option_keys=keys), ()) == []


def test_it_is_read_from_the_file_and_all_dropped_is_a_fault(changed, content_copy):
    folder = changed(FILE, "key: 2\n", "key: 2\n        dropped: true\n")
    bank = load_instrument(folder, derived=False)
    assert [item for item, key in bank.option_keys.items() if key.dropped] == ["sjt-001.a"]
    path = content_copy / FILE
    text = path.read_text("utf-8").replace("        dropped: true\n", "")
    path.write_text(text.replace("        why:", "        dropped: true\n        why:"), "utf-8")
    with pytest.raises(Invalid, match="every option is dropped"):
        load_instrument(folder, derived=False)
