"""Which wording and keys each version of an instrument was recorded with: ``versions.yaml``.

A version that people have answered stands for ever: a changed word or key is a new version. The
file maps each version to the digest of what was asked and how it is keyed. It is no part of the
instrument's digest, and neither are notes for reviewers, calibration or norms.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from assess.errors import Invalid
from assess.instruments.document import read_document, refuse
from assess.instruments.model import Instrument, Item
from assess.instruments.wording import source_texts

VERSION_FILE: Final = "versions.yaml"
_HEADER: Final = (
    "# Written by `assess questionnaires stamp`: each version, and the SHA-256 of its wording and\n"
    "# keys. A recorded version never changes; a changed word or key is a new version.\n"
)


def version_digest(instrument: Instrument) -> str:
    """Give the SHA-256, in hex, of the wording and keys of a whole instrument or bank."""
    content = {
        "texts": source_texts(instrument),
        "answers": [instrument.low, instrument.high],
        "blocks": [
            [block.id, [_item(instrument, item) for item in block.items]]
            for block in instrument.blocks
        ],
        "scales": [
            [scale.name, scale.items, asdict(scale.assumed) if scale.assumed else None]
            for scale in instrument.scales
        ],
        "forms": {letter: list(blocks) for letter, blocks in instrument.forms.items()},
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _item(instrument: Instrument, item: Item) -> list[object]:
    key = instrument.option_keys.get(item.id)
    keyed = [] if key is None else [key.points, dict(key.competencies)]
    return [item.id, item.style, item.sign, *keyed]


def recorded_versions(folder: Path, faults: list[str]) -> dict[str, str]:
    """Read the digests recorded in ``folder`` by version; none where there is no file."""
    path = folder / VERSION_FILE
    if not path.is_file():
        return {}
    root = read_document(path, faults)
    if not isinstance(root.value, dict):  # noted by reading it
        return {}
    return {version: node.as_text() for version, node in root.pairs()}


def version_faults(folder: Path, instrument: Instrument) -> list[str]:
    """Say whether the present version is recorded as it now reads, "file: path: what; do"."""
    faults: list[str] = []
    found = recorded_versions(folder, faults).get(instrument.version)
    if faults:
        return faults
    if found is None:
        place = f"{folder / VERSION_FILE}: {instrument.version}"
        return [f"{place}: is not recorded; run `assess questionnaires stamp` on the folder"]
    if found == version_digest(instrument):
        return []
    told = (
        f"{folder / 'instrument.yaml'}: version: wording or keys have changed since version "
        f"{instrument.version!r} was recorded; give it a new version and stamp it"
    )
    return [told]


def with_version(folder: Path, instrument: Instrument, *, draft: bool = False) -> str | None:
    """Give the text of ``versions.yaml`` with the present version recorded; None if it is already.

    ``draft`` overwrites what a version that nobody has answered yet was recorded with. Raises
    Invalid for a recorded version that reads otherwise, or a file that cannot be read.
    """
    faults: list[str] = []
    recorded = recorded_versions(folder, faults)
    refuse(faults)
    digest, found = version_digest(instrument), recorded.get(instrument.version)
    if found == digest:
        return None
    if found is not None and not draft:
        raise Invalid(
            f"{folder / 'instrument.yaml'}: version: {instrument.version!r} is recorded with other "
            "wording or keys; give it a new version (or --draft, if nobody has answered it)"
        )
    return versions_yaml({**recorded, instrument.version: digest})


def versions_yaml(recorded: Mapping[str, str]) -> str:
    """Write versions and their digests as the text of a version file."""
    return _HEADER + "".join(
        f"{json.dumps(version)}: {json.dumps(digest)}\n" for version, digest in recorded.items()
    )
