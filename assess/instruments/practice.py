"""The practice set: every answer format on made-up content, for anybody, any number of times.

It is never scored and shares nothing with a live form, so its keys and explanations are public.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from assess.instruments.document import Node, read_document, refuse
from assess.instruments.model import Block, Item, Kind, OptionKey, block_item_ids
from assess.selection.demand import COMPETENCIES

KINDS: Final[tuple[Kind, ...]] = ("rating", "judgement", "most_least")
STATEMENTS: Final = 4
_LISTS: Final = {"rating": "items", "judgement": "options", "most_least": "statements"}


@dataclass(frozen=True)
class PracticeFormat:
    """One answer format with its blocks, in the words of an instrument.

    ``option_keys`` holds, of a judgement format alone, what is thought of each response and why:
    here the why speaks to the person who practises.
    """

    kind: Kind
    title: str
    instruction: str
    tip: str
    labels: tuple[str, ...]
    low: int
    high: int
    blocks: tuple[Block, ...]
    option_keys: Mapping[str, OptionKey]
    language: str

    def block_item_ids(self, block: Block) -> tuple[str, ...]:
        """Give the ids of what is answered in one block of it."""
        return block_item_ids(self.kind, block)


@dataclass(frozen=True)
class PracticeSet:
    """Everything practice.yaml holds, a format for each kind."""

    title: str
    intro: str
    formats: Mapping[Kind, PracticeFormat]
    language: str


def load_practice(path: Path) -> PracticeSet:
    """Load the practice set; Invalid with every fault as "file: path: what"."""
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(("version", "language", "title", "intro", "sets"))
    language = root.text("language")
    found = [_format(node, language) for node in root.child("sets").entries()]
    kinds = [one.kind for one in found]
    if sorted(kinds) != sorted(KINDS):
        root.child("sets").fault(f"must be each of {', '.join(KINDS)} once")
    ids = [block.id for one in found for block in one.blocks]
    for twin in sorted({one for one in ids if ids.count(one) > 1}):
        root.child("sets").fault(f"the block {twin!r} is there twice")
    refuse(faults)
    formats: dict[Kind, PracticeFormat] = {one.kind: one for one in found}
    return PracticeSet(root.text("title"), root.text("intro"), formats, language)


def texts(practice: PracticeSet) -> dict[str, str]:
    """Give every text of it by its path in a translation."""
    found = {"practice.title": practice.title, "practice.intro": practice.intro}
    for kind, one in practice.formats.items():
        found |= {f"practice.{kind}.{part}": getattr(one, part) for part in _FORMAT_TEXTS}
        found |= {f"practice.{kind}.labels.{n}": label for n, label in enumerate(one.labels, 1)}
        for block in one.blocks:
            found |= _block_texts(one, block)
    return found


def in_texts(practice: PracticeSet, words: Mapping[str, str], language: str) -> PracticeSet:
    """Give it with ``words`` by path; a text that is not among them stays as it is."""
    return PracticeSet(
        title=words.get("practice.title", practice.title),
        intro=words.get("practice.intro", practice.intro),
        formats={k: _format_in(one, words, language) for k, one in practice.formats.items()},
        language=language,
    )


_FORMAT_TEXTS: Final = ("title", "instruction", "tip")


def _block_texts(practice: PracticeFormat, block: Block) -> dict[str, str]:
    found = {f"practice.{block.id}.explanation": block.explanation or ""}
    if block.scenario:
        found[f"practice.{block.id}"] = block.scenario
    found |= {_path(block, item): item.text for item in block.items}
    return found | {
        f"{_path(block, item)}.why": practice.option_keys[item.id].why
        for item in block.items
        if item.id in practice.option_keys
    }


def _path(block: Block, item: Item) -> str:
    return f"practice.{block.id}.{item.id.removeprefix(f'{block.id}.')}"


def _format_in(practice: PracticeFormat, words: Mapping[str, str], language: str) -> PracticeFormat:
    place = f"practice.{practice.kind}"
    return replace(
        practice,
        language=language,
        labels=tuple(words.get(f"{place}.labels.{n}", v) for n, v in enumerate(practice.labels, 1)),
        blocks=tuple(_block_in(block, words) for block in practice.blocks),
        option_keys={
            item.id: replace(key, why=words.get(f"{_path(block, item)}.why", key.why))
            for block in practice.blocks
            for item in block.items
            if (key := practice.option_keys.get(item.id))
        },
        **{part: words.get(f"{place}.{part}", getattr(practice, part)) for part in _FORMAT_TEXTS},
    )


def _block_in(block: Block, words: Mapping[str, str]) -> Block:
    return replace(
        block,
        scenario=words.get(f"practice.{block.id}", block.scenario or "") or None,
        explanation=words.get(f"practice.{block.id}.explanation", block.explanation),
        items=tuple(
            replace(item, text=words.get(_path(block, item), item.text)) for item in block.items
        ),
    )


def _format(node: Node, language: str) -> PracticeFormat:
    word = node.choice("kind", KINDS)
    kind = next((one for one in KINDS if one == word), KINDS[0])
    ends = ("low", "high") if kind != "most_least" else ()
    node.expect(("kind", "title", "instruction", "tip", "labels", "blocks", *ends))
    labels = tuple(label.as_text() for label in node.child("labels").entries())
    low, high = (node.whole("low", 0), node.whole("high", 1)) if ends else (1, STATEMENTS)
    wanted = high - low + 1 if ends else 2
    if len(labels) != wanted:
        node.child("labels").fault(f"must have {wanted} words, not {len(labels)}")
    keys: dict[str, OptionKey] = {}
    blocks = tuple(_block(one, kind, (low, high), keys) for one in node.child("blocks").entries())
    return PracticeFormat(
        kind=kind,
        title=node.text("title"),
        instruction=node.text("instruction"),
        tip=node.text("tip"),
        labels=labels,
        low=low,
        high=high,
        blocks=blocks,
        option_keys=keys,
        language=language,
    )


def _block(node: Node, kind: Kind, limits: tuple[int, int], keys: dict[str, OptionKey]) -> Block:
    told = ("channel", "scenario") if kind == "judgement" else ()
    node.expect(("id", _LISTS[kind], "explanation", *told))
    name = node.identifier("id")
    entries = node.child(_LISTS[kind]).entries()
    if kind == "most_least" and len(entries) != STATEMENTS:
        node.child(_LISTS[kind]).fault(f"must be {STATEMENTS} statements, not {len(entries)}")
    items = tuple(_item(entry, name) for entry in entries)
    if len({item.id for item in items}) < len(items):
        node.child(_LISTS[kind]).fault("an id is there twice")
    for entry, item in zip(entries, items, strict=True):
        if kind == "judgement":
            keys[item.id] = _key(entry, limits)
        else:
            entry.expect(("id", "text"))
    return Block(
        id=name,
        scenario=node.text("scenario") or None,
        items=items,
        channel=node.text("channel") or None,
        explanation=node.text("explanation"),
    )


def _item(node: Node, block: str) -> Item:
    return Item(f"{block}.{node.identifier('id')}", node.text("text"))


def _key(node: Node, limits: tuple[int, int]) -> OptionKey:
    node.expect(("id", "key", "competencies", "text", "why"))
    weights: Sequence[tuple[str, Node]] = node.child("competencies").pairs()
    for code, weight in weights:
        if code not in COMPETENCIES:
            weight.fault(f"must be one of {', '.join(COMPETENCIES)}")
    return OptionKey(
        points=node.number("key", *limits),
        sd=None,
        competencies={code: weight.as_number(0, 1) for code, weight in weights},
        why=node.text("why"),
    )
