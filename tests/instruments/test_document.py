"""A hostile file is refused in a line, and soon."""

import pytest

from assess.instruments.document import read_document


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: &a [x]\nb: [*a, *a]\n", "line 2: write *a out"),
        ("a: &a {x: 1}\nb: {<<: *a}\n", "line 2: write *a out"),
        ("a: !!python/object/apply:os.getcwd []", "tags are not read"),
        ("a: !!timestamp x", "line 1: take tag:yaml.org,2002:timestamp away"),
        ("a: !own x", "line 1: take !own away"),
        ("a: " + "9" * 5000, "a value cannot be read"),
        ("a: 1" + ":59" * 2000 + ".5", "a value cannot be read"),
        ("a: 1" + ":59" * 100_000, "line 1: a text or number of more than 20000"),
        ('b: 1\na: "x\\0y"', "line 2: holds a zero byte"),
        ('"x\\0y": 1', "line 1: holds a zero byte"),
        ("a: [" + "1," * 100_001 + "]", "line 1: more than 100000 values"),
        ("a: " + "[" * 100_000 + "]" * 100_000, "line 1: more than 20 levels"),
    ],
    ids=[
        "alias",
        "merge",
        "object",
        "tag",
        "own tag",
        "huge number",
        "endless number",
        "long number",
        "zero byte",
        "zero byte in a key",
        "many",
        "deep",
    ],
)
def test_a_hostile_file_is_refused_in_a_line(tmp_path, text, fault):
    path = tmp_path / "bomb.yaml"
    path.write_text(text)
    faults = []
    read_document(path, faults)
    assert len(faults) == 1
    assert fault in faults[0]
    assert len(faults[0]) < 400
