"""Style in the fit: closeness by its integral, its standard, and nothing at weight 0."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from assess.selection.composite import fit
from assess.selection.preview import consequence, standing
from assess.selection.style_match import (
    StyleDemand,
    StyleScores,
    match_covariance,
    style_match,
    weight_in_use,
    with_style,
)
from tests.selection.matrices import NAN, WEIGHTS, drawn, even

ALL = np.ones(4, dtype=np.bool_)
TARGET = np.array([45.0, 55.0, 70.0, 62.0])
POINTS = st.floats(0, 100)
SCORES = st.floats(-3, 3)


def scores(mean, error=0.5, counted=ALL):
    mean = np.atleast_2d(np.asarray(mean, dtype=np.float64))
    return StyleScores(mean, np.where(np.isnan(mean), NAN, error), np.asarray(counted))


def closeness(x, target):
    """The definition, with the strip's own figures: T 20 is 0, T 80 is 100, tolerance 20."""
    position = 100 * ((50 + 10 * x) - 20) / 60
    return np.exp(-0.5 * ((position - target) / 20) ** 2)


def test_closeness_in_words_one_at_the_target_and_six_tenths_where_the_tolerance_ends():
    assert closeness(0.0, 50) == 1
    assert closeness(1.2, 50) == pytest.approx(0.607, abs=5e-4)
    assert closeness(2.4, 50) == pytest.approx(0.135, abs=5e-4)


def test_mean_error_and_covariance_are_the_integrals():
    """By quadrature, scale by scale, of the definition; and of the standard in the reference."""
    m, s = np.array([0.4, -1.1, 0.2, 1.9]), np.array([0.3, 0.6, 0.45, 0.8])
    other = np.array([60.0, 40.0, 70.0, 20.0])

    def integral(of, mean=0.0, error=1.0):
        return quad(
            lambda x: of(x) * norm.pdf(x, mean, error), mean - 9 * error, mean + 9 * error,
            epsabs=1e-12,
        )[0]  # fmt: skip

    def moments(means, errors, first, second):
        """Expected sum for the first target, and the covariance of the two sums."""
        total, both = 0.0, 0.0
        for mean, error, one, two in zip(means, errors, first, second, strict=True):
            a = integral(lambda x, t=one: closeness(x, t), mean, error)
            b = integral(lambda x, t=two: closeness(x, t), mean, error)
            ab = integral(lambda x, t=one, u=two: closeness(x, t) * closeness(x, u), mean, error)
            total, both = total + a, both + ab - a * b
        return total, both

    nobody, one = np.zeros(4), np.ones(4)
    centre, variance = moments(nobody, one, TARGET, TARGET)
    _centre, other_variance = moments(nobody, one, other, other)
    near, spread = moments(m, s, TARGET, TARGET)
    _near, shared = moments(m, s, TARGET, other)
    person = StyleScores(m[None, :], s[None, :], ALL)
    found = style_match(person, TARGET)
    assert found.mean[0] == pytest.approx((near - centre) / np.sqrt(variance), abs=1e-9)
    assert found.error[0] == pytest.approx(np.sqrt(spread / variance), abs=1e-9)
    assert match_covariance(person, TARGET, other)[0] == pytest.approx(
        shared / np.sqrt(variance * other_variance), abs=1e-9
    )
    assert match_covariance(person, TARGET, TARGET)[0] == pytest.approx(found.error[0] ** 2)


@pytest.mark.parametrize("counted", [ALL, np.array([True, True, False, True])])
def test_in_the_reference_the_score_has_mean_0_and_sd_1(counted):
    """200,000 true scores from N(0, I), known without error: the standard by simulation."""
    x = np.random.default_rng(5).standard_normal((200_000, 4))
    found = style_match(scores(x, error=0.0, counted=counted), TARGET)
    assert found.mean.mean() == pytest.approx(0, abs=0.01)
    assert found.mean.std() == pytest.approx(1, abs=0.01)
    assert found.error.max() == pytest.approx(0, abs=1e-6)


def test_posterior_means_and_errors_share_the_variance_of_1_between_them():
    """EAP scores of the reference: the variance of means and the mean error variance sum to 1."""
    s = np.array([0.3, 0.5, 0.6, 0.8])
    m = np.random.default_rng(6).standard_normal((200_000, 4)) * np.sqrt(1 - s**2)
    found = style_match(StyleScores(m, np.broadcast_to(s, m.shape).copy(), ALL), TARGET)
    assert found.mean.mean() == pytest.approx(0, abs=0.01)
    assert found.mean.var() + np.square(found.error).mean() == pytest.approx(1, abs=0.01)


@given(
    x=st.lists(SCORES, min_size=4, max_size=4),
    target=st.lists(POINTS, min_size=4, max_size=4),
    order=st.permutations(range(4)),
)
def test_the_order_and_the_direction_of_scales_do_not_matter(x, target, order):
    order, x, target = list(order), np.array(x), np.array(target)
    there = style_match(scores(x), target)
    turned = style_match(scores(x[order]), target[order])
    mirrored = style_match(scores(-x), 100 - target)
    for other in (turned, mirrored):
        assert other.mean == pytest.approx(there.mean, abs=1e-9)
        assert other.error == pytest.approx(there.error, abs=1e-9)


@given(x=SCORES, target=POINTS, nearer=st.floats(0, 1), error=st.floats(0, 0.9))
def test_nearer_to_the_target_is_never_less(x, target, nearer, error):
    """On one scale, the others the same: whichever side of the target one comes from."""
    at = (target - 50) * 0.06
    closer = x + nearer * (at - x)
    rest = [0.3, -0.2, 0.8]
    goal = np.array([target, 40.0, 55.0, 60.0])
    far, near = style_match(scores([[x, *rest], [closer, *rest]], error=error), goal).mean
    assert near >= far - 1e-9


def test_what_is_missing_is_the_reference_itself():
    nothing, some = [NAN] * 4, [0.1, NAN, NAN, 0.4]
    found = style_match(scores([nothing, some, [0.1, 0.0, 0.0, 0.4]]), TARGET)
    assert found.mean[0] == pytest.approx(0, abs=1e-12)
    assert found.error[0] == pytest.approx(1, abs=1e-12)
    assert found.error[1] > found.error[2]
    assert found.measured.tolist() == [0, 2, 4]


def test_only_scales_that_count_are_looked_at():
    counted = np.array([True, False, False, True])
    one, other = scores([[0.1, 2.0, -1.0, 0.4]], counted=counted), [[0.1, NAN, 2.9, 0.4]]
    a = style_match(one, TARGET)
    b = style_match(scores(other, counted=counted), np.array([45.0, 9.0, 9.0, 62.0]))
    assert a.mean.tolist() == b.mean.tolist()
    assert a.error.tolist() == b.error.tolist()
    demand = StyleDemand(0.05, TARGET)
    assert weight_in_use(demand, one) == 0.05
    none = scores([[0.0] * 4], counted=np.zeros(4, dtype=np.bool_))
    assert weight_in_use(demand, none) == weight_in_use(demand, None) == 0
    assert weight_in_use(None, one) == 0


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda: StyleDemand(0.11, TARGET), "weight lies in"),
        (lambda: StyleDemand(0.1, TARGET + 50), "targets lie in"),
        (lambda: StyleScores(np.zeros((2, 4)), np.zeros((3, 4)), ALL), "shapes"),
        (lambda: style_match(scores([[0.0] * 4]), TARGET[:3]), "4 style scales, 3 targets"),
        (lambda: style_match(scores([[0.0] * 4], counted=~ALL), TARGET), "no style scale counts"),
        (lambda: style_match(scores([[0.0] * 4], error=NAN), TARGET), "needs its error"),
    ],
)
def test_what_makes_no_sense_is_refused(act, told):
    with pytest.raises(ValueError, match=told):
        act()


def pool_with_style(n=60, **how):
    pool = drawn(n, **how)
    rng = np.random.default_rng(9)
    mean = rng.normal(0, 0.8, (n, 4))
    mean[rng.random((n, 4)) < 0.1] = NAN
    return replace(pool, style=scores(mean, counted=np.array([True, True, False, True])))


def test_weight_0_changes_no_bit():
    pool = pool_with_style()
    bare = standing(replace(pool, style=None), WEIGHTS)
    for style in (None, StyleDemand(0.0, TARGET)):
        found = standing(pool, WEIGHTS, style=style)
        for field in fields(bare):
            a, b = getattr(bare, field.name), getattr(found, field.name)
            assert np.array_equal(a, b, equal_nan=True) if isinstance(a, np.ndarray) else a == b
    plain = fit(pool.mean, pool.error, pool.shared, WEIGHTS, even(0.2), even(0.3))
    assert with_style(plain, style_match(pool.style, TARGET), 0.0) is plain


@given(weight=st.floats(0.001, 0.1))
def test_contributions_sum_to_the_fit_and_the_error_is_carried(weight):
    pool = pool_with_style()
    plain = fit(pool.mean, pool.error, pool.shared, WEIGHTS, even(0.2), even(0.3))
    match = style_match(pool.style, TARGET)
    found = with_style(plain, match, weight)
    ranked = np.isfinite(found.fit)
    added = found.contributions.sum(axis=1) + found.style
    assert added[ranked] == pytest.approx(found.fit[ranked], abs=1e-12)
    assert (np.isfinite(found.fit) == np.isfinite(plain.fit)).all()
    assert found.fit[ranked] == pytest.approx(
        ((1 - weight) * plain.fit + weight * match.mean)[ranked], abs=1e-12
    )
    variance = (1 - weight) ** 2 * plain.error**2 + weight**2 * match.error**2
    assert found.error[ranked] == pytest.approx(np.sqrt(variance)[ranked])
    assert found.sd_ref**2 == pytest.approx((1 - weight) ** 2 * plain.sd_ref**2 + weight**2)


def test_the_shown_fit_has_its_standard_in_the_reference():
    """Competencies with the reference's correlations, style N(0, I): 50 and 10, simulated."""
    n = 100_000
    rng = np.random.default_rng(8)
    mean = rng.multivariate_normal(np.zeros(7), even(0.3), n)
    exact = np.zeros((n, 7))
    plain = fit(mean, exact, exact, WEIGHTS, even(0.2), even(0.3))
    style = style_match(scores(rng.standard_normal((n, 4)), error=0.0), TARGET)
    shown = with_style(plain, style, 0.1).scaled
    assert shown.mean() == pytest.approx(50, abs=0.1)
    assert shown.std() == pytest.approx(10, abs=0.1)


def test_a_move_by_style_is_weighed_with_the_error_of_style():
    """Two people alike but for style: the nearer one takes the seat; shifted by hand."""
    mean, error = np.zeros((2, 7)), np.full((2, 7), 0.7)
    mean[1] = 0.02
    pool = replace(
        drawn(2, missing=0.0), mean=mean, error=error, shared=np.zeros((2, 7)),
        parts=drawn(2, missing=0.0).parts, error_correlation=np.eye(7),
        style=scores([[-0.3, 0.3, 1.2, 0.72], [1.0, -0.8, 0.2, -0.2]], error=0.3),
    )  # fmt: skip
    old, new = standing(pool, WEIGHTS), standing(pool, WEIGHTS, style=StyleDemand(0.1, TARGET))
    found = consequence(pool, old, new, 1)
    assert (found.moved_in.tolist(), found.moved_out.tolist()) == ([0], [1])
    match = style_match(pool.style, TARGET)
    v0, v1 = 10 * WEIGHTS / old.sd_ref, 9 * WEIGHTS / new.sd_ref
    u = 1 / new.sd_ref
    lead = (v1 - v0) @ (mean[0] - mean[1]) + u * (match.mean[0] - match.mean[1])
    variance = 2 * 0.49 * np.square(v1 - v0).sum() + u**2 * np.square(match.error).sum()
    assert found.shifted.tolist() == [lead >= 1.6448536 * np.sqrt(variance)] == [True]
    apart = v1 @ (mean[0] - mean[1]) + u * (match.mean[0] - match.mean[1])
    variance = 2 * 0.49 * np.square(v1).sum() + u**2 * np.square(match.error).sum()
    assert found.beyond_error.tolist() == [apart >= 1.6448536 * np.sqrt(variance)] == [False]
    # The same target and weight before and after: what both share cancels to nothing.
    assert consequence(pool, new, new, 1).totals.changed == 0
