"""The schema editors use says of a translation's file what reading says of its shape."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from assess.instruments.catalogue import default_catalogue
from assess.instruments.wording import STAMP_LENGTH, STATUS, load_wording
from tests.instruments.translations import sources_of, translation, write_translation

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "translation.schema.json").read_text("utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)
CONTENT = default_catalogue().folder
FOLDERS = (CONTENT, *default_catalogue().folders)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_whole_translation_has_the_shape(folder):
    assert [error.message for error in VALIDATOR.iter_errors(translation(folder))] == []


@pytest.mark.parametrize("path", sorted(CONTENT.glob("**/translations/*.yaml")) or [None], ids=str)
def test_every_shipped_translation_has_the_shape(path):
    if path is None:
        pytest.skip("no translation is shipped")
    content = yaml.safe_load(path.read_text("utf-8"))
    assert [error.message for error in VALIDATOR.iter_errors(content)] == []


def test_the_words_of_the_schema_are_those_of_the_code():
    properties = SCHEMA["properties"]
    assert tuple(properties["status"]["enum"]) == STATUS
    assert (
        properties["stamps"]["additionalProperties"]["pattern"] == f"^[0-9a-f]{{{STAMP_LENGTH}}}$"
    )


def test_every_path_of_the_sources_is_one_of_the_schema():
    path = Draft202012Validator(SCHEMA["$defs"]["path"])
    assert all(path.is_valid(one) for folder in FOLDERS for one in sources_of(folder))


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda c: c.pop("texts"), []),
        (lambda c: c.update(titel="x"), []),
        (lambda c: c.update(language="French"), ["language"]),
        (lambda c: c.update(version=2), ["version"]),
        (lambda c: c.update(status="done"), ["status"]),
        (lambda c: c.update(status="reviewed"), []),
        (lambda c: c["texts"].update(title=""), ["texts", "title"]),
        (lambda c: c["texts"].update(title=3), ["texts", "title"]),
        (lambda c: c["texts"].update({"a path": "x"}), ["texts"]),
        (lambda c: c["stamps"].update(title="zz"), ["stamps", "title"]),
    ],
)
def test_a_wrong_shape_is_shown_at_its_place(spoil, place):
    spoiled = translation(CONTENT / "disc-tetrads")
    spoil(spoiled)
    assert place in [list(error.absolute_path) for error in VALIDATOR.iter_errors(spoiled)]


def test_a_signed_translation_has_the_shape_that_is_read(content_copy):
    signed = translation(content_copy / "work-style")
    signed |= {"status": "reviewed", "reviewer": "A. Name", "reviewed_on": "2026-11-26"}
    assert VALIDATOR.is_valid(signed)
    path = write_translation(content_copy / "work-style", signed)
    assert load_wording(path).reviewed_by == "A. Name"
