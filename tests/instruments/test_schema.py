"""The schema editors use says of an instrument's file what loading says of its shape."""

import copy
import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from assess.instruments.catalogue import default_catalogue
from assess.instruments.content import CHANNELS, STYLE_LETTERS
from assess.instruments.load import FORM_LETTERS, INSTRUMENT_FILE
from assess.selection.demand import COMPETENCIES

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "instrument.schema.json").read_text("utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)
FOLDERS = {folder.name: folder for folder in default_catalogue().folders}


def content(name):
    return yaml.safe_load((FOLDERS[name] / INSTRUMENT_FILE).read_text("utf-8"))


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", FOLDERS)
def test_every_shipped_instrument_has_the_shape(name):
    assert [error.message for error in VALIDATOR.iter_errors(content(name))] == []


def test_the_words_of_the_schema_are_those_of_the_code():
    option, scenario = SCHEMA["$defs"]["option"], SCHEMA["$defs"]["scenario"]
    assert tuple(option["properties"]["competencies"]["properties"]) == COMPETENCIES
    assert tuple(scenario["properties"]["channel"]["enum"]) == CHANNELS
    assert tuple(SCHEMA["$defs"]["style"]["properties"]["name"]["enum"]) == STYLE_LETTERS
    forms = SCHEMA["allOf"][0]["then"]["properties"]["forms"]
    assert forms["propertyNames"]["pattern"] == f"^[{FORM_LETTERS[0]}-{FORM_LETTERS[-1]}]$"


def first_option(found):
    return found["blocks"][0]["options"][0]


@pytest.mark.parametrize(
    ("name", "spoil", "place"),
    [
        ("service-judgement", lambda c: c.pop("title"), []),
        ("service-judgement", lambda c: c.update(titel="x"), []),
        ("service-judgement", lambda c: c.update(kind="quiz"), ["kind"]),
        ("service-judgement", lambda c: c.update(version=2), ["version"]),
        ("service-judgement", lambda c: c["forms"].update(form1=["sjt-001"]), ["forms"]),
        ("service-judgement", lambda c: c["forms"]["a"].append("sjt-001"), ["forms", "a"]),
        ("service-judgement", lambda c: c["blocks"][0].update(channel="fax"),
         ["blocks", 0, "channel"]),
        ("service-judgement", lambda c: first_option(c).pop("why"), ["blocks", 0, "options", 0]),
        ("service-judgement", lambda c: first_option(c).update(key="two"),
         ["blocks", 0, "options", 0, "key"]),
        ("service-judgement", lambda c: first_option(c).update(competencies={}),
         ["blocks", 0, "options", 0, "competencies"]),
        ("service-judgement", lambda c: first_option(c)["competencies"].update(EMP=0.7),
         ["blocks", 0, "options", 0, "competencies", "EMP"]),
        ("work-style", lambda c: c.pop("scales"), []),
        ("work-style", lambda c: c["scales"][0]["items"].update(Q10=2),
         ["scales", 0, "items", "Q10"]),
        ("work-style", lambda c: c["scales"][-1].pop("assumed"), ["scales", 7]),
        ("disc-tetrads", lambda c: c["blocks"][0]["statements"].pop(),
         ["blocks", 0, "statements"]),
        ("disc-tetrads", lambda c: c["blocks"][0]["statements"][0].update(style="X"),
         ["blocks", 0, "statements", 0, "style"]),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_shown_at_its_place(name, spoil, place):
    spoiled = copy.deepcopy(content(name))
    spoil(spoiled)
    places = [list(error.absolute_path) for error in VALIDATOR.iter_errors(spoiled)]
    assert place in places
