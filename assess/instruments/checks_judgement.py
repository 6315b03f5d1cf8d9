"""Whether a judgement bank and each of its forms can be scored fairly.

Options must not be guessable without judgement: not by their length, not by their place. Each
competency needs enough options, good and poor ones, or its score says little. A key that several
experts made has decimals: what is asked of keys is asked of the nearest whole rating. An option
that was dropped counts for none of it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from assess.instruments.model import Block, Instrument, Item
from assess.selection.demand import COMPETENCIES

MOST_SCENARIO_WORDS: Final = 55
OPTION_WORDS: Final = (8, 25)
LONGEST_TO_SHORTEST: Final = 2.0
LEAST_KEY_RANGE: Final = 3.0
LEAST_SCORED: Final = 3
MOST_EXPERT_SD: Final = 1.0
LARGEST_SHARE_AT_ONE_PLACE: Final = 0.4
STRONGEST_LENGTH_CORRELATION: Final = 0.3
FEWEST_FOR_BALANCE: Final = 4
PRIMARY_OPTIONS: Final[Mapping[str, int]] = {
    code: 16 if code in ("EMP", "REG") else 5 for code in COMPETENCIES
}
LEAST_KEY_SD: Final = 1.2
LEAST_SHARE_GOOD: Final = 0.3
GOOD: Final = 4.0


def judgement_faults(instrument: Instrument, call_drivers: Sequence[str]) -> list[str]:
    """Give every fault of a bank, or of one form without a bank, as "path: what; what to do"."""
    faults: list[str] = []
    for block in (*instrument.blocks, instrument.practice):
        faults += _scenario_faults(block, call_drivers)
    for block in instrument.blocks:
        faults += _key_faults(instrument, block)
    if not instrument.forms:
        return faults + _form_faults(instrument, "blocks")
    by_id = {block.id: block for block in instrument.blocks}
    for letter, chosen in instrument.forms.items():
        form = replace(instrument, blocks=tuple(by_id[one] for one in chosen), forms={})
        faults += _form_faults(form, f"forms.{letter}")
    used = {one for chosen in instrument.forms.values() for one in chosen}
    faults += [
        f"forms: no form shows {block.id}; add it to one, or remove it"
        for block in instrument.blocks
        if block.id not in used
    ]
    return faults


def _words(text: str) -> int:
    return len(text.split())


def _scenario_faults(block: Block, call_drivers: Sequence[str]) -> list[str]:
    faults = []
    count = _words(block.scenario or "")
    if count > MOST_SCENARIO_WORDS:
        faults.append(
            f"{block.id}.scenario: has {count} words, at most {MOST_SCENARIO_WORDS}; shorten it"
        )
    if block.call_driver is not None and call_drivers and block.call_driver not in call_drivers:
        known = ", ".join(call_drivers)
        faults.append(
            f"{block.id}.call_driver: {block.call_driver!r} is not a call driver; "
            f"use one of {known}"
        )
    lengths = [_words(item.text) for item in block.items]
    shortest, longest = OPTION_WORDS
    for item, length in zip(block.items, lengths, strict=True):
        if not shortest <= length <= longest:
            faults.append(
                f"{item.id}.text: has {length} words, wanted {shortest} to {longest}; "
                f"{'shorten it' if length > longest else 'say more'}"
            )
    if max(lengths) > LONGEST_TO_SHORTEST * min(lengths):
        faults.append(
            f"{block.id}.options: lengths differ too much ({min(lengths)}-{max(lengths)} words); "
            "make them more alike"
        )
    return faults


def _scored(instrument: Instrument, block: Block) -> tuple[Item, ...]:
    return tuple(item for item in block.items if not instrument.option_keys[item.id].dropped)


def _key_faults(instrument: Instrument, block: Block) -> list[str]:
    scored = _scored(instrument, block)
    faults = []
    if len(scored) < LEAST_SCORED:
        faults.append(
            f"{block.id}.options: {len(scored)} of {len(block.items)} responses are scored, wanted "
            f"{LEAST_SCORED}; reword those that were dropped, or remove the scenario"
        )
    if not scored:
        return faults
    points = [instrument.option_keys[item.id].points for item in scored]
    if round(max(points)) - round(min(points)) < LEAST_KEY_RANGE:
        faults.append(
            f"{block.id}.options: keys must differ by {LEAST_KEY_RANGE:g} or more, "
            f"they run from {min(points):g} to {max(points):g}; add a poorer or a better option"
        )
    best = _words(scored[points.index(max(points))].text)
    if best > sorted(_words(item.text) for item in block.items)[-2]:
        faults.append(
            f"{block.id}.options: the best option is the longest; "
            "shorten it, or say more in another"
        )
    for item in scored:
        sd = instrument.option_keys[item.id].sd
        if sd is not None and sd > MOST_EXPERT_SD:
            faults.append(
                f"{item.id}.key_sd: the experts disagree ({sd:g} > {MOST_EXPERT_SD:g}); "
                "reword or drop the option"
            )
    return faults


def _form_faults(form: Instrument, path: str) -> list[str]:
    """Check a form as a whole: coverage, key spread, the best option's place, keys and length."""
    if len(form.blocks) < FEWEST_FOR_BALANCE:
        return []
    shown = [item for block in form.blocks for item in _scored(form, block)]
    points = [form.option_keys[item.id].points for item in shown]
    faults = [fault for code in COMPETENCIES for fault in _coverage_faults(form, code)]
    absent = sorted(set(range(form.low, form.high + 1)) - {round(point) for point in points})
    if absent:
        told = ", ".join(map(str, absent))
        faults.append(f"no option is keyed {told}; write some, or have the keys rated again")
    best = Counter(_best_place(form, block) for block in form.blocks if _scored(form, block))
    place, count = best.most_common(1)[0]
    if count > LARGEST_SHARE_AT_ONE_PLACE * len(form.blocks):
        faults.append(
            f"the best option is at place {place + 1} in {count} scenarios; move some of them"
        )
    faults += length_faults(form)
    return [f"{path}: {fault}" for fault in faults]


def length_faults(form: Instrument) -> list[str]:
    """Say whether the keys of a form follow the length of its options, in words or characters."""
    shown = [item for block in form.blocks for item in block.items]
    points = [form.option_keys[item.id].points for item in shown]
    faults = []
    for what, lengths in (
        ("words", [_words(item.text) for item in shown]),
        ("characters", [len(item.text) for item in shown]),
    ):
        r = _correlation(lengths, points)
        if abs(r) > STRONGEST_LENGTH_CORRELATION:
            faults.append(
                f"keys follow the length of options in {what} (r = {r:.2f}); "
                f"make {'poor' if r > 0 else 'good'} options longer"
            )
    return faults


def _correlation(x: Sequence[float], y: Sequence[float]) -> float:
    if len(set(x)) < 2 or len(set(y)) < 2:
        return 0.0
    return float(np.asarray(np.corrcoef(x, y))[0, 1])


def _coverage_faults(form: Instrument, code: str) -> list[str]:
    """Check that a competency has enough options of its own, and both good and poor ones."""
    shown = [form.option_keys[item.id] for block in form.blocks for item in _scored(form, block)]
    primary = sum(key.competencies.get(code, 0.0) == 1 for key in shown)
    points = [key.points for key in shown if code in key.competencies]
    faults = []
    if primary < PRIMARY_OPTIONS[code]:
        faults.append(
            f"{code} has {primary} options of weight 1, wanted {PRIMARY_OPTIONS[code]}; add some"
        )
    if not points:
        return faults
    ends = round(min(points)), round(max(points))
    if ends != (form.low, form.high) or np.std(points) < LEAST_KEY_SD:
        faults.append(
            f"keys of {code} run from {min(points):g} to {max(points):g} with SD "
            f"{np.std(points):.2f}, wanted {form.low} to {form.high} with {LEAST_KEY_SD:g}; "
            "add clearly good and clearly poor options"
        )
    share = sum(round(point) >= GOOD for point in points) / len(points)
    if share < LEAST_SHARE_GOOD:
        faults.append(
            f"{share:.0%} of the options of {code} are keyed {GOOD:g} or more, wanted "
            f"{LEAST_SHARE_GOOD:.0%}; add good ones"
        )
    return faults


def _best_place(form: Instrument, block: Block) -> int:
    best = max(_scored(form, block), key=lambda item: form.option_keys[item.id].points)
    return block.items.index(best)
