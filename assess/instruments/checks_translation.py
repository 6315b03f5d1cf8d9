"""Whether a translation is whole, current and as fair as the text it stands for.

The limits of length are a quarter larger than those of the English source, since French and Spanish
need more words for the same and Indonesian longer ones; what matters is that the key still does not
follow the length of the options.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from assess.instruments.catalogue import Catalogue
from assess.instruments.checks_judgement import length_faults
from assess.instruments.checks_wording import passages, unfit_words
from assess.instruments.model import Instrument
from assess.instruments.reading import (
    HIGHEST_GRADE,
    LONGEST_SENTENCES,
    LONGEST_WORDS,
    plainness,
    reading_grade,
)
from assess.instruments.shared_wording import SOURCE_LANGUAGE, SOURCES
from assess.instruments.tokens import token_fault
from assess.instruments.wording import (
    PRACTICE,
    TRANSLATION_FOLDER,
    Wording,
    source_texts,
    translated,
)

MOST_SCENARIO_WORDS: Final = 70
OPTION_WORDS: Final = (8, 32)
STATEMENT_WORDS: Final = (2, 13)
FEWEST_LEFT_ALONE: Final = 4
"""A text of fewer words may read alike in two languages."""


def instrument_translation_faults(folder: Path, instrument: Instrument) -> list[str]:
    """Give every fault of the translations of one instrument or bank, "file: path: what; do"."""
    sources = source_texts(instrument)
    return [
        f"{translation_file(folder, language)}: {fault}"
        for language, wording in sorted(instrument.wordings.items())
        for fault in (
            *_version_faults(wording, instrument.version),
            *text_faults(wording, sources, instrument.language),
            *_length_faults(wording, instrument),
            *_key_faults(wording, instrument),
            *_hard_to_read(wording, instrument),
        )
    ]


def shared_translation_faults(catalogue: Catalogue) -> list[str]:
    """Give every fault of the translations of what instruments share."""
    return [
        f"{translation_file(catalogue.folder, language)}: {fault}"
        for language, wording in sorted(catalogue.wordings.items())
        for fault in text_faults(wording, catalogue.shared_sources, SOURCE_LANGUAGE)
    ]


def shared_text_faults(catalogue: Catalogue) -> list[str]:
    """Give what is unfit in the texts that instruments share, in the source's language."""
    return [
        f"{catalogue.folder / source.file}: {path}: {what}"
        for source in SOURCES.values()
        for path, text in source.texts(catalogue).items()
        for what in unfit_words(text, SOURCE_LANGUAGE)
    ]


def translation_file(folder: Path, language: str) -> Path:
    """Give where the translation of ``folder`` into a language lies."""
    return folder / TRANSLATION_FOLDER / f"{language}.yaml"


def text_faults(wording: Wording, sources: Mapping[str, str], language: str) -> Iterator[str]:
    """Give the faults that any translation of ``sources``, in ``language``, can have."""
    if wording.language == language:
        yield f"language: {language!r} is the source's own; a translation is of another language"
    for path in wording.absent(sources):
        yield f"texts.{path}: has no translation; translate {sources[path]!r}"
    for path in wording.texts:
        if path not in sources:
            yield f"texts.{path}: the source has no such text; correct the path, or remove it"
    yield from _stamp_faults(wording, sources)
    for path, text in wording.texts.items():
        yield from (f"texts.{path}: {what}" for what in unfit_words(text, wording.language))
        source = sources.get(path)
        if source is None:
            continue
        tokens = token_fault(source, language, text, wording.language)
        if tokens:
            yield f"texts.{path}: {tokens}, unlike the source; carry numbers and names over"
        if text.split() == source.split() and len(text.split()) >= FEWEST_LEFT_ALONE:
            yield f"texts.{path}: reads as the source does; translate it"


def _stamp_faults(wording: Wording, sources: Mapping[str, str]) -> Iterator[str]:
    unstamped = [path for path in sources if path in wording.texts and path not in wording.stamps]
    if unstamped and not wording.stamps:
        yield "stamps: are missing; run `assess questionnaires stamp` on the folder"
    elif unstamped:
        yield (
            f"stamps: are missing for {', '.join(unstamped)}; "
            "run `assess questionnaires stamp` on the folder"
        )
    for path in wording.stale(sources):
        if path not in unstamped:
            yield (
                f"texts.{path}: is stale, the source now reads {sources[path]!r}; translate it "
                f"again, then stamp it with --retranslated {path}"
            )


def _version_faults(wording: Wording, version: str) -> Iterator[str]:
    if wording.version != version:
        yield (
            f"version: translates version {wording.version!r}, the instrument is {version!r}; "
            "bring the texts up to date, then write that version"
        )


def _length_faults(wording: Wording, instrument: Instrument) -> Iterator[str]:
    """Find scenarios, options and most/least statements that are far too long or too short."""
    if instrument.kind == "rating":
        return
    few, many = OPTION_WORDS if instrument.kind == "judgement" else STATEMENT_WORDS
    for block in instrument.blocks:
        limits = {item.id: (few, many) for item in block.items}
        if block.scenario:
            limits[block.id] = (1, MOST_SCENARIO_WORDS)
        for path, (least, most) in limits.items():
            count = len(wording.texts.get(path, "").split())
            if count and not least <= count <= most:
                yield (
                    f"texts.{path}: has {count} words, wanted {least} to {most}; "
                    f"{'shorten it' if count > most else 'say more'}"
                )


def _key_faults(wording: Wording, instrument: Instrument) -> Iterator[str]:
    """Find forms whose key can be guessed from the length of the translated options."""
    if instrument.kind != "judgement":
        return
    spoken = translated(instrument, wording)
    by_id = {block.id: block for block in spoken.blocks}
    for letter, chosen in (instrument.forms or {"": tuple(by_id)}).items():
        form = replace(spoken, blocks=tuple(by_id[one] for one in chosen), forms={})
        path = f"texts of form {letter}" if letter else "texts"
        yield from (f"{path}: {fault}" for fault in length_faults(form))


def _hard_to_read(wording: Wording, instrument: Instrument) -> Iterator[str]:
    spoken = translated(instrument, wording)
    whole = not wording.absent(source_texts(instrument))
    # All statements are read as one passage; a practice scenario has a path of its own.
    places = {"blocks": "texts", instrument.practice.id: f"texts.{PRACTICE}.scenario"}
    for path, text in passages(spoken).items() if whole else ():
        for told in hard_to_read(text, wording.language):
            yield f"{places.get(path, f'texts.{path}')}: {told}"


def hard_to_read(text: str, language: str) -> Iterator[str]:
    """Say what makes a passage hard in its language; nothing in one that has no limits."""
    if language == "en":
        grade = reading_grade(text)
        if grade > HIGHEST_GRADE:
            yield (
                f"has reading grade {grade:.1f}, at most {HIGHEST_GRADE:g}; "
                "use shorter words and sentences"
            )
    if language not in LONGEST_SENTENCES:
        return
    found = plainness(text)
    if found.words_in_sentence > LONGEST_SENTENCES[language]:
        yield (
            f"has {found.words_in_sentence:.1f} words a sentence, at most "
            f"{LONGEST_SENTENCES[language]:g}; use shorter sentences"
        )
    if found.letters_in_word > LONGEST_WORDS[language]:
        yield (
            f"has {found.letters_in_word:.1f} letters a word, at most "
            f"{LONGEST_WORDS[language]:g}; use shorter words"
        )
