"""Strengths and tips: two and one or two for every headline index and band."""

import re

import pytest

from assess.errors import Invalid
from assess.instruments.catalogue import default_catalogue
from assess.instruments.feedback import MEASURED, load_feedback

FORBIDDEN = (
    "anxi", "neurot", "depress", "burnout", "always", "never", "best", "worst", "score", "rank",
    "average", "better than", "percent",
)  # fmt: skip


def test_every_index_and_band_has_its_words():
    table = default_catalogue().feedback
    assert set(table) == {(code, band) for code in ("EMP", "REG") for band in MEASURED}
    for advice in table.values():
        assert len(advice.strengths) == 2
        assert 1 <= len(advice.tips) <= 2
        for text in (*advice.strengths, *advice.tips):
            assert not re.search(r"\d", text)
            assert not [word for word in FORBIDDEN if word in text.casefold()], text


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  REG:", "  RAG:", "indices.REG: is missing"),
        ("    above:", "    over:", "indices.EMP.above: is missing"),
        ("        - You let people finish and show that you heard them.\n", "", "must be 2"),
    ],
)
def test_a_fault_names_its_place(tmp_path, old, new, fault):
    text = (default_catalogue().folder / "feedback.yaml").read_text()
    assert old in text
    path = tmp_path / "feedback.yaml"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(Invalid) as error:
        load_feedback(path, ("EMP", "REG"))
    assert any(fault in one for one in error.value.faults)
