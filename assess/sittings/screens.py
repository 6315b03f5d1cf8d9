"""The screens of a battery: one block or less each, parts in the order of the battery."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from assess.errors import NotFound
from assess.instruments.model import Block, Instrument, Item

Named = TypeVar("Named", Block, Item)

#: Items of a screen for those who asked for fewer; a block of statements stays whole.
FEW: Final = {"rating": 2, "judgement": 1}


@dataclass(frozen=True)
class Screen:
    """A block, or a piece of one, as the candidate meets it; every count starts at 1."""

    number: int
    part: int
    parts: int
    step: int
    steps: int
    instrument: Instrument
    block: Block

    @property
    def item_ids(self) -> tuple[str, ...]:
        """What is answered on it, in the order shown."""
        return self.instrument.block_item_ids(self.block)

    @property
    def places(self) -> tuple[int, ...]:
        """The place of each item shown in its block as it is written, from 0."""
        return places_of(self.instrument, self.block)


def lay_out(
    battery: Sequence[Instrument], *, seed: int = 0, few_items: bool = False
) -> tuple[Screen, ...]:
    """Give the screens of ``battery`` in order; ``screens[n - 1].number == n``.

    ``seed`` sets the order of the blocks in a part, and of the statements in a block; 0 keeps
    the written one. The responses to a situation keep it always: they were balanced so.
    """
    found: list[Screen] = []
    for part, instrument in enumerate(battery, 1):
        size = FEW.get(instrument.kind) if few_items else None
        blocks = [
            piece
            for block in _shuffled(instrument.blocks, seed)
            for piece in _pieces(_arranged(instrument, block, seed), size)
        ]
        found += [
            Screen(
                number=len(found) + step,
                part=part,
                parts=len(battery),
                step=step,
                steps=len(blocks),
                instrument=instrument,
                block=block,
            )
            for step, block in enumerate(blocks, 1)
        ]
    return tuple(found)


def places_of(instrument: Instrument, block: Block) -> tuple[int, ...]:
    """Give the place of each item of ``block``, however arranged, where it is written, from 0."""
    written = next((one.items for one in instrument.blocks if one.id == block.id), block.items)
    order = [item.id for item in written]
    return tuple(order.index(item.id) for item in block.items)


def screen_numbered(screens: Sequence[Screen], number: int) -> Screen:
    """Give one screen, or raise NotFound."""
    if not 1 <= number <= len(screens):
        raise NotFound("There is no such page of questions.")
    return screens[number - 1]


def screen_of(screens: Sequence[Screen], item: str) -> int:
    """Give the number of the screen that shows ``item``, or raise NotFound."""
    for screen in screens:
        if item in screen.item_ids:
            return screen.number
    raise NotFound("There is no such question.")


def same_place(before: Sequence[Screen], after: Sequence[Screen], number: int) -> int:
    """Give the screen of another lay-out at which one is as far as at screen ``number``.

    0 stays 0, the start; a number behind the last screen stays behind the last.
    """
    if number < 1:
        return 0
    if number > len(before):
        return len(after) + 1
    return screen_of(after, before[number - 1].item_ids[0])


def resume_at(screens: Sequence[Screen], dealt_with: Collection[str], position: int) -> int | None:
    """Give the screen to go on at, None when every item is answered or declined.

    From where the person was (``position``, 0 at the start) to the first screen with an open
    item; when all of those are done, the first such screen before.
    """
    open_screens = [
        screen.number
        for screen in screens
        if any(item not in dealt_with for item in screen.item_ids)
    ]
    onwards = [number for number in open_screens if number >= position]
    return next(iter(onwards or open_screens), None)


def _arranged(instrument: Instrument, block: Block, seed: int) -> Block:
    if instrument.kind == "judgement":
        return block
    return replace(block, items=_shuffled(block.items, seed))


def _pieces(block: Block, size: int | None) -> list[Block]:
    if size is None:
        return [block]
    starts = range(0, len(block.items), size)
    return [replace(block, items=block.items[start : start + size]) for start in starts]


def _shuffled(things: Iterable[Named], seed: int) -> tuple[Named, ...]:
    """Order by digests of seed and id: the same on every machine and version, for ever."""
    if seed == 0:
        return tuple(things)
    return tuple(
        sorted(things, key=lambda one: hashlib.sha256(f"{seed}:{one.id}".encode()).digest())
    )
