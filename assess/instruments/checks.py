"""What loading cannot know: whether good content was written, and whether the files agree.

Each check gives its faults as "file: path: what is wrong; what to do". What cannot be loaded at all
(an id given twice, a key out of range, an option without a key) is found there, and comes first.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from assess.errors import AssessError, Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.checks_judgement import judgement_faults
from assess.instruments.checks_most_least import most_least_faults
from assess.instruments.checks_open import practice_faults, preview_faults
from assess.instruments.checks_translation import (
    instrument_translation_faults,
    shared_text_faults,
    shared_translation_faults,
)
from assess.instruments.checks_wording import wording_faults
from assess.instruments.load import INSTRUMENT_FILE, form_keys, load_instrument
from assess.instruments.model import Instrument
from assess.instruments.versions import version_faults

RATING_BLOCK: Final = (3, 6)


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
        return list(dict.fromkeys([*faults, *_changed_version(folder)]))
    if forms:
        instrument = load_instrument(folder, derived=False)
    place = str(folder / INSTRUMENT_FILE)
    if instrument.kind == "judgement":
        found = judgement_faults(instrument, call_drivers)
    elif instrument.kind == "most_least":
        found = most_least_faults(instrument)
    else:
        found = _rating_faults(instrument)
    return [
        *(f"{place}: {fault}" for fault in (*found, *wording_faults(instrument))),
        *version_faults(folder, instrument),
        *instrument_translation_faults(folder, instrument),
    ]


def _changed_version(folder: Path) -> list[str]:
    """Say whether wording or keys have changed, where only what is derived cannot be loaded."""
    try:
        return version_faults(folder, load_instrument(folder, derived=False))
    except Invalid:
        return []


def check_catalogue(catalogue: Catalogue) -> list[str]:
    """Give every fault of a content folder: its tables, and every instrument in it."""
    faults: list[str] = []
    for part in (
        "competency_file",
        "call_driver_file",
        "reason_words",
        "reference",
        "phrases",
        "interview_words",
        "feedback",
        "practice",
        "previews",
        "wordings",
    ):
        try:
            getattr(catalogue, part)
        except Invalid as error:
            # Words of reasons rest on the call drivers, whose faults are told once.
            faults += [fault for fault in error.faults if fault not in faults]
    drivers = () if faults else tuple(catalogue.call_drivers)
    if not faults:
        faults += _open_faults(catalogue)
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
    return faults or [
        *_agreement_faults(catalogue),
        *shared_text_faults(catalogue),
        *shared_translation_faults(catalogue),
    ]


def _open_faults(catalogue: Catalogue) -> list[str]:
    """Give the faults of what is open to everybody: the practice set and the previews."""
    place, drivers = catalogue.folder, tuple(catalogue.call_drivers)
    return [
        *(f"{place / 'practice.yaml'}: {fault}" for fault in practice_faults(catalogue.practice)),
        *(
            f"{place / 'previews.yaml'}: {fault}"
            for fault in preview_faults(catalogue.previews, drivers)
        ),
    ]


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


def _rating_faults(instrument: Instrument) -> list[str]:
    faults = []
    few, many = RATING_BLOCK
    for block in instrument.blocks:
        if not few <= len(block.items) <= many:
            size = len(block.items)
            faults.append(
                f"{block.id}.items: has {size} statements, wanted {few} to {many}; move some"
            )
    used = {item for scale in instrument.scales for item in scale.item_ids}
    faults += [
        f"{item}: no scale uses it; score it or remove it"
        for item in instrument.item_ids
        if item not in used
    ]
    for text in _twins(item.text.casefold() for item in instrument.items):
        faults.append(f"blocks: two items say {text!r}; reword one")
    return faults


def _twins(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
