"""Whether a most/least instrument was built as its picture needs it.

24 statements of each style, 8 of them keyed negatively, so that a person's level does not drown
in the choice among four good things; each style as often at each place; statements short and of
about equal length; nothing said by denying it.
"""

import re
from collections import Counter
from typing import Final

from assess.instruments.checks_wording import TWO_IN_ONE
from assess.instruments.model import Block, Instrument

BLOCKS: Final = 24
NEGATIVE_OF_EACH: Final = 8
MOST_NEGATIVE_IN_A_BLOCK: Final = 2
STATEMENT_WORDS: Final = (3, 10)
LONGEST_TO_SHORTEST: Final = 2.5
MOST_UNEVEN_PLACES: Final = 1

_DENIAL = re.compile(r"\b(not|never|no|nothing|cannot|\w+n't)\b", re.IGNORECASE)


def most_least_faults(instrument: Instrument) -> list[str]:
    """Give every fault as "path: what is wrong; what to do"."""
    faults = []
    if len(instrument.blocks) != BLOCKS:
        faults.append(
            f"blocks: there are {len(instrument.blocks)}, wanted {BLOCKS}; add or drop some"
        )
    for block in instrument.blocks:
        negative = sum(item.sign < 0 for item in block.items)
        if negative > MOST_NEGATIVE_IN_A_BLOCK:
            most = MOST_NEGATIVE_IN_A_BLOCK
            faults.append(
                f"{block.id}.statements: {negative} are keyed -1, at most {most}; move one"
            )
        faults += _wording_faults(block, english=instrument.language == "en")
    for scale in instrument.scales:
        faults += _style_faults(instrument, scale.name, scale.signs)
    texts = Counter(item.text.casefold() for block in instrument.blocks for item in block.items)
    faults += [
        f"blocks: two statements say {text!r}; reword one" for text, n in texts.items() if n > 1
    ]
    return faults


def _style_faults(instrument: Instrument, style: str, signs: tuple[int, ...]) -> list[str]:
    faults = []
    negative = sum(sign < 0 for sign in signs)
    if negative != NEGATIVE_OF_EACH:
        faults.append(
            f"blocks: {style} has {negative} statements keyed -1, not {NEGATIVE_OF_EACH}; "
            "turn some round"
        )
    places = Counter(
        place
        for block in instrument.blocks
        for place, item in enumerate(block.items, 1)
        if item.style == style
    )
    counts = [places[place] for place in range(instrument.low, instrument.high + 1)]
    if max(counts) - min(counts) > MOST_UNEVEN_PLACES:
        told = ", ".join(map(str, counts))
        faults.append(
            f"blocks: {style} stands unevenly at places 1 to {len(counts)}: {told} times; "
            "change their order"
        )
    return faults


def _wording_faults(block: Block, *, english: bool) -> list[str]:
    lengths = [len(item.text.split()) for item in block.items]
    shortest, longest = STATEMENT_WORDS
    faults = [
        f"{item.id}.text: has {length} words, wanted {shortest} to {longest}; "
        f"{'shorten it' if length > longest else 'say more'}"
        for item, length in zip(block.items, lengths, strict=True)
        if not shortest <= length <= longest
    ]
    if max(lengths) > LONGEST_TO_SHORTEST * min(lengths):
        told = f"{min(lengths)}-{max(lengths)}"
        faults.append(
            f"{block.id}.statements: lengths differ too much ({told} words); make them more alike"
        )
    for item in block.items if english else ():
        if _DENIAL.search(item.text):
            faults.append(f"{item.id}.text: says something by denying it; say what the person does")
        if TWO_IN_ONE.search(item.text):
            faults.append(f"{item.id}.text: says two things in one; keep the one that is meant")
    return faults
