"""What loading cannot know: whether good content was written, and whether the files agree.

Each check gives its faults as "file: path: what is wrong". The limits are those of the item
rules: scenarios of 60 words at most, options of 12 to 32 words and about equal length, keys that
spread and do not follow length, the best option at varied places.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from assess.errors import AssessError, Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.checks_most_least import most_least_faults
from assess.instruments.load import INSTRUMENT_FILE, form_keys, load_instrument
from assess.instruments.model import Block, Instrument

MOST_SCENARIO_WORDS: Final = 60
OPTION_WORDS: Final = (12, 32)
LONGEST_TO_SHORTEST: Final = 2.0
LEAST_KEY_RANGE: Final = 3.0
MOST_EXPERT_SD: Final = 1.0
LARGEST_SHARE_AT_ONE_PLACE: Final = 0.5
STRONGEST_LENGTH_CORRELATION: Final = 0.5
FEWEST_FOR_BALANCE: Final = 4
RATING_BLOCK: Final = (3, 6)

_MARK = re.compile(r"\b(DiSC|Thomas PPA|Persolog)\b")


def check_folder(folder: Path, call_drivers: Sequence[str]) -> list[str]:
    """Give every fault of one instrument's folder, those of loading first."""
    forms = form_keys(folder)
    faults: list[str] = []
    for form in forms or (None,):
        try:
            instrument = load_instrument(folder, form=form)
        except Invalid as error:
            faults += error.faults
    if faults:
        return list(dict.fromkeys(faults))
    if forms:
        instrument = load_instrument(folder, derived=False)
    place = str(folder / INSTRUMENT_FILE)
    if instrument.kind == "judgement":
        found = _judgement_faults(instrument, call_drivers)
    elif instrument.kind == "most_least":
        found = most_least_faults(instrument)
    else:
        found = _rating_faults(instrument)
    return [f"{place}: {fault}" for fault in (*found, *_text_faults(instrument))]


def check_catalogue(catalogue: Catalogue) -> list[str]:
    """Give every fault of a content folder: its tables, and every instrument in it."""
    faults: list[str] = []
    for part in ("competency_file", "call_driver_file", "reference", "phrases"):
        try:
            getattr(catalogue, part)
        except Invalid as error:
            faults += error.faults
    drivers = () if faults else tuple(catalogue.call_drivers)
    keys = catalogue.keys()
    for folder in catalogue.folders:
        faults += check_folder(folder, drivers)
    if not faults:
        for key in keys:
            try:
                catalogue.instrument(key)
            except AssessError as error:
                faults += str(error).splitlines()
    try:
        catalogue.default_battery  # noqa: B018 - reading it is the check
    except Invalid as error:
        faults += error.faults
    return faults or _agreement_faults(catalogue)


def _agreement_faults(catalogue: Catalogue) -> list[str]:
    """Say which scales the evidence map or the style strip names that no instrument has."""
    keys = catalogue.keys()
    names = {name for key in keys for name in catalogue.instrument(key).scale_names}
    place = catalogue.folder / "competencies.yaml"
    faults = [
        f"{place}: competencies.{one.code}.evidence.scale: no instrument has the scale {one.scale}"
        for one in catalogue.competencies
        if one.scale is not None and one.scale not in names
    ]
    faults += [
        f"{place}: styles.{style.letter}.scale: no instrument has the scale {style.scale}"
        for style in catalogue.styles
        if style.scale not in names
    ]
    return faults


def _words(text: str) -> int:
    return len(text.split())


def _judgement_faults(instrument: Instrument, call_drivers: Sequence[str]) -> list[str]:
    faults: list[str] = []
    for block in (*instrument.blocks, instrument.practice):
        faults += _scenario_faults(block, call_drivers)
    for block in instrument.blocks:
        faults += _key_faults(instrument, block)
    return faults + _form_faults(instrument)


def _scenario_faults(block: Block, call_drivers: Sequence[str]) -> list[str]:
    faults = []
    count = _words(block.scenario or "")
    if count > MOST_SCENARIO_WORDS:
        faults.append(f"{block.id}.scenario: has {count} words, at most {MOST_SCENARIO_WORDS}")
    if block.call_driver is not None and call_drivers and block.call_driver not in call_drivers:
        faults.append(f"{block.id}.call_driver: {block.call_driver!r} is not a call driver")
    lengths = [_words(item.text) for item in block.items]
    shortest, longest = OPTION_WORDS
    for item, length in zip(block.items, lengths, strict=True):
        if not shortest <= length <= longest:
            faults.append(f"{item.id}.text: has {length} words, wanted {shortest} to {longest}")
    if max(lengths) > LONGEST_TO_SHORTEST * min(lengths):
        faults.append(
            f"{block.id}.options: lengths differ too much ({min(lengths)}-{max(lengths)})"
        )
    return faults


def _key_faults(instrument: Instrument, block: Block) -> list[str]:
    points = [instrument.option_keys[item.id].points for item in block.items]
    faults = []
    if max(points) - min(points) < LEAST_KEY_RANGE:
        faults.append(
            f"{block.id}.options: keys must differ by {LEAST_KEY_RANGE:g} or more, "
            f"they run from {min(points):g} to {max(points):g}"
        )
    for item in block.items:
        sd = instrument.option_keys[item.id].sd
        if sd is not None and sd > MOST_EXPERT_SD:
            faults.append(f"{item.id}.key_sd: the experts disagree ({sd:g} > {MOST_EXPERT_SD:g})")
    return faults


def _form_faults(instrument: Instrument) -> list[str]:
    """Check a form as a whole: key spread, where the best option stands, keys and length."""
    if len(instrument.blocks) < FEWEST_FOR_BALANCE:
        return []
    faults = []
    keyed = {round(key.points) for key in instrument.option_keys.values()}
    absent = sorted(set(range(instrument.low, instrument.high + 1)) - keyed)
    if absent:
        faults.append(f"blocks: no option is keyed {', '.join(map(str, absent))}")
    best = Counter(_best_place(instrument, block) for block in instrument.blocks)
    place, count = best.most_common(1)[0]
    if count > LARGEST_SHARE_AT_ONE_PLACE * len(instrument.blocks):
        faults.append(f"blocks: the best option is at place {place + 1} in {count} scenarios")
    lengths = [_words(item.text) for item in instrument.items]
    points = [instrument.option_keys[item.id].points for item in instrument.items]
    if len(set(lengths)) > 1 and len(set(points)) > 1:
        r = float(np.asarray(np.corrcoef(lengths, points))[0, 1])
        if abs(r) > STRONGEST_LENGTH_CORRELATION:
            faults.append(f"blocks: keys follow the length of options (r = {r:.2f})")
    return faults


def _best_place(instrument: Instrument, block: Block) -> int:
    points = [instrument.option_keys[item.id].points for item in block.items]
    return points.index(max(points))


def _rating_faults(instrument: Instrument) -> list[str]:
    faults = []
    few, many = RATING_BLOCK
    for block in instrument.blocks:
        if not few <= len(block.items) <= many:
            size = len(block.items)
            faults.append(f"{block.id}.items: has {size} statements, wanted {few} to {many}")
    used = {item for scale in instrument.scales for item in scale.item_ids}
    faults += [f"{item}: no scale uses it" for item in instrument.item_ids if item not in used]
    for text in _twins(item.text.casefold() for item in instrument.items):
        faults.append(f"blocks: two items say {text!r}")
    return faults


def _text_faults(instrument: Instrument) -> list[str]:
    """Find registered marks of others in what people read."""
    shown = [instrument.title, instrument.purpose, instrument.instruction]
    for block in (*instrument.blocks, instrument.practice):
        shown += [block.scenario or "", *(item.text for item in block.items)]
    return [
        f"the text {text[:40]!r} uses another publisher's mark"
        for text in shown
        if _MARK.search(text)
    ]


def _twins(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
