"""Copies of the shipped content that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from assess.paths import data_dir


@pytest.fixture
def content_copy(tmp_path) -> Path:
    """Give a whole content folder to change."""
    return Path(
        shutil.copytree(
            data_dir("questionnaires"),
            tmp_path / "questionnaires",
            ignore=shutil.ignore_patterns("translations"),
        )
    )


@pytest.fixture
def changed(content_copy):
    """Give a function that changes one text in one file of the copy."""

    def change(file: str, old: str, new: str) -> Path:
        path = content_copy / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")
        return path.parent

    return change
