"""Whether everybody can read, and should be asked, what an instrument says.

Plain words (reading grade 6 at most); nobody's health, mood, sex or protected traits; no other
publisher's mark. Statements that may still be reworded say one thing, and say it without denying;
the wording of a calibrated scale belongs to its calibration and is left alone.
The word lists are of English and are a net, not a judgement: a reviewer reads every text as well.
"""

import re
from collections.abc import Iterator
from typing import Final

from assess.instruments.model import Instrument
from assess.instruments.reading import reading_grade

HIGHEST_GRADE: Final = 6.0

_MARK = re.compile(r"\b(DiSC|Thomas PPA|Persolog)\b")
_UNFIT: Final = {
    "a medical or mood word; say what the person does at work": (
        r"depress\w*|anxi\w+|moods?|moody|panic\w*|desperate|hopeless|worthless|suicid\w*|neurotic"
        r"|burn-?out|trauma\w*|therap\w+|medicat\w+|medicines?|doctors?|illness\w*|diseases?|sick"
        r"|disorders?|diagnos\w+|symptoms?|hospitals?|mental\w*|feel(?:ing)? blue|dislike myself"
    ),
    "a gendered word; say the customer, the caller or they": (
        r"he|she|him|his|hers?|himself|herself|m[ae]n|wom[ae]n|boys?|girls?|lad(?:y|ies)|gentlem[ae]n"
        r"|sir|madam|mr|mrs|ms|guys?|mothers?|fathers?|mums?|dads?|sisters?|brothers?|sons?"
        r"|daughters?|husbands?|wi(?:fe|ves)|sales(?:wo)?m[ae]n|chairm[ae]n"
    ),
    "a protected trait; leave it out, the situation does not need it": (
        r"race|racial|ethnic\w*|nationalit\w+|foreign\w*|immigrants?|refugees?|accents?|religi\w+"
        r"|church\w*|mosques?|synagogues?|christian\w*|muslims?|jew\w*|hindus?|buddhis\w+|pray\w*"
        r"|pregnan\w+|disab\w+|wheelchairs?|blind|deaf|gay|lesbians?|transgender|elderly|pensioners?"
        r"|retired|young|old (?:people|person|age)|married|divorced|widow\w*|trade unions?"
    ),
}
_PATTERNS = {what: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for what, words in _UNFIT.items()}
_DENIAL = re.compile(r"\b(?:not|never|no|nothing|nobody|cannot|\w+n['’]t)\b", re.IGNORECASE)
_TWO_IN_ONE = re.compile(r"\b(?:and|or|as well as)\b", re.IGNORECASE)


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
    """Give what is unfit in one text: another publisher's mark, a word of the English lists."""
    mark = _MARK.search(text)
    if mark:
        yield f"{mark[0]!r} is another publisher's mark; use words of your own"
    for what, pattern in _PATTERNS.items() if language == "en" else ():
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


def _hard_to_read(instrument: Instrument) -> list[str]:
    """Find what is above the grade: a scenario with its options, or all the statements together.

    The formula needs about a hundred words: a block of four short statements is too few.
    """
    passages = {"purpose": instrument.purpose, "instruction": instrument.instruction}
    for block in (*instrument.blocks, instrument.practice):
        path = block.id if instrument.kind == "judgement" else "blocks"
        parts = [block.scenario or "", *(item.text for item in block.items)]
        told = " ".join(part if part[-1:] in ".!?'\"" else f"{part}." for part in parts)
        passages[path] = f"{passages.get(path, '')} {told}"
    return [
        f"{path}: has reading grade {grade:.1f}, at most {HIGHEST_GRADE:g}; "
        "use shorter words and sentences"
        for path, text in passages.items()
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
        if _TWO_IN_ONE.search(item.text):
            faults.append(f"{item.id}.text: says two things in one; keep the one that is meant")
    return faults
