"""Pictures in the rows of a long table: small, true to their figures, on shared grounds."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.charts import table_grounds, table_score, table_style

figures = st.tuples(st.floats(0, 100), st.floats(0, 30), st.floats(0, 30)).map(
    lambda one: (one[0], one[0] - one[1], one[0] + one[2])
)


@given(figures)
def test_a_score_is_small_and_its_dot_inside_its_whisker(figure):
    drawn = table_score(*figure)
    assert len(drawn) < 300
    assert 'href="#mini-score"' in drawn
    low, high = map(float, re.search(r'mini-whisker" d="M([\d.]+) \d+H([\d.]+)', drawn).groups())
    dot = re.search(r'mini-dot" d="M([\d.]+) \d+h0"', drawn)
    assert 0 <= low <= high <= 96
    assert (dot is None) == (not 20 <= figure[0] <= 80)
    assert dot is None or low <= float(dot.group(1)) <= high


def test_no_score_is_no_mark_and_a_score_needs_its_interval():
    assert 'd=""' in table_score(None, None, None)
    assert table_score(float("nan"), None, None) == table_score(None, None, None)
    for wrong in ((50, None, None), (50, 55, 60), (50, 40, None)):
        with pytest.raises(ValueError, match="outside"):
            table_score(*wrong)


def test_styles_stand_on_one_ground_and_have_words():
    grounds = table_grounds([(one, 30, 70) for one in "DISC"], reference=50)
    assert len(ET.fromstring(grounds)) == 2  # noqa: S314 - our own
    assert "style=" not in grounds
    strip = table_style([(50, 40, 60), (None, None, None), (10, -5, 30), (90, 70, 120)], "D 50 …")
    assert 'role="img" aria-label="D 50 …"' in strip
    assert len(strip) < 600
    with pytest.raises(KeyError):
        table_grounds([("X", 30, 70)], reference=50)
