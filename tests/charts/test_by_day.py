"""Lines by day: they end at their numbers, and their names lie apart."""

import re

import pytest

from assess.charts import by_day

STEPS = (("invited", [2, 8, 8]), ("started", [0, 4, 5]), ("finished", [0, 4, 5]))


def test_each_step_has_a_heavier_line_with_its_number():
    svg = by_day(STEPS, ("1 May", "3 May"), title="Five of eight finished")
    assert re.findall(r'class="chart-step-(\d)"', svg) == ["1", "2", "3"]
    widths = [float(w) for w in re.findall(r'chart-step-\d".*?stroke-width="([\d.]+)"', svg)]
    assert widths == sorted(widths)
    for words in ("invited 8", "started 5", "finished 5", "1 May", "3 May", "<title>Five of"):
        assert words in svg
    # Two lines that end together have names one above the other.
    heights = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*text-anchor="start">\w+ \d', svg)]
    assert heights[1] <= heights[2] - 14
    assert heights[0] <= heights[1] - 14
    tops = re.findall(r'd="M[^"]*L[\d.]+ ([\d.]+)"', svg)
    assert float(tops[0]) == 10.0
    assert tops[1] == tops[2]


def test_one_day_and_nobody_are_drawn_and_nonsense_is_refused():
    assert "3 May" not in by_day([("invited", [0])], ("1 May", "3 May"), title="Nobody")
    for series in ([], [("a", [])], [("a", [1]), ("b", [1, 2])], [("a", [1])] * 4):
        with pytest.raises(ValueError, match="one to three steps"):
            by_day(series, ("a", "b"), title="t")
