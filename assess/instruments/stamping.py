"""Stamping: noting which source wording each translated text stands for, and what a version is.

In a translation only the ``stamps`` block is written, at the end where there is none yet; every
other line and comment stays as its author left it. A stale text of a draft is stamped anew with
the rest; one of a translation that a person has signed is not, until its author says that it was
translated again. Nothing is written here: the texts of files are given.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.load import INSTRUMENT_FILE, load_instrument
from assess.instruments.versions import VERSION_FILE, with_version
from assess.instruments.wording import TRANSLATION_FOLDER, Wording, source_texts, stamp

_STAMPS: Final = re.compile(
    r"^stamps:[^\n]*(?:\n|\Z)(?:(?:[ \t]*\n)*[ \t]+\S[^\n]*(?:\n|\Z))*",
    re.MULTILINE,
)
_PLAIN: Final = re.compile(r"[A-Za-z][\w.-]*")


@dataclass(frozen=True)
class Write:
    """The new text of one file, and a line that says what is new in it."""

    path: Path
    text: str
    told: str


def stamp_folders(
    folders: Sequence[Path], *, retranslated: Collection[str] = (), draft: bool = False
) -> list[Write]:
    """Give what stamping writes: translations with stamps, versions with their digest.

    A folder is one instrument's or a whole content folder. ``retranslated`` paths are current
    again in reviewed translations; ``draft`` lets the present version, which nobody has answered,
    be recorded anew. Raises Invalid with every fault, among them a reviewed translation with a
    stale text and a recorded version that reads otherwise.
    """
    faults: list[str] = []
    writes: list[Write] = []
    known: set[str] = set()
    for folder, sources, wordings in _translated(folders, faults):
        for language, wording in sorted(wordings.items()):
            known |= set(wording.texts)
            path = folder / TRANSLATION_FOLDER / f"{language}.yaml"
            try:
                writes += stamped(path, wording, sources, retranslated)
            except Invalid as error:
                faults += error.faults
        if (folder / INSTRUMENT_FILE).is_file():
            try:
                writes += recorded(folder, draft=draft)
            except Invalid as error:
                faults += error.faults
    faults += [
        f"--retranslated: no translation here has the text {path!r}"
        for path in retranslated
        if path not in known
    ]
    if faults:
        raise Invalid(*faults)
    return writes


def _translated(
    folders: Sequence[Path], faults: list[str]
) -> Iterator[tuple[Path, Mapping[str, str], Mapping[str, Wording]]]:
    """Give each folder that may hold translations, the source's texts, and the translations."""
    for folder in folders:
        try:
            if (folder / INSTRUMENT_FILE).is_file():
                instrument = load_instrument(folder, derived=False)
                yield folder, source_texts(instrument), instrument.wordings
                continue
            catalogue = Catalogue(folder)
            if not catalogue.folders:
                faults.append(f"{folder}: holds no instrument (a folder with {INSTRUMENT_FILE})")
                continue
            if catalogue.wordings:
                yield folder, catalogue.shared_sources, catalogue.wordings
        except Invalid as error:
            faults += error.faults
            continue
        yield from _translated(catalogue.folders, faults)


def stamped(
    path: Path, wording: Wording, sources: Mapping[str, str], retranslated: Collection[str] = ()
) -> list[Write]:
    """Give the translation file ``path`` with a stamp for each text the source has, if that is new.

    Raises Invalid when it is reviewed and a text not among ``retranslated`` is stale.
    """
    held = [one for one in sources if one in wording.texts]
    stale = [one for one in wording.stale(sources) if one in wording.stamps]
    refused = [one for one in stale if one not in retranslated]
    if refused and not wording.machine_drafted:
        raise Invalid(
            f"{path}: texts: {', '.join(refused)}: the source has changed since "
            f"{wording.reviewed_by} signed the translation; translate it again, have it reviewed, "
            "then name it with --retranslated"
        )
    wanted = {one: stamp(sources[one]) for one in held}
    if wanted == dict(wording.stamps):
        return []
    added = sum(one not in wording.stamps for one in held)
    told = f"{path}: {added} texts stamped"
    if stale:
        told += f"; stamped anew, for their source had changed: {', '.join(stale)}"
    return [Write(path, _with_stamps(path, wanted), told)]


def recorded(folder: Path, *, draft: bool = False) -> list[Write]:
    """Give the version file of an instrument with its present version, if that is new."""
    instrument = load_instrument(folder, derived=False)
    text = with_version(folder, instrument, draft=draft)
    if text is None:
        return []
    path = folder / VERSION_FILE
    return [Write(path, text, f"{path}: version {instrument.version} recorded")]


def _with_stamps(path: Path, stamps: Mapping[str, str]) -> str:
    """Give the file's text with its stamps written anew: where they stand, or at the end."""
    text = path.read_bytes().decode("utf-8-sig")
    lines = [f"  {_key(one)}: {json.dumps(digest)}\n" for one, digest in stamps.items()]
    block = f"stamps:\n{''.join(lines)}"
    found = _STAMPS.search(text)
    if found is None:
        return f"{text.rstrip()}\n{block}"
    return text[: found.start()] + block + text[found.end() :]


def _key(path: str) -> str:
    """Write a path as a YAML key, in quotes only where it needs them."""
    return path if _PLAIN.fullmatch(path) else json.dumps(path)
