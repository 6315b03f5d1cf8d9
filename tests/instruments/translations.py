"""Translations that say nothing but pass every check, for tests to spoil."""

from pathlib import Path

import yaml

from assess.instruments.catalogue import Catalogue
from assess.instruments.load import INSTRUMENT_FILE, load_instrument
from assess.instruments.wording import TRANSLATION_FOLDER, source_texts, stamp


def sources_of(folder: Path) -> dict[str, str]:
    """Give the texts of one instrument's folder, or those a content folder shares."""
    if (folder / INSTRUMENT_FILE).is_file():
        return source_texts(load_instrument(folder, derived=False))
    return dict(Catalogue(folder).shared_sources)


def translation(folder: Path, language: str = "xx", **changes: object) -> dict:
    """Give the content of a whole translation: each text of the source with a mark before it."""
    sources = sources_of(folder)
    version = "1"
    if (folder / INSTRUMENT_FILE).is_file():
        version = load_instrument(folder, derived=False).version
    return {
        "language": language,
        "version": version,
        "status": "machine_drafted",
        "texts": {path: f"xx {text}" for path, text in sources.items()},
        "stamps": {path: stamp(text) for path, text in sources.items()},
    } | changes


def write_translation(folder: Path, content: dict, name: str | None = None) -> Path:
    """Write a translation into its folder, and give its path."""
    path = folder / TRANSLATION_FOLDER / f"{name or content['language']}.yaml"
    path.parent.mkdir(exist_ok=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10**6)
    path.write_text(text, "utf-8")
    return path
