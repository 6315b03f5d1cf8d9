"""A profile looked over: each shaky thing is found, a sound profile gives nothing."""

from dataclasses import replace

import numpy as np
import pytest

from assess.selection.guard_rails import Source, Tuning, guard_rails, scale_shares, wrong_side

SCALES = (("EMP", 0), ("empathy", 0), ("REG", 1), ("even_keel", 1), ("GUI", 2))
SOURCES = tuple(Source(scale, place, calibrated=True) for scale, place in SCALES)
SOUND = Tuning(
    weights=np.array([0.4, 0.35, 0.25]),
    sources=SOURCES,
    reliability=np.array([0.85, 0.82, 0.5]),
    minimums={0: 45.0},
    n_contacts=2000,
)


def codes(tuning):
    return [(one.code, one.about) for one in guard_rails(tuning)]


def test_a_sound_profile_gives_nothing():
    assert guard_rails(SOUND) == ()
    assert guard_rails(replace(SOUND, n_contacts=None)) == ()


def test_the_parts_of_a_competency_count_alike():
    shares = scale_shares(SOUND.weights, SOURCES)
    assert shares == pytest.approx(
        {"EMP": 0.2, "empathy": 0.2, "REG": 0.175, "even_keel": 0.175, "GUI": 0.25}
    )
    assert scale_shares(SOUND.weights, SOURCES[:1]) == {"EMP": 1.0}
    assert scale_shares(SOUND.weights, ()) == {}


def test_a_scale_with_more_than_half_of_the_weight_is_found():
    found = guard_rails(replace(SOUND, weights=np.array([0.2, 0.2, 0.6])))
    assert [(one.code, one.about) for one in found] == [("one_scale", "GUI")]
    assert found[0].figures == pytest.approx({"share": 0.6, "at_most": 0.5})


def test_a_minimum_on_shaky_or_missing_scores_is_found():
    shaky = replace(SOUND, minimums={2: 50.0, 1: 40.0, 0: 40.0},
                    reliability=np.array([0.85, np.nan, 0.5]))  # fmt: skip
    found = guard_rails(shaky)
    assert [(one.code, one.about) for one in found] == [
        ("unmeasured_minimum", 1),
        ("unreliable_minimum", 2),
    ]
    assert found[1].figures["wrong_side"] == pytest.approx(0.25)


def test_weight_on_an_uncalibrated_scale_is_found_once_and_only_where_it_counts():
    sources = (*SOURCES[:-1], Source("GUI", 2, calibrated=False))
    assert codes(replace(SOUND, sources=sources)) == [("uncalibrated_weight", "GUI")]
    assert codes(replace(SOUND, sources=sources, weights=np.array([0.5, 0.5, 0]))) == []


def test_a_style_weight_and_few_contacts_are_found():
    found = guard_rails(replace(SOUND, style_weight=0.05, n_contacts=125))
    assert [(one.code, one.about) for one in found] == [
        ("style_weight", None),
        ("few_contacts", None),
    ]
    assert found[1].figures == {"n": 125, "prior_pull": 0.8}


@pytest.mark.parametrize(("minimum", "reliability"), [(40, 0.3), (50, 0.7), (58, 0.9), (45, 0.0)])
def test_the_share_on_the_wrong_side_is_that_of_drawn_people(minimum, reliability):
    rng = np.random.default_rng(1)
    index = np.sqrt(reliability) * rng.standard_normal(400_000)
    truth = index + np.sqrt(1 - reliability) * rng.standard_normal(index.size)
    cut = (minimum - 50) / 10
    expected = ((index >= cut) != (truth >= cut)).mean()
    assert wrong_side(minimum, reliability) == pytest.approx(expected, abs=0.003)


def test_perfect_scores_put_nobody_on_the_wrong_side():
    assert wrong_side(47, 1.0) == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="reliability"):
        wrong_side(47, 1.1)


def test_a_profile_whose_parts_disagree_is_refused():
    for wrong in ({"reliability": np.ones(2)}, {"minimums": {3: 40.0}}):
        with pytest.raises(ValueError, match="one profile"):
            guard_rails(replace(SOUND, **wrong))
