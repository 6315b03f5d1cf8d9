"""The shipped norm is made again from its seed, to the last digit."""

import numpy as np
import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.derived import read_norm
from assess.instruments.load import norm_file
from assess.instruments.norming import norm_yaml, simulate_norm

SJT = default_catalogue().instrument("service-judgement-a")


def test_the_shipped_norm_is_made_again_exactly():
    norm = SJT.norm
    made = simulate_norm(SJT, norm.seed, raters=norm.n, date=norm.date, engine=norm.engine)
    assert made == norm
    shipped = default_catalogue().folder / "service-judgement" / norm_file("a")
    assert norm_yaml(SJT, made) == shipped.read_text("utf-8")


def test_another_seed_gives_nearly_the_same_norm():
    other = simulate_norm(SJT, 99, raters=4000, date="2026-11-22", engine="x")
    for code, norm in SJT.norm.competencies.items():
        assert other.competencies[code].mean == pytest.approx(norm.mean, abs=0.02)
        assert other.competencies[code].sd == pytest.approx(norm.sd, abs=0.02)
    np.testing.assert_allclose(other.error_correlation, SJT.norm.error_correlation, atol=0.05)


def test_a_written_norm_reads_back_as_itself(tmp_path):
    made = simulate_norm(SJT, 5, raters=300, date="2026-11-22", engine="x")
    (tmp_path / "form.yaml").write_text(norm_yaml(SJT, made), "utf-8")
    faults: list[str] = []
    assert read_norm(tmp_path / "form.yaml", SJT, faults) == made
    assert not faults


def test_reliability_is_assumed_from_the_number_of_keyed_options():
    made = simulate_norm(SJT, 5, raters=300, date="2026-11-22", engine="x")
    for norm in made.competencies.values():
        assert norm.reliability == pytest.approx(norm.options / (norm.options + 20), abs=1e-6)
    assert made.total.reliability == 0.6


def test_a_rating_instrument_has_no_form_norm():
    with pytest.raises(Invalid, match="only a judgement instrument"):
        simulate_norm(default_catalogue().instrument("work-style"), 1, date="x", engine="x")
