"""Whether everybody can read, and should be asked, what an instrument says.

Plain words (reading grade 6 at most); nobody's health, mood, sex or protected traits; no other
publisher's mark. Statements that may still be reworded say one thing, and say it without denying;
the wording of a calibrated scale belongs to its calibration and is left alone.
The word lists are a net, not a judgement: a reviewer reads every text as well.
"""

import re
from collections.abc import Iterator
from typing import Final

from assess.instruments.model import Instrument
from assess.instruments.reading import HIGHEST_GRADE, reading_grade
from assess.instruments.word_lists import UNFIT_WORDS

_MARK = re.compile(r"\b(DiSC|Thomas PPA|Persolog)\b")
_PATTERNS: Final = {
    language: {
        what: re.compile(rf"\b(?:{words})(?!\w)", re.IGNORECASE) for what, words in one.items()
    }
    for language, one in UNFIT_WORDS.items()
}
_DENIAL = re.compile(r"\b(?:not|never|no|nothing|nobody|cannot|\w+n['’]t)\b", re.IGNORECASE)
TWO_IN_ONE: Final = re.compile(r"\b(?:(?<!now )and|(?<!more )or|as well as)\b", re.IGNORECASE)


def wording_faults(instrument: Instrument) -> list[str]:
    """Give every fault of the texts as "path: what is wrong; what to do"."""
    faults = []
    for path, text in _texts(instrument):
        faults += [f"{path}: {what}" for what in unfit_words(text, instrument.language)]
    if instrument.language == "en":
        faults += _hard_to_read(instrument)
        if instrument.kind == "rating":
            faults += _statement_faults(instrument)
    return faults


def unfit_words(text: str, language: str) -> Iterator[str]:
    """Give what is unfit in one text: another publisher's mark, a word of the language's lists."""
    mark = _MARK.search(text)
    if mark:
        yield f"{mark[0]!r} is another publisher's mark; use words of your own"
    for what, pattern in _PATTERNS.get(language, {}).items():
        found = pattern.search(text)
        if found:
            yield f"{found[0]!r} is {what}"


def _texts(instrument: Instrument) -> Iterator[tuple[str, str]]:
    """Give every text that a candidate reads, with its path."""
    yield "title", instrument.title
    yield "purpose", instrument.purpose
    yield "instruction", instrument.instruction
    for block in (*instrument.blocks, instrument.practice):
        if block.scenario:
            yield f"{block.id}.scenario", block.scenario
        if block.explanation:
            yield f"{block.id}.explanation", block.explanation
        for item in block.items:
            yield f"{item.id}.text", item.text


def passages(instrument: Instrument) -> dict[str, str]:
    """Give what is read in one go, by its path: a scenario with its options, or all statements.

    A measure of reading needs about a hundred words: a block of four short statements is too few.
    """
    found = {"instruction": f"{instrument.purpose} {instrument.instruction}"}
    for block in (*instrument.blocks, instrument.practice):
        path = block.id if instrument.kind == "judgement" else "blocks"
        parts = [block.scenario or "", *(item.text for item in block.items)]
        told = " ".join(part if part[-1:] in ".!?'\"" else f"{part}." for part in parts if part)
        found[path] = f"{found.get(path, '')} {told}".strip()
    return found


def _hard_to_read(instrument: Instrument) -> list[str]:
    read = passages(instrument)
    del read["instruction"]
    read |= {"purpose": instrument.purpose, "instruction": instrument.instruction}
    return [
        f"{path}: has reading grade {grade:.1f}, at most {HIGHEST_GRADE:g}; "
        "use shorter words and sentences"
        for path, text in read.items()
        if (grade := reading_grade(text)) > HIGHEST_GRADE
    ]


def _statement_faults(instrument: Instrument) -> list[str]:
    """Find statements that say two things or deny one, where they may still be reworded."""
    fixed = {item for scale in instrument.scales if scale.calibrated for item in scale.item_ids}
    faults = []
    for item in instrument.items:
        if item.id in fixed:
            continue
        if _DENIAL.search(item.text):
            faults.append(f"{item.id}.text: denies something; say what the person does")
        if TWO_IN_ONE.search(item.text):
            faults.append(f"{item.id}.text: says two things in one; keep the one that is meant")
    return faults
