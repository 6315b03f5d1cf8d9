"""Every picture: well-formed, exact, titled, the same each time, and never a NaN."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.charts import (
    MoveRow,
    RankRow,
    contact_mix,
    contributions,
    demand_weights,
    difference,
    mix_swatch,
    mix_to_load,
    pulled_weight,
    rank_intervals,
    seat_moves,
    seats_bar,
    style_strip,
    style_target,
    tokens,
    whisker,
    within_person,
)

NAN = float("nan")
SVG = "{http://www.w3.org/2000/svg}"

MOVES = [
    MoveRow(2, 5, "C-1", "beyond"),
    MoveRow(3, None, "<C-2>", "within"),
    MoveRow(6, 1, "C-3", "beyond"),
    MoveRow(None, 3, "C-4", "shifted"),
]

PICTURES = {
    "whisker": lambda title: whisker(50, 41, 58, title=title, reference=50),
    "no score": lambda title: whisker(NAN, NAN, NAN, title=title),
    "contributions": lambda title: contributions(
        [("Composure", 0.3), ("Ownership", -0.1)], 0.2, title=title, low=-0.2, high=0.6
    ),
    "mix": lambda title: contact_mix([("Billing", 3), ("Outage", 1)], title=title),
    "swatch": lambda title: mix_swatch(1, 3, title=title),
    "demand": lambda title: demand_weights([("Composure", 0.3, 0.15)], title=title),
    "load": lambda title: mix_to_load([("Outage", 1, 3), ("Billing", 3, 1)], title=title),
    "pull": lambda title: pulled_weight("Composure", 0.2, 0.17, 0.15, highest=0.2, title=title),
    "no mix": lambda title: pulled_weight("Composure", None, 0.15, 0.15, highest=0.2, title=title),
    "difference": lambda title: difference(10, 35, domain=(0, 50), title=title),
    "target": lambda title: style_target("S", 90, 20, title=title),
    "style": lambda title: style_strip(
        [("D", 40, 30, 50, 25, 65), ("S", 55, None, None, 50, 90), ("C", NAN, NAN, NAN, 35, 75)],
        title=title,
    ),
    "within a person": lambda title: within_person(
        [("D", 0.4), ("I", -0.25), ("S", None), ("C", NAN)], title=title
    ),
    "ranks": lambda title: rank_intervals(
        [RankRow(1, 1, 3, 1, at_cut=False), RankRow(2, 1, 4, 1, at_cut=True, name="A & B")],
        2,
        9,
        title=title,
    ),
    "moves": lambda title: seat_moves(MOVES, 3, title=title, heads=("Now", "After"), cut="3 seats"),
    "seats": lambda title: seats_bar(40, 3, 2, 1, title=title),
}


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - the picture was drawn a line above


def shapes(svg, kind):
    """The shapes of one class, wherever they stand."""
    return [e for e in parsed(svg).iter() if e.get("class") == f"chart-{kind}"]


def drawn(root):
    return [
        e
        for e in root.iter()
        if e.tag.removeprefix(SVG) in {"line", "rect", "circle", "path", "text"}
    ]


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_names_what_is_seen_to_those_who_cannot_see_it(picture):
    root = parsed(PICTURES[picture]("Most likely 50"))
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.find(f"{SVG}title").text == "Most likely 50"
    assert root[0].tag == f"{SVG}title"


@pytest.mark.parametrize("picture", PICTURES)
def test_a_title_cannot_break_out_of_the_picture(picture):
    nasty = """<script>alert("1")</script> & 'co'"""
    root = parsed(PICTURES[picture](nasty))
    assert root.find(f"{SVG}title").text == root.get("aria-label") == nasty
    assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_without_a_title_is_refused(picture):
    with pytest.raises(ValueError, match="title"):
        PICTURES[picture](" ")


@pytest.mark.parametrize("picture", PICTURES)
def test_every_shape_carries_its_colour_and_a_class(picture):
    """Presentation attributes for PDFs, classes for dark pages; no style sheet, no ids."""
    svg = PICTURES[picture]("A title")
    found = drawn(parsed(svg))
    assert found
    for shape in found:
        assert shape.get("class", "").startswith("chart-")
        assert {shape.get("fill"), shape.get("stroke")} - {None, "none"}
        assert shape.get("style") is None
    assert " id=" not in svg
    colours = set(re.findall(r"#[0-9a-f]{6}", svg))
    known = {v for v in vars(tokens).values() if isinstance(v, str)} | set(tokens.MIX)
    assert colours <= known


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_the_same_each_time_and_short_of_decimals(picture):
    svg = PICTURES[picture]("A title")
    assert svg == PICTURES[picture]("A title")
    assert "nan" not in svg.lower()
    assert not re.search(r"\d\.\d{3}", svg)


@pytest.mark.parametrize("picture", PICTURES)
def test_nothing_is_drawn_outside_the_frame(picture):
    root = parsed(PICTURES[picture]("A title"))
    width, height = float(root.get("width")), float(root.get("height"))
    for shape in drawn(root):
        for name, value in shape.items():
            if name in {"x", "x1", "x2", "cx"}:
                assert 0 <= float(value) <= width
            if name in {"y", "y1", "y2", "cy"}:
                assert 0 <= float(value) <= height


def test_the_dot_stands_at_its_value():
    """A 220 wide picture has margins of 8: 20 is at 8, 80 at 212, 50 halfway."""
    for value, x in ((20, "8"), (50, "110"), (65, "161"), (80, "212")):
        (point,) = shapes(whisker(value, value - 0, value, title="t"), "dot")
        assert (point.get("cx"), point.get("cy")) == (x, "11")


def test_the_whisker_reaches_from_end_to_end():
    body, *caps = shapes(whisker(50, 35, 65, title="t"), "whisker")
    assert (body.get("x1"), body.get("x2")) == ("59", "161")
    assert [cap.get("x1") for cap in caps] == ["59", "161"]


def test_what_lies_beyond_the_scale_ends_in_an_arrow():
    svg = whisker(24, 14, 33, title="t")
    body, *caps = shapes(svg, "whisker")
    assert body.get("x1") == "8"
    assert len(caps) == 1
    (mark,) = shapes(svg, "arrow")
    assert mark.get("d").startswith("M7 11L13 ")
    assert len(shapes(svg, "dot")) == 1


def test_a_score_beyond_the_scale_is_an_arrow_not_a_dot_at_the_wrong_place():
    svg = whisker(85, 77, 93, title="t")
    assert not shapes(svg, "dot")
    (mark,) = shapes(svg, "beyond")
    assert mark.get("d").startswith("M213 11L")


def test_a_missing_score_has_no_dot_and_no_whisker():
    for value in (None, NAN):
        svg = whisker(value, None, None, title="not measured")
        assert not shapes(svg, "dot")
        assert not shapes(svg, "whisker")
        assert shapes(svg, "axis")[0].get("stroke-dasharray")


def test_the_reference_stands_on_the_scale_or_not_at_all():
    (mark,) = shapes(whisker(50, 41, 58, title="t", reference=50), "reference")
    assert mark.get("x1") == mark.get("x2") == "110"
    assert not shapes(whisker(50, 41, 58, title="t", reference=95), "reference")


@pytest.mark.parametrize(("low", "high"), [(51, 60), (40, 49), (60, 40), (None, 60), (40, NAN)])
def test_a_score_is_never_shown_without_an_interval_that_holds_it(low, high):
    with pytest.raises(ValueError, match="interval"):
        whisker(50, low, high, title="t")


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_any_score_gives_a_picture_within_its_frame(value, below, above):
    root = parsed(whisker(value, value - below, value + above, title="t"))
    for shape in drawn(root):
        for name in ("x1", "x2", "cx"):
            assert 0 <= float(shape.get(name, 0)) <= 220


def test_contributions_add_up_to_the_dot():
    parts = [("a", 0.4), ("b", -0.3), ("c", 0.1)]
    svg = contributions(parts, 0.2, title="t", domain=(-0.5, 0.5), width=116)
    gains, (loss,) = shapes(svg, "gain"), shapes(svg, "loss")
    edges = [(float(g.get("x")), float(g.get("x")) + float(g.get("width"))) for g in gains]
    assert edges == [(58, 98), (68, 78)]
    assert (loss.get("x"), loss.get("width")) == ("68", "30")
    assert shapes(svg, "dot")[0].get("cx") == "78"
    assert shapes(svg, "reference")[0].get("x1") == "58"


def test_gain_and_loss_differ_without_colour():
    svg = contributions([("a", 0.4), ("b", -0.3)], 0.1, title="t")
    assert shapes(svg, "gain")[0].get("fill") == tokens.WHISKER
    assert shapes(svg, "loss")[0].get("fill") == tokens.PAPER


def test_contributions_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="add up"):
        contributions([("a", 0.4)], 0.5, title="t")
    with pytest.raises(ValueError, match="every part a number"):
        contributions([("a", NAN)], NAN, title="t")


def test_contributions_of_nothing_still_have_a_scale():
    (point,) = shapes(contributions([("a", 0.0)], 0.0, title="t"), "dot")
    assert point.get("cx") == "180"


def test_the_mix_is_one_bar_the_largest_share_first():
    svg = contact_mix([("s", 10), ("l", 60), ("none", 0), ("m", 30)], title="t", width=105)
    segments = list(parsed(svg).iter(f"{SVG}rect"))
    assert [float(s.get("width")) for s in segments] == [60, 30, 10]
    assert [float(s.get("x")) for s in segments] == [0.5, 62.5, 94.5]
    assert [s.get("class") for s in segments] == ["chart-mix-1", "chart-mix-2", "chart-mix-3"]
    assert [t.text for t in parsed(svg).iter(f"{SVG}title")] == ["t", "l: 60%", "m: 30%", "s: 10%"]


@pytest.mark.parametrize("n", [1, 3, 6, 12])
def test_a_swatch_shows_the_tone_of_its_segment(n):
    bar = contact_mix([(str(i), n - i) for i in range(n)], title="t")
    tones = [s.get("fill") for s in parsed(bar).iter(f"{SVG}rect")]
    keys = [
        next(parsed(mix_swatch(i, n, title="t")).iter(f"{SVG}rect")).get("fill") for i in range(n)
    ]
    assert tones == keys
    assert tones == sorted(tones)


@pytest.mark.parametrize("shares", [[], [("a", 0)], [("a", NAN)], [("a", -1), ("b", 2)]])
def test_a_mix_without_shares_is_refused(shares):
    with pytest.raises(ValueError, match="shares"):
        contact_mix(shares, title="t")
    with pytest.raises(ValueError, match="segments"):
        mix_swatch(3, 3, title="t")


def test_a_lollipop_ends_at_its_weight_and_its_tick_at_the_prior():
    svg = demand_weights([("a", 0.2, 0.1), ("b", 0.05, 0.15)], title="t", width=216)
    assert [p.get("cx") for p in shapes(svg, "dot")] == ["208", "58"]
    assert [p.get("x1") for p in shapes(svg, "prior")] == ["108", "158"]
    assert [p.get("cy") for p in shapes(svg, "dot")] == ["12", "36"]
    alone = demand_weights([("b", 0.05, 0.15)], title="t", width=216, highest=0.2)
    assert shapes(alone, "dot")[0].get("cx") == "58"


@pytest.mark.parametrize("rows", [[], [("a", 1.2, 0.1)], [("a", NAN, 0.1)], [("a", 0.1, -0.1)]])
def test_weights_that_cannot_be_are_refused(rows):
    with pytest.raises(ValueError, match="demand weights"):
        demand_weights(rows, title="t")


def test_a_style_has_a_letter_a_tolerance_and_a_whisker_where_known():
    svg = PICTURES["style"]("t")
    assert len(shapes(svg, "letter")) == 3
    assert [p.get("cy") for p in shapes(svg, "dot")] == ["12", "36"]
    assert len([w for w in shapes(svg, "whisker") if w.get("y1") == w.get("y2")]) == 1
    areas = shapes(svg, "band")
    axis = 260 - 8 - 26
    assert float(areas[0].get("x")) == pytest.approx(26 + 0.25 * axis, abs=0.01)
    assert float(areas[0].get("width")) == pytest.approx(0.40 * axis, abs=0.01)
    assert not list(parsed(svg).iter(f"{SVG}text"))


def test_a_picture_within_a_person_is_no_score_it_has_neither_dot_nor_interval():
    svg = within_person([("D", 0.5), ("I", -0.5), ("S", 0.0), ("C", None)], title="t", width=234)
    assert shapes(svg, "dot") == []
    assert len(shapes(svg, "diamond")) == 3
    assert len(shapes(svg, "letter")) == len(shapes(svg, "reference")) == 4
    stems = [float(e.get("x2")) - float(e.get("x1")) for e in shapes(svg, "whisker")]
    assert stems[0] == -stems[1] == 50
    assert stems[2] == 0
    with pytest.raises(ValueError, match="one of D, I, S, C"):
        within_person([("X", 0.1)], title="t")
    with pytest.raises(ValueError, match="at least one style"):
        within_person([], title="t")


def test_a_style_strip_knows_four_letters_only():
    with pytest.raises(ValueError, match="one of D, I, S, C"):
        style_strip([("X", 40, 30, 50, 25, 65)], title="t")
    with pytest.raises(ValueError, match="tolerance"):
        style_strip([("D", 40, 30, 50, 65, 25)], title="t")


def ranks(people, seats, n, **settings):
    return rank_intervals([RankRow(*p) for p in people], seats, n, title="t", **settings)


def test_the_seats_line_stands_between_the_last_seat_and_the_next_rank():
    """238 wide: 200 for the ranks .5 to 10.5, from 26 on."""
    svg = ranks([(3, 1, 5, 1, True), (4, 2, 9, 1, True)], 3, 10, width=238)
    (seats,) = shapes(svg, "seats")
    assert seats.get("x1") == seats.get("x2") == "86"
    assert shapes(svg, "seats-number")[0].text == "3"
    assert [p.get("cx") for p in shapes(svg, "dot")] == ["76", "96"]


def test_each_band_has_one_bracket_though_ranks_interleave():
    people = [(1, 1, 2, 1, False), (2, 1, 3, 2, False), (3, 1, 3, 1, False), (4, 3, 4, 0, False)]
    svg = ranks(people, 1, 4)
    assert [b.get("d") for b in shapes(svg, "bracket")] == ["M7 22H3V50H7", "M7 54H3V66H7"]
    ranked = [round((float(p.get("cx")) - 26) / (602 / 4) + 0.5) for p in shapes(svg, "dot")]
    assert ranked == [1, 3, 2, 4]


def test_who_is_at_the_cut_has_a_hatched_edge():
    people = [(r, max(1, r - 2), r + 2, 1, r in (3, 4, 6)) for r in range(1, 7)]
    edges = shapes(ranks(people, 4, 9), "cut")
    assert len(edges) == 2
    heights = [float(y) for y in re.findall(r"[ML]\S+ (\S+?)(?=[LM]|$)", edges[0].get("d"))]
    assert min(heights) >= 20 + 2 * 16
    assert max(heights) <= 20 + 4 * 16
    assert not shapes(ranks([(1, 1, 1, 1, False)], 4, 9), "cut")


def test_a_shorter_scale_marks_what_goes_on_beyond_it():
    svg = ranks([(5, 2, 40, 1, True), (30, 9, 60, 2, False)], 4, 100, last=20)
    assert len(shapes(svg, "arrow")) == 2
    assert len(shapes(svg, "beyond")) == 1
    assert [t.text for t in shapes(svg, "text")] == ["1", "20"]


def test_with_a_seat_for_everyone_there_is_no_line():
    assert not shapes(ranks([(1, 1, 2, 1, False)], 9, 2), "seats")


def test_many_people_still_make_one_picture():
    svg = ranks([(r, r, min(r + 9, 500), 1 + r // 50, False) for r in range(1, 501)], 40, 500)
    assert float(parsed(svg).get("height")) < 2100
    assert len(shapes(svg, "dot")) == 500
    assert len(shapes(svg, "bracket")) == 11


def test_ranks_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="needs people"):
        ranks([], 1, 3)
    with pytest.raises(ValueError, match="at least 1 seat"):
        ranks([(1, 1, 2, 1, False)], 0, 3)
    with pytest.raises(ValueError, match="outside its interval"):
        ranks([(5, 1, 2, 1, False)], 1, 3)


def test_the_work_keeps_the_order_of_the_contacts_and_lines_lead_from_one_to_the_other():
    svg = mix_to_load([("s", 1, 3), ("none", 0, 0), ("l", 3, 1)], title="t", width=103)
    above, below = (list(parsed(svg).iter(f"{SVG}rect"))[place::2] for place in (0, 1))
    assert [(s.get("x"), s.get("width")) for s in above] == [("0.5", "75"), ("77.5", "25")]
    assert [(s.get("x"), s.get("width")) for s in below] == [("0.5", "25"), ("27.5", "75")]
    assert [s.get("fill") for s in above] == [s.get("fill") for s in below]
    flows = shapes(svg, "flow")
    assert [(f.get("x1"), f.get("x2")) for f in flows][:2] == [("0.5", "0.5"), ("75.5", "25.5")]
    for faulty in ([], [("a", 1, 0)], [("a", -1, 1)], [("a", NAN, 1)]):
        with pytest.raises(ValueError, match=r"bar|shares"):
            mix_to_load(faulty, title="t")


def test_a_weight_stands_between_the_mix_alone_and_the_prior_that_pulls_it():
    svg = pulled_weight("a", 0.2, 0.15, 0.1, highest=0.2, title="t", width=216)
    (own,), (weight,), (prior,) = (shapes(svg, kind) for kind in ("ring", "dot", "prior"))
    assert (own.get("cx"), weight.get("cx"), prior.get("x1")) == ("208", "158", "108")
    (pull,) = shapes(svg, "pull")
    assert (pull.get("x1"), pull.get("x2")) == ("208", "108")
    assert not shapes(PICTURES["no mix"]("t"), "ring")
    with pytest.raises(ValueError, match=r"0\.\.1"):
        pulled_weight("a", 1.2, 0.1, 0.1, highest=0.2, title="t")


def test_a_difference_runs_from_the_ring_to_the_dot():
    svg = difference(10, 35, domain=(0, 50), title="t", width=216)
    (was,), (now,), (line,) = (shapes(svg, kind) for kind in ("ring", "dot", "change"))
    assert (was.get("cx"), now.get("cx")) == (line.get("x1"), line.get("x2")) == ("48", "148")
    for outside in (-1, 51, NAN):
        with pytest.raises(ValueError, match="change"):
            difference(10, outside, domain=(0, 50), title="t")


def test_a_style_target_is_no_score_and_its_tolerance_ends_with_the_scale():
    svg = style_target("C", 90, 20, title="t", width=134)
    (area,), (mark,) = shapes(svg, "band"), shapes(svg, "target")
    assert (area.get("x"), area.get("width"), mark.get("x1")) == ("96", "30", "116")
    assert not shapes(svg, "dot")
    for letter, target in (("X", 50), ("D", 101)):
        with pytest.raises(ValueError, match="letter"):
            style_target(letter, target, 20, title="t")


def test_moves_stand_on_both_sides_in_order_of_rank_and_cross_the_cut():
    svg = PICTURES["moves"]("Two of three seats change")
    labels = [e.text for e in sorted(shapes(svg, "text"), key=lambda e: float(e.get("y")))]
    left = [words.split(" · ") for words in labels if words.startswith(("C", "<"))]
    assert left == [["C-1", "2"], ["<C-2>", "3"], ["C-3", "6"], ["C-4", "–"]]
    right = [words.split(" · ") for words in labels if not words.startswith(("C", "<"))]
    assert right == [["1", "C-3"], ["3", "C-4"], ["5", "C-1"], ["–", "<C-2>"]]
    [cut] = shapes(svg, "seats")
    for kind in ("within", "shifted", "beyond"):
        for move in shapes(svg, kind):
            sides = [float(move.get(f"y{i}")) < float(cut.get(f"y{i}")) for i in (1, 2)]
            assert sides[0] != sides[1]
    assert len(shapes(svg, "dot")) == 4
    with pytest.raises(ValueError, match="crosses the cut"):
        seat_moves([MoveRow(1, 2, "C", "within")], 3, title="x", heads=("a", "b"), cut="3")
    with pytest.raises(ValueError, match="who move"):
        seat_moves([], 3, title="x", heads=("a", "b"), cut="3")


def test_the_bar_of_seats_gives_each_kind_its_share_and_fills_the_width():
    bar = seats_bar(40, 3, 2, 1, title="x", width=412)
    wide = [float(shapes(bar, k)[0].get("width")) for k in ("kept", "within", "shifted", "beyond")]
    assert wide == pytest.approx([3 + 10 * 37 - 1, 12, 12, 12])
    assert not shapes(seats_bar(40, 0, 0, 0, title="x"), "beyond")
    for wrong in ((2, 3, 0, 0), (3, 2, 3, 0), (3, 2, 1, 2), (0, 0, 0, 0)):
        with pytest.raises(ValueError, match="seats"):
            seats_bar(*wrong, title="x")
