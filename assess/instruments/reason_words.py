"""The words by which reason codes of contact records are known, from their YAML file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assess.instruments.document import Node, read_document, refuse

LANGUAGES = ("en", "fr", "es", "id")


@dataclass(frozen=True)
class ReasonWords:
    """Words for each call driver, of all languages; ``not_customer`` mark what is no contact."""

    words: Mapping[str, tuple[str, ...]]
    not_customer: tuple[str, ...]


NO_WORDS = ReasonWords({}, ())


def load_reason_words(path: Path, call_drivers: Sequence[str]) -> ReasonWords:
    """Load reason_words.yaml; Invalid with every fault. Each driver may have words, none must."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("version", "words", "not_customer"))
    words = {}
    for code, node in root.child("words").pairs():
        if code not in call_drivers:
            node.fault(f"is no call driver; those are {', '.join(call_drivers)}")
        words[code] = _by_language(node)
    found = ReasonWords(words, _by_language(root.child("not_customer")))
    refuse(faults)
    return found


def _by_language(node: Node) -> tuple[str, ...]:
    node.expect((), LANGUAGES)
    return tuple(word.as_text() for _, words in node.pairs() for word in words.entries())
