"""Most/least instruments: loaded whole or every fault named, and scored within the person."""

from collections import Counter

import numpy as np
import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.checks import check_folder
from assess.instruments.evidence import competency_table
from assess.instruments.load import load_instrument
from assess.instruments.model import Instrument
from assess.instruments.most_least import clashes
from assess.instruments.scoring import blank_range, score_answers, score_table
from assess.instruments.simulation import simulate_answers

FILE = "disc-tetrads/instrument.yaml"


@pytest.fixture(scope="module")
def tetrads() -> Instrument:
    return default_catalogue().instrument("disc-tetrads")


@pytest.fixture
def blank(tetrads):
    return np.full((1, len(tetrads.items)), np.nan)


def place(tetrads, block, style):
    """Give the place, from 1, of a style's statement in a block, and its sign."""
    styles = [item.style for item in block.items]
    at = styles.index(style)
    return at + 1, block.items[at].sign


def consistent(tetrads, style, other):
    """Answer so that ``style`` is always most, and ``other`` always least, in their direction."""
    row = []
    for block in tetrads.blocks:
        (up, sign), (down, against) = (place(tetrads, block, one) for one in (style, other))
        third = next(n for n in range(1, 5) if n not in (up, down))
        most = up if sign > 0 else down if against < 0 else third
        least = up if sign < 0 else down if against > 0 else third
        row += [most, least]
    return np.array([row], dtype=np.float64)


def test_what_is_answered_are_two_marks_a_block(tetrads):
    assert tetrads.item_ids[:3] == ("dt-01.most", "dt-01.least", "dt-02.most")
    assert len(tetrads.items) == 48
    assert (tetrads.low, tetrads.high) == (1, 4)
    assert tetrads.item("dt-24.least").text == "Least like me"
    assert tetrads.block_item_ids(tetrads.practice) == ("practice.most", "practice.least")


def test_each_style_has_24_statements_8_of_them_negative_and_each_place_six_times(tetrads):
    for scale in tetrads.scales:
        assert (len(scale.items), scale.signs.count(-1)) == (24, 8), scale.name
        places = Counter(place(tetrads, block, scale.name)[0] for block in tetrads.blocks)
        assert places == {1: 6, 2: 6, 3: 6, 4: 6}, scale.name


def test_no_order_of_the_letters_comes_twice(tetrads):
    orders = {"".join(item.style for item in block.items) for block in tetrads.blocks}
    assert len(orders) == 24


def test_negative_statements_stand_at_every_place_alike_and_two_at_most_a_block(tetrads):
    at = Counter(
        n for block in tetrads.blocks for n, item in enumerate(block.items) if item.sign < 0
    )
    assert at == {0: 8, 1: 8, 2: 8, 3: 8}
    sizes = Counter(sum(item.sign < 0 for item in block.items) for block in tetrads.blocks)
    assert sizes == {1: 16, 2: 8}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("kind: most_least", "kind: most", "kind: must be one of rating, judgement, most_least"),
        ("{id: a, style: ", "{id: a, style: X", "blocks[0].statements[0].style: must be one of"),
        ("key: 1,", "key: 0,", ".key: must be 1 or -1, not 0"),
        ("key: 1,", "key: true,", ".key: must be 1 or -1, not True"),
        ("  - Least like me\n", "", "labels: must be two"),
        ("  - {name: D,", "  - {name: Q,", "scales: must be D, I, S, C in this order"),
        ("  - id: dt-02", "  - id: dt-01", "the block id 'dt-01' is used twice"),
        ("{id: b, style", "{id: a, style", "the item id 'dt-01.a' is used twice"),
        ("high_end: takes the lead and decides", "high: x", "scales[0].high_end: is missing"),
        ("\nlabels:", "\nlow: 1\nlabels:", "low: is not a known key"),
        ('    - {id: d, text: "I know', "    #", "practice.statements: must hold 4 statements"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_place(changed, old, new, what):
    folder = changed(FILE, old, new)
    with pytest.raises(Invalid) as refused:
        load_instrument(folder)
    assert any(what in fault for fault in refused.value.faults), refused.value.faults


def rewritten(content_copy, change):
    path = content_copy / FILE
    text = path.read_text("utf-8")
    assert change(text) != text
    path.write_text(change(text), "utf-8")
    return path.parent


def test_two_statements_of_one_style_in_a_block_are_a_fault(content_copy):
    folder = rewritten(content_copy, lambda t: t.replace("style: D, key", "style: I, key", 1))
    with pytest.raises(Invalid, match="must have one statement each of D, I, S, C"):
        load_instrument(folder)


def first_block(text):
    start = text.index("  - id: dt-01")
    return start, text.index("  - id: dt-02")


def without_first_block(text):
    start, end = first_block(text)
    return text[:start] + text[end:]


def all_negative_first(text):
    start, end = first_block(text)
    return text[:start] + text[start:end].replace("key: 1,", "key: -1,") + text[end:]


def turned_first_block(text):
    """Move the last statement of the first blocks to the front."""
    lines = text.splitlines()
    for block in range(1, 7):
        at = lines.index(f"  - id: dt-{block:02d}") + 2
        lines[at : at + 4] = sorted(lines[at : at + 4], key=lambda line: "style: D" not in line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (without_first_block, "blocks: there are 23, wanted 24"),
        (all_negative_first, "dt-01.statements: 4 are keyed -1, at most 2"),
        (all_negative_first, "statements keyed -1, not 8"),
        (turned_first_block, "D stands unevenly at places 1 to 4"),
        (lambda t: t.replace('text: "I say', 'text: "I never say', 1), "by denying it"),
        (
            lambda t: t.replace("I say clearly what I think.", "I think and say it.", 1),
            "dt-04.b.text: says two things in one; keep the one that is meant",
        ),
        (lambda t: t.replace('"I say clearly what I think."', '"Clear."', 1), "has 1 words"),
        (
            lambda t: t.replace("I say clearly what I think.", "I keep small talk short.", 1),
            "two statements say 'i keep small talk short.'",
        ),
        (lambda t: t.replace("title: Ways of", "title: DiSC ways of"), "another publisher's mark"),
    ],
)
def test_content_that_was_not_built_as_it_must_be_is_found(content_copy, change, what):
    found = check_folder(rewritten(content_copy, change), ())
    assert any(what in fault for fault in found), found


def test_the_style_always_chosen_stands_highest_and_the_one_always_left_lowest(tetrads):
    table = score_table(tetrads, consistent(tetrads, "D", "S"))
    picture = dict(zip(table.scales, table.mean[0], strict=True))
    assert table.scales == ("D", "I", "S", "C")
    assert max(picture, key=picture.get) == "D"
    assert min(picture, key=picture.get) == "S"
    assert picture["D"] == 1.0


def test_a_statement_keyed_against_its_style_counts_the_other_way(tetrads, blank):
    """Marks of one block only differ by the sign of the two statements they name."""
    rest = consistent(tetrads, "I", "C")
    for at, block in enumerate(tetrads.blocks):
        row = rest.copy()
        row[0, 2 * at : 2 * at + 2] = np.nan
        without = score_table(tetrads, row).raw[0]
        row[0, 2 * at : 2 * at + 2] = [1, 2]
        gained = score_table(tetrads, row).raw[0] - without
        wanted = dict.fromkeys("DISC", 0)
        wanted[block.items[0].style] += block.items[0].sign
        wanted[block.items[1].style] -= block.items[1].sign
        np.testing.assert_array_equal(gained, [wanted[style] for style in "DISC"])


def test_a_picture_has_no_error_and_says_provisional(tetrads):
    table = score_table(tetrads, consistent(tetrads, "C", "I"))
    assert np.isnan(table.error).all()
    assert (table.answered == 24).all()
    assert table.flags == (tuple(f"{style}:provisional" for style in "DISC"),)
    assert all(np.isnan(end).all() for end in blank_range(tetrads, consistent(tetrads, "C", "I")))


def test_under_18_blocks_there_is_no_picture(tetrads):
    row = consistent(tetrads, "D", "S")
    row[0, : 2 * 7] = np.nan
    few = score_table(tetrads, row)
    assert np.isnan(few.mean).all()
    assert np.isnan(few.raw).all()
    assert few.flags == (("picture:too_few_marks",),)
    row[0, 2 * 6 : 2 * 7] = [1, 2]
    assert np.isfinite(score_table(tetrads, row).mean).all()


def test_a_block_with_one_mark_alone_counts_as_blank(tetrads):
    row = consistent(tetrads, "D", "S")
    row[0, :2] = np.nan
    without = score_table(tetrads, row)
    row[0, 0] = 3
    np.testing.assert_array_equal(score_table(tetrads, row).mean, without.mean)
    assert (without.answered == 23).all()


def test_one_persons_answers_give_the_row_of_the_table(tetrads):
    row = consistent(tetrads, "S", "D")
    one = score_answers(
        tetrads, dict(zip(tetrads.item_ids, row[0].astype(int).tolist(), strict=True))
    )
    np.testing.assert_array_equal(one.mean, score_table(tetrads, row).mean[0])


def test_the_same_statement_as_most_and_least_is_refused_by_name(tetrads, blank):
    blank[0, 4:6] = 2
    assert clashes(tetrads, blank) == [(0, "dt-03")]
    with pytest.raises(Invalid, match="row 1: dt-03: the same statement is marked most and least"):
        score_table(tetrads, blank)
    with pytest.raises(Invalid, match="dt-03: the same statement"):
        score_answers(tetrads, {"dt-03.most": 2, "dt-03.least": 2})


def test_nothing_of_it_enters_the_competencies(tetrads):
    catalogue = default_catalogue()
    battery = ("work-style", "service-judgement-a", "disc-tetrads")
    answers = simulate_answers(catalogue, battery, 40, np.random.default_rng(5))
    tables = {key: score_table(catalogue.instrument(key), answers[key]) for key in battery}
    whole = competency_table(tables, catalogue.competencies)
    without = competency_table({key: tables[key] for key in battery[:2]}, catalogue.competencies)
    np.testing.assert_array_equal(whole.mean, without.mean)
    np.testing.assert_array_equal(whole.error, without.error)
    np.testing.assert_array_equal(whole.parts, without.parts)


def test_simulated_people_mark_two_different_statements_in_every_block(tetrads):
    answers = simulate_answers(
        default_catalogue(), ("disc-tetrads",), 600, np.random.default_rng(1)
    )["disc-tetrads"]
    assert set(np.unique(answers)) == {1, 2, 3, 4}
    assert clashes(tetrads, answers) == []
    picture = score_table(tetrads, answers).mean
    r = np.corrcoef(picture.T)
    assert np.abs(picture.mean(axis=0)).max() < 0.06
    others = [r[0, 1], r[0, 3], r[1, 2], r[2, 3]]
    assert max(r[0, 2], r[1, 3]) < min(others) - 0.1  # D with S and I with C, as drawn
    assert np.abs(others).max() < 0.3


def test_neither_of_the_new_questionnaires_is_taken_unless_chosen():
    assert default_catalogue().default_battery == ("work-style", "service-judgement-a")


def test_recovery_is_rated_in_two_provisional_scales_half_reversed():
    recovery = default_catalogue().instrument("service-recovery")
    assert (recovery.kind, len(recovery.items), recovery.provisional) == ("rating", 10, True)
    for scale in recovery.scales:
        assert not scale.calibrated
        assert (len(scale.items), scale.signs.count(-1)) == (5, 2)
    calm = {item: 7 if sign > 0 else 1 for s in recovery.scales for item, sign in s.items}
    best = score_answers(recovery, calm)
    assert all(mean > 1 for mean in best.mean)
    assert best.flags == ("fresh_start:provisional", "meant_words:provisional")
    named = {one.scale for one in default_catalogue().competencies}
    assert not named & set(recovery.scale_names)
