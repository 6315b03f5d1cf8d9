"""Content that is whole in every language candidates can read.

What is shipped whole is taken as it is; for the rest a stand-in is written, each text longer by a
third and marked with its language, so that no test waits for a translator.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml

from assess.instruments import practice, previews
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.load import load_instrument
from assess.instruments.wording import TRANSLATION_FOLDER, Wording, source_texts, stamp
from assess.web.languages import DEFAULT, LANGUAGES

OTHERS = tuple(code for code in LANGUAGES if code != DEFAULT)


def content_in_all_languages(folder: Path) -> Catalogue:
    """Copy the shipped content to ``folder`` and make it whole."""
    shutil.copytree(default_catalogue().folder, folder)
    shipped = Catalogue(folder)
    for place in shipped.folders:
        instrument = load_instrument(place, derived=False)
        _make_whole(place, source_texts(instrument), instrument.wordings)
    shared = practice.texts(shipped.practice) | previews.texts(shipped.previews)
    _make_whole(folder, shared, shipped.wordings)
    return Catalogue(folder)


def _make_whole(place: Path, texts: Mapping[str, str], there: Mapping[str, Wording]) -> None:
    for language in OTHERS:
        if language in there and there[language].covers(texts):
            continue
        found = there[language].texts if language in there else {}
        stand_in = {path: _longer(text, language) for path, text in texts.items()}
        content = {
            "language": language,
            "version": "1",
            "status": "machine_drafted",
            "texts": {**found, **stand_in},
            "stamps": {path: stamp(text) for path, text in texts.items()},
        }
        path = place / TRANSLATION_FOLDER / f"{language}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


def _longer(text: str, language: str) -> str:
    words = text.split()
    more = " ".join(words[: -(-len(words) // 3)])
    return f"[{language}] {text} {more}" if len(words) > 3 else f"[{language}] {text}"
