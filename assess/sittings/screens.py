"""The screens of a battery: one block each, parts in the order of the battery."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assess.errors import NotFound
from assess.instruments.model import Block, Instrument


@dataclass(frozen=True)
class Screen:
    """One block as the candidate meets it; every count starts at 1."""

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


def lay_out(battery: Sequence[Instrument]) -> tuple[Screen, ...]:
    """Give the screens of ``battery`` in order; ``screens[n - 1].number == n``."""
    found: list[Screen] = []
    for part, instrument in enumerate(battery, 1):
        for step, block in enumerate(instrument.blocks, 1):
            found.append(
                Screen(
                    number=len(found) + 1,
                    part=part,
                    parts=len(battery),
                    step=step,
                    steps=len(instrument.blocks),
                    instrument=instrument,
                    block=block,
                )
            )
    return tuple(found)


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
