"""The picture of most and least within one person: words and figures, no score, no order (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from assess.instruments.model import Instrument
from assess.rankings.queries import EntryView


@dataclass(frozen=True)
class WithinStyle:
    """One style of the picture; ``value`` in net marks a block, -1 to +1, None without one."""

    letter: str
    title: str
    low_end: str
    high_end: str
    value: float | None


def within_person_picture(
    entry: EntryView, battery: Sequence[Instrument]
) -> tuple[WithinStyle, ...]:
    """Give the four styles of the battery's most/least instrument; nothing where it has none."""
    for instrument in battery:
        if instrument.kind == "most_least":
            return tuple(
                WithinStyle(
                    one.name, one.title, one.low_end, one.high_end, entry.picture.get(one.name)
                )
                for one in instrument.scales
            )
    return ()


def picture_words(picture: Sequence[WithinStyle]) -> str:
    """Spell the letters with their figures; a dash for what was not measured."""
    return ", ".join(
        f"{one.letter} –" if one.value is None else f"{one.letter} {one.value:+.2f}"
        for one in picture
    )
