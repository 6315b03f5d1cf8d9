"""A hostile file is refused in a line, and soon."""

import pytest

from assess.instruments.document import read_document


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: &a [x]\nb: [*a, *a]\n", "line 2: write *a out"),
        ("a: &a {x: 1}\nb: {<<: *a}\n", "line 2: write *a out"),
        ("a: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
    ],
    ids=["alias", "merge", "object"],
)
def test_a_hostile_file_is_refused_in_a_line(tmp_path, text, fault):
    path = tmp_path / "bomb.yaml"
    path.write_text(text)
    faults = []
    read_document(path, faults)
    assert len(faults) == 1
    assert fault in faults[0]
    assert len(faults[0]) < 400
