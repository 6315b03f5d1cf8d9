"""The blocks, styles and labels of a most/least instrument from its file."""

from collections.abc import Sequence
from typing import Final

from assess.instruments.content import STYLE_LETTERS
from assess.instruments.document import Node
from assess.instruments.model import MARKS, Block, Item, Scale

STATEMENTS: Final = len(STYLE_LETTERS)


def read_labels(root: Node) -> tuple[str, ...]:
    """Read the words for the two marks: most first, least second."""
    labels = tuple(label.as_text() for label in root.child("labels").entries())
    if root.has("labels") and len(labels) != len(MARKS):
        root.child("labels").fault("must be two: the words for most, and the words for least")
    return labels


def read_block(node: Node, *, practice: bool = False) -> Block:
    """Read four statements, one of each style; those of practice have no style."""
    node.expect(("id", "statements"), ("explanation",) if practice else ())
    block_id = node.identifier("id")
    entries = node.child("statements")
    items = tuple(_statement(entry, block_id, practice=practice) for entry in entries.entries())
    if node.has("statements") and len(items) != STATEMENTS:
        entries.fault(f"must hold {STATEMENTS} statements, not {len(items)}")
    elif items and not practice and sorted(i.style or "" for i in items) != sorted(STYLE_LETTERS):
        entries.fault(f"must have one statement each of {', '.join(STYLE_LETTERS)}")
    return Block(block_id, None, items, explanation=node.text("explanation") or None)


def _statement(node: Node, block_id: str, *, practice: bool) -> Item:
    item_id = f"{block_id}.{node.identifier('id')}"
    if practice:
        node.expect(("id", "text"))
        return Item(item_id, node.text("text"))
    node.expect(("id", "style", "key", "text"))
    sign = node.child("key")
    if node.has("key") and (isinstance(sign.value, bool) or sign.value not in (1, -1)):
        sign.fault(f"must be 1 or -1, not {sign.value!r}")
    style = node.choice("style", STYLE_LETTERS) or None
    return Item(item_id, node.text("text"), style, -1 if sign.value == -1 else 1)


def read_styles(root: Node, blocks: Sequence[Block]) -> tuple[Scale, ...]:
    """Read the names of the four styles; their statements are those the blocks give them."""
    scales = []
    for node in root.child("scales").entries():
        node.expect(("name", "title", "low_end", "high_end"))
        name = node.text("name")
        items = [item for block in blocks for item in block.items if item.style == name]
        scales.append(
            Scale(
                name=name,
                title=node.text("title"),
                items=tuple((item.id, item.sign) for item in items),
                calibrated=False,
                low_end=node.text("low_end"),
                high_end=node.text("high_end"),
            )
        )
    if root.has("scales") and tuple(scale.name for scale in scales) != STYLE_LETTERS:
        root.child("scales").fault(f"must be {', '.join(STYLE_LETTERS)} in this order")
    return tuple(scales)
