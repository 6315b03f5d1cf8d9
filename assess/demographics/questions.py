"""The voluntary questions, by country, from `questionnaires/demographics.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from assess.instruments.document import Node, read_document, refuse

FILE: Final = "demographics.yaml"
DEFAULT: Final = "default"
PREFER_NOT: Final = "prefer_not_to_say"
ENGLISH: Final = "en"
LONGEST: Final = 40

Texts = Mapping[str, str]
"""A text by language code."""


@dataclass(frozen=True)
class Choice:
    """One thing that can be said."""

    code: str
    text: Texts


@dataclass(frozen=True)
class Question:
    """One voluntary question; "prefer not to say" is always its last choice."""

    key: str
    text: Texts
    choices: tuple[Choice, ...]


def told(texts: Texts, language: str) -> str:
    """Give a text in ``language`` (or its main tongue), in English where there is none."""
    return texts.get(language) or texts.get(language.partition("-")[0]) or texts[ENGLISH]


@cache
def load_questions(folder: Path) -> Mapping[str, tuple[Question, ...]]:
    """Load the questions by country code from a content folder.

    Invalid with every fault: no default, a text without English, a key or code given twice.
    """
    faults: list[str] = []
    root = read_document(folder / FILE, faults)
    refuse(faults)
    root.expect(("version", "prefer_not_to_say", "countries"))
    last = Choice(PREFER_NOT, _texts(root.child("prefer_not_to_say")))
    countries = root.child("countries")
    if not countries.has(DEFAULT):
        countries.child(DEFAULT).fault("is missing")
    found = {
        country: tuple(_question(entry, last) for entry in node.entries())
        for country, node in countries.pairs()
    }
    for country, questions in found.items():
        _refuse_twice(countries.child(country), [one.key for one in questions])
    refuse(faults)
    return found


def questions_of(folder: Path, country: str = DEFAULT) -> tuple[Question, ...]:
    """Give the questions of a country, the default's where it has none of its own."""
    found = load_questions(folder)
    return found.get(country, found[DEFAULT])


def _question(node: Node, last: Choice) -> Question:
    node.expect(("key", "text", "choices"))
    choices = [_choice(entry) for entry in node.child("choices").entries()]
    if not choices:
        node.child("choices").fault("needs at least one choice")
    _refuse_twice(node.child("choices"), [*(one.code for one in choices), PREFER_NOT])
    return Question(_key(node, "key"), _texts(node.child("text")), (*choices, last))


def _choice(node: Node) -> Choice:
    node.expect(("code", "text"))
    return Choice(_key(node, "code"), _texts(node.child("text")))


def _key(node: Node, name: str) -> str:
    word = node.identifier(name)
    if len(word) > LONGEST:
        node.child(name).fault(f"is longer than {LONGEST} characters")
    return word


def _texts(node: Node) -> Texts:
    found = {language: text.as_text() for language, text in node.pairs()}
    if ENGLISH not in found:
        node.child(ENGLISH).fault("is missing: every text needs English")
    return found


def _refuse_twice(node: Node, words: list[str]) -> None:
    for word in dict.fromkeys(words):
        if words.count(word) > 1:
            node.fault(f"{word!r} is given twice")
