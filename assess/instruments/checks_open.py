"""Whether what is open to everybody, practice and job previews, is plain and complete."""

from collections.abc import Mapping, Sequence

from assess.instruments import practice, previews
from assess.instruments.checks_wording import unfit_words
from assess.instruments.practice import PracticeSet
from assess.instruments.previews import Previews
from assess.instruments.reading import HIGHEST_GRADE, reading_grade


def practice_faults(shown: PracticeSet) -> list[str]:
    """Give every fault of the practice set as "path: what is wrong; what to do"."""
    texts = practice.texts(shown)
    passages = {"practice.intro": shown.intro}
    for kind, one in shown.formats.items():
        passages[f"practice.{kind}"] = f"{one.instruction} {one.tip}"
        for block in one.blocks:
            parts = [block.scenario or "", *(item.text for item in block.items)]
            parts += [key.why for item, key in one.option_keys.items() if item.startswith(block.id)]
            passages[f"practice.{block.id}"] = " ".join([*parts, block.explanation or ""])
    return [*_texts_faults(texts, shown.language), *_grade_faults(passages, shown.language)]


def preview_faults(shown: Previews, call_drivers: Sequence[str]) -> list[str]:
    """Give every fault of the previews: each call driver has one, and nothing else has."""
    faults = [
        f"previews.{code}: there is no preview of this call driver; write one"
        for code in call_drivers
        if code not in shown.by_code
    ]
    faults += [
        f"previews.{code}: is not a call driver; use one of {', '.join(call_drivers)}"
        for code in shown.by_code
        if code not in call_drivers
    ]
    passages = {"previews.general": shown.text}
    for code, one in shown.by_code.items():
        passages[f"previews.{code}"] = " ".join((one.contact, one.hard, *one.helps))
    return [
        *faults,
        *_texts_faults(previews.texts(shown), shown.language),
        *_grade_faults(passages, shown.language),
    ]


def _texts_faults(texts: Mapping[str, str], language: str) -> list[str]:
    return [
        f"{path}: {what}" for path, text in texts.items() for what in unfit_words(text, language)
    ]


def _grade_faults(passages: Mapping[str, str], language: str) -> list[str]:
    if language != "en":
        return []
    return [
        f"{path}: has reading grade {grade:.1f}, at most {HIGHEST_GRADE:g}; "
        "use shorter words and sentences"
        for path, text in passages.items()
        if (grade := reading_grade(text)) > HIGHEST_GRADE
    ]
