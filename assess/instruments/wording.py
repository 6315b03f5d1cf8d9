"""The texts of an instrument in another language.

Key and calibration belong to the item, the text to the language: ``translations/<language>.yaml``
in an instrument's folder maps the path of each text to its translation, and notes by a stamp which
wording of the source was translated. A text whose source has changed since is stale.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from assess.instruments.document import Node, read_document, refuse
from assess.instruments.model import Block, Instrument, Item, Scale

TRANSLATION_FOLDER: Final = "translations"
MACHINE_DRAFTED: Final = "machine_drafted"
STATUS: Final = (MACHINE_DRAFTED, "reviewed")
STAMP_LENGTH: Final = 8
PRACTICE: Final = "practice"


@dataclass(frozen=True)
class Wording:
    """The texts of one language, by path; ``stamps`` name the source wording of each.

    ``version`` is that of the instrument which was translated. Without ``reviewed_by`` nobody
    has signed the translation yet: it is machine-drafted. ``digest`` is the file's SHA-256.
    """

    language: str
    version: str
    texts: Mapping[str, str]
    stamps: Mapping[str, str]
    reviewed_by: str | None = None
    reviewed_on: str | None = None
    digest: str = ""

    @property
    def machine_drafted(self) -> bool:
        """Say whether no named person has signed it."""
        return self.reviewed_by is None

    def stale(self, sources: Mapping[str, str]) -> tuple[str, ...]:
        """Give the paths whose source reads otherwise than what was translated."""
        return tuple(
            path
            for path, text in sources.items()
            if path in self.texts and self.stamps.get(path) != stamp(text)
        )

    def absent(self, sources: Mapping[str, str]) -> tuple[str, ...]:
        """Give the paths that have no translation."""
        return tuple(path for path in sources if path not in self.texts)

    def covers(self, sources: Mapping[str, str]) -> bool:
        """Say whether every text of ``sources`` is translated as it now reads."""
        return not self.absent(sources) and not self.stale(sources)


def stamp(text: str) -> str:
    """Give the first eight hex digits of the SHA-256 of a text, its spaces evened."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:STAMP_LENGTH]


def source_texts(instrument: Instrument) -> dict[str, str]:
    """Give every text that a candidate or a report shows, by its path."""
    texts = {
        "title": instrument.title,
        "purpose": instrument.purpose,
        "instruction": instrument.instruction,
    }
    texts |= {f"labels.{place}": label for place, label in enumerate(instrument.labels, 1)}
    for scale in instrument.scales:
        texts |= {f"scales.{scale.name}.{part}": getattr(scale, part) for part in _SCALE_TEXTS}
    texts |= _practice_texts(instrument.practice)
    for block in instrument.blocks:
        if block.scenario:
            texts[block.id] = block.scenario
        texts |= {item.id: item.text for item in block.items}
    return texts


def languages(instrument: Instrument) -> tuple[str, ...]:
    """Give the languages it can be taken in: its own first, then every whole translation."""
    sources = source_texts(instrument)
    others = sorted(key for key, one in instrument.wordings.items() if one.covers(sources))
    return (instrument.language, *others)


def in_language(instrument: Instrument, language: str) -> Instrument:
    """Give the instrument in ``language``, or itself where that translation is not whole."""
    if language == instrument.language or language not in languages(instrument):
        return instrument
    return translated(instrument, instrument.wordings[language])


def translated(instrument: Instrument, wording: Wording) -> Instrument:
    """Give the instrument with the texts of ``wording``; one that is absent stays as it is."""
    texts = wording.texts
    return replace(
        instrument,
        language=wording.language,
        title=texts.get("title", instrument.title),
        purpose=texts.get("purpose", instrument.purpose),
        instruction=texts.get("instruction", instrument.instruction),
        labels=tuple(
            texts.get(f"labels.{place}", label) for place, label in enumerate(instrument.labels, 1)
        ),
        scales=tuple(_scale(scale, texts) for scale in instrument.scales),
        practice=_practice(instrument.practice, texts),
        blocks=tuple(
            replace(
                block,
                scenario=texts.get(block.id, block.scenario) if block.scenario else None,
                items=tuple(
                    replace(item, text=texts.get(item.id, item.text)) for item in block.items
                ),
            )
            for block in instrument.blocks
        ),
    )


def read_wordings(folder: Path, faults: list[str]) -> dict[str, Wording]:
    """Read every translation in ``folder``; faults are noted as "file: path: what"."""
    found = {}
    for path in sorted((folder / TRANSLATION_FOLDER).glob("*.yaml")):
        wording = read_wording(path, faults)
        if wording is not None:
            found[wording.language] = wording
    return found


def read_wording(path: Path, faults: list[str]) -> Wording | None:
    """Read one translation file, whose name is its language."""
    root = read_document(path, faults)
    if not isinstance(root.value, dict):
        return None
    root.expect(("language", "version", "status", "texts"), ("stamps", "reviewer", "reviewed_on"))
    language = root.text("language")
    if language != path.stem:
        root.child("language").fault(f"must be {path.stem!r}, as the file is named")
    reviewed = root.choice("status", STATUS) == "reviewed"
    for key in ("reviewer", "reviewed_on"):
        if reviewed and not root.has(key):
            root.child(key).fault(
                "is missing: a reviewed translation names who signed it, and when"
            )
    return Wording(
        language=language,
        version=root.text("version"),
        texts=_words(root.child("texts")),
        stamps=_words(root.child("stamps")),
        reviewed_by=(root.text("reviewer") or None) if reviewed else None,
        reviewed_on=(root.day("reviewed_on") or None) if reviewed else None,
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def load_wording(path: Path) -> Wording | None:
    """Load one translation file, None where there is none; Invalid with every fault."""
    if not path.is_file():
        return None
    faults: list[str] = []
    wording = read_wording(path, faults)
    refuse(faults)
    return wording


_SCALE_TEXTS: Final = ("title", "low_end", "high_end")


def _words(node: Node) -> dict[str, str]:
    return {key: value.as_text() for key, value in node.pairs()}


def _practice_path(block: Block, item: Item) -> str:
    return f"{PRACTICE}.{item.id.removeprefix(f'{block.id}.')}"


def _practice_texts(block: Block) -> dict[str, str]:
    texts = {}
    if block.scenario:
        texts[f"{PRACTICE}.scenario"] = block.scenario
    if block.explanation:
        texts[f"{PRACTICE}.explanation"] = block.explanation
    return texts | {_practice_path(block, item): item.text for item in block.items}


def _practice(block: Block, texts: Mapping[str, str]) -> Block:
    return replace(
        block,
        scenario=texts.get(f"{PRACTICE}.scenario", block.scenario or "") or None,
        explanation=texts.get(f"{PRACTICE}.explanation", block.explanation or "") or None,
        items=tuple(
            replace(item, text=texts.get(_practice_path(block, item), item.text))
            for item in block.items
        ),
    )


def _scale(scale: Scale, texts: Mapping[str, str]) -> Scale:
    found = {
        part: texts.get(f"scales.{scale.name}.{part}", getattr(scale, part))
        for part in _SCALE_TEXTS
    }
    return replace(scale, **found)
