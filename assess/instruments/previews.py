"""Realistic job previews: what contacts of each call driver are like, for a candidate to read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assess.instruments.document import Node, read_document, refuse


@dataclass(frozen=True)
class Preview:
    """One call driver's: a scene, what is hard about it, and what helps."""

    code: str
    heading: str
    contact: str
    hard: str
    helps: tuple[str, ...]


@dataclass(frozen=True)
class Previews:
    """Everything previews.yaml holds: words about the work in general, a preview by code."""

    heading: str
    text: str
    by_code: Mapping[str, Preview]
    language: str

    def of(self, codes: Iterable[str]) -> "Previews":
        """Give those of ``codes`` alone, in their order; a code without one is left out."""
        chosen = {code: self.by_code[code] for code in codes if code in self.by_code}
        return Previews(self.heading, self.text, chosen, self.language)


def load_previews(path: Path) -> Previews:
    """Load the previews; Invalid with every fault as "file: path: what"."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("version", "language", "general", "previews"))
    general = root.child("general")
    general.expect(("heading", "text"))
    found = Previews(
        heading=general.text("heading"),
        text=general.text("text"),
        by_code={code: _preview(code, node) for code, node in root.child("previews").pairs()},
        language=root.text("language"),
    )
    refuse(faults)
    return found


def texts(previews: Previews) -> dict[str, str]:
    """Give every text of them by its path in a translation."""
    found = {
        "previews.general.heading": previews.heading,
        "previews.general.text": previews.text,
    }
    for code, one in previews.by_code.items():
        place = f"previews.{code}"
        found |= {
            f"{place}.heading": one.heading,
            f"{place}.contact": one.contact,
            f"{place}.hard": one.hard,
        }
        found |= {f"{place}.helps.{n}": text for n, text in enumerate(one.helps, 1)}
    return found


def in_texts(previews: Previews, words: Mapping[str, str], language: str) -> Previews:
    """Give them with ``words`` by path; a text that is not among them stays as it is."""
    return Previews(
        heading=words.get("previews.general.heading", previews.heading),
        text=words.get("previews.general.text", previews.text),
        by_code={code: _in_texts(one, words) for code, one in previews.by_code.items()},
        language=language,
    )


def _in_texts(one: Preview, words: Mapping[str, str]) -> Preview:
    place = f"previews.{one.code}"
    return Preview(
        code=one.code,
        heading=words.get(f"{place}.heading", one.heading),
        contact=words.get(f"{place}.contact", one.contact),
        hard=words.get(f"{place}.hard", one.hard),
        helps=tuple(words.get(f"{place}.helps.{n}", text) for n, text in enumerate(one.helps, 1)),
    )


def _preview(code: str, node: Node) -> Preview:
    node.expect(("heading", "contact", "hard", "helps"))
    helps = tuple(entry.as_text() for entry in node.child("helps").entries())
    if node.has("helps") and not helps:
        node.child("helps").fault("must say at least one thing that helps")
    return Preview(code, node.text("heading"), node.text("contact"), node.text("hard"), helps)
