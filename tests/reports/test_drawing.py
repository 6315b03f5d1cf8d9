"""Charts that draw themselves: the same ink as an SVG gives, and nothing unknown let through."""

import pytest

from assess.charts.svg import frame
from assess.reports.drawing import Drawing, NotDrawn


def drawn(*shapes: str) -> str:
    return Drawing(frame("test", 40, 20, "A picture", shapes)).operators.decode()


def test_shapes_become_operators():
    line = '<line x1="1" y1="2" x2="3" y2="4" stroke="#ff0000" stroke-width="2"/>'
    assert "1 0 0 RG 2 w [] 0 d 0 J 0 j 1 2 m 3 4 l S" in drawn(line)
    box = '<rect x="1" y="2" width="3" height="4" fill="#0000ff" stroke="none"/>'
    assert "0 0 1 rg 1 2 3 4 re f" in drawn(box)


def test_a_smooth_curve_begins_as_the_last_one_ended():
    path = '<path d="M0 0C1 1 2 3 4 4S7 8 9 9Z" fill="none" stroke="#000000"/>'
    assert "0 0 m 1 1 2 3 4 4 c 6 5 7 8 9 9 c h S" in drawn(path)


def test_it_has_the_size_of_the_picture():
    assert Drawing(frame("test", 40, 20, "A picture", ())).size == (40, 20)


def test_a_circle_passes_its_four_ends():
    circle = drawn('<circle cx="10" cy="10" r="4" fill="#000000"/>')
    for end in ("14 10 m", "10 14 c", "6 10 c", "10 6 c", "14 10 c"):
        assert end in circle


@pytest.mark.parametrize(
    "shape",
    ['<text x="0" y="0">a</text>', '<image href="file:///etc/passwd"/>',
     '<g transform="rotate(4)"><line/></g>', '<rect x="0" y="0" width="1" height="1" fill="red"/>',
     '<path d="m0 0l1 1" fill="#000000"/>'],
)  # fmt: skip
def test_what_our_charts_do_not_write_is_left_to_the_engine(shape):
    with pytest.raises(NotDrawn):
        drawn(shape)
