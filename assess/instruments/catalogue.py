"""Every questionnaire and table of one content folder, loaded once and kept."""

from collections.abc import Iterable, Mapping
from copy import copy
from functools import cache, cached_property
from pathlib import Path

from assess.errors import Invalid, NotFound
from assess.instruments import feedback, practice, previews, shared_wording
from assess.instruments.content import (
    CallDriverFile,
    CompetencyFile,
    load_call_driver_file,
    load_competency_file,
    load_default_battery,
    load_reference,
)
from assess.instruments.document import refuse
from assess.instruments.feedback import FeedbackTable, load_feedback
from assess.instruments.folder import Files, folder_files
from assess.instruments.interview import (
    NO_INTERVIEW_WORDS,
    InterviewWords,
    load_interview_words,
)
from assess.instruments.load import INSTRUMENT_FILE, form_keys, load_instrument
from assess.instruments.model import (
    CallDriver,
    Competency,
    Index,
    Instrument,
    Prior,
    ReferenceCorrelations,
    Style,
)
from assess.instruments.phrases import Phrases, load_phrases
from assess.instruments.practice import PracticeSet, load_practice
from assess.instruments.previews import Previews, load_previews
from assess.instruments.reason_words import NO_WORDS, ReasonWords, load_reason_words
from assess.instruments.wording import Wording, read_wordings
from assess.paths import data_dir

BATTERY_FILE = "battery.yaml"


class Catalogue:
    """The content of ``folder``; each part is read on first use.

    Every part raises Invalid with the faults of its files when it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._instruments: dict[str, Instrument] = {}
        self._texts: dict[str, Mapping[str, str]] = {}
        self._files: dict[str, Files] = {}

    @property
    def is_shipped(self) -> bool:
        """Say whether this is the public example bank, whose keys anybody can read."""
        return self.folder == data_dir("questionnaires")

    def holding(self, instruments: Iterable[Instrument]) -> "Catalogue":
        """Give the same content with ``instruments`` in place of its own of their keys."""
        for part in ("competency_file", "call_driver_file", "reference", "phrases"):
            getattr(self, part)  # read once for this content, not again for every copy of it
        held = copy(self)
        held._instruments = self._instruments | {one.key: one for one in instruments}  # noqa: SLF001 - its own kind
        return held

    def keys(self) -> tuple[str, ...]:
        """Give the keys of every instrument, sorted; each form of a bank is one."""
        return tuple(sorted(self._places))

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Every folder that holds an instrument or a bank of forms, sorted."""
        return tuple(sorted(path.parent for path in self.folder.glob(f"*/{INSTRUMENT_FILE}")))

    @cached_property
    def _places(self) -> dict[str, tuple[Path, str | None]]:
        """The folder and form behind each key."""
        return {
            folder.name if form is None else f"{folder.name}-{form}": (folder, form)
            for folder in self.folders
            for form in form_keys(folder) or (None,)
        }

    def instrument(self, key: str) -> Instrument:
        """Give the instrument ``key``; NotFound when there is none of that name."""
        if key not in self._instruments:
            if key not in self.keys():
                known = ", ".join(self.keys())
                raise NotFound(f"There is no instrument {key}; known are: {known}.")
            self._instruments[key] = self._load(key, derived=True)
            self._files[key] = folder_files(self._places[key][0])
        return self._instruments[key]

    def files(self, key: str) -> Files:
        """Give the files behind the instrument ``key``, as they were when it was loaded."""
        self.instrument(key)
        return self._files[key]

    def without_derived(self, key: str) -> Instrument:
        """Give the instrument ``key`` without calibration or norm, while those are being made."""
        return self._load(key, derived=False)

    def _load(self, key: str, *, derived: bool) -> Instrument:
        folder, form = self._places[key]
        instrument = load_instrument(folder, form=form, derived=derived)
        if instrument.key != key:
            place, own = folder / INSTRUMENT_FILE, instrument.key
            if form is not None:
                own = own.removesuffix(f"-{form}")
            raise Invalid(f"{place}: key: is {own!r}, but the folder is {folder.name!r}")
        return instrument

    @cached_property
    def default_battery(self) -> tuple[str, ...]:
        """The instruments of a campaign that chooses none; without battery.yaml, one of each."""
        path = self.folder / BATTERY_FILE
        if path.is_file():
            return load_default_battery(path, self.keys())
        first = {folder: key for key, (folder, _) in sorted(self._places.items(), reverse=True)}
        return tuple(sorted(first.values()))

    @cached_property
    def competency_file(self) -> CompetencyFile:
        """Everything competencies.yaml holds."""
        return load_competency_file(self.folder / "competencies.yaml")

    @cached_property
    def call_driver_file(self) -> CallDriverFile:
        """Everything call_drivers.yaml holds."""
        return load_call_driver_file(self.folder / "call_drivers.yaml")

    @cached_property
    def reference(self) -> ReferenceCorrelations:
        """The reference correlations of the competencies, 7 x 7."""
        return load_reference(self.folder / "reference.yaml")

    @cached_property
    def phrases(self) -> Phrases:
        """The reviewed sentences of reports and feedback."""
        return load_phrases(self.folder / "phrases.yaml")

    @cached_property
    def reason_words(self) -> ReasonWords:
        """The words by which reason codes of contact records are known."""
        path = self.folder / "reason_words.yaml"
        # A folder of one's own may have been made before there were such words.
        return load_reason_words(path, tuple(self.call_drivers)) if path.exists() else NO_WORDS

    @cached_property
    def interview_words(self) -> InterviewWords:
        """What interviewers listen for."""
        path = self.folder / "interview.yaml"
        # A folder of one's own may have been made before there were such words.
        return load_interview_words(path) if path.exists() else NO_INTERVIEW_WORDS

    @cached_property
    def feedback(self) -> FeedbackTable:
        """Strengths and tips for candidates, by headline competency and band."""
        codes = tuple(index.competency for index in self.indices)
        return load_feedback(self.folder / "feedback.yaml", codes)

    @cached_property
    def practice(self) -> PracticeSet:
        """The public practice set, in its own language."""
        return load_practice(self.folder / "practice.yaml")

    @cached_property
    def previews(self) -> Previews:
        """The job previews, in their own language."""
        return load_previews(self.folder / "previews.yaml")

    def practice_in(self, language: str) -> PracticeSet:
        """Give the practice set in ``language``, or as it is where that is not whole."""
        wording = self.wordings.get(language)
        if wording is None or not wording.covers(practice.texts(self.practice)):
            return self.practice
        return practice.in_texts(self.practice, wording.texts, language)

    def previews_in(self, language: str) -> Previews:
        """Give the previews in ``language``, or as they are where that is not whole."""
        wording = self.wordings.get(language)
        if wording is None or not wording.covers(previews.texts(self.previews)):
            return self.previews
        return previews.in_texts(self.previews, wording.texts, language)

    @property
    def competencies(self) -> tuple[Competency, ...]:
        """The seven competencies, in the order of COMPETENCIES."""
        return self.competency_file.competencies

    @property
    def indices(self) -> tuple[Index, ...]:
        """The headline indices."""
        return self.competency_file.indices

    @property
    def styles(self) -> tuple[Style, ...]:
        """The four letters of the style strip, D, I, S, C."""
        return self.competency_file.styles

    @property
    def call_drivers(self) -> Mapping[str, CallDriver]:
        """The call drivers by code."""
        return self.call_driver_file.call_drivers

    @cached_property
    def wordings(self) -> Mapping[str, Wording]:
        """The translations of what instruments share, by language."""
        faults: list[str] = []
        found = read_wordings(self.folder, faults)
        refuse(faults)
        return found

    @cached_property
    def shared_sources(self) -> Mapping[str, str]:
        """Every text that instruments share, by its path, as a translation names it."""
        return shared_wording.shared_texts(self)

    def texts_in(self, language: str) -> Mapping[str, str]:
        """Give the shared texts that have a current translation; none of the source's language."""
        if language not in self._texts:
            self._texts[language] = shared_wording.current_texts(self, language)
        return self._texts[language]

    def competencies_in(self, language: str) -> tuple[Competency, ...]:
        """Give the competencies in a language; what has no current translation, as it is."""
        return shared_wording.competencies(self.competencies, self.texts_in(language))

    def indices_in(self, language: str) -> tuple[Index, ...]:
        """Give the headline indices in a language."""
        return shared_wording.indices(self.indices, self.texts_in(language))

    def styles_in(self, language: str) -> tuple[Style, ...]:
        """Give the letters of the style strip in a language."""
        return shared_wording.styles(self.styles, self.texts_in(language))

    def phrases_in(self, language: str) -> Phrases:
        """Give the sentences of reports and feedback in a language."""
        return shared_wording.phrases(self.phrases, self.texts_in(language))

    def feedback_in(self, language: str) -> FeedbackTable:
        """Give the advice of candidates' feedback in a language."""
        return feedback.in_texts(self.feedback, self.texts_in(language))

    def call_driver_titles(self, language: str) -> dict[str, str]:
        """Give the titles of the call drivers in a language, by code."""
        texts = self.texts_in(language)
        return {
            code: texts.get(f"call_drivers.{code}.title", one.title)
            for code, one in self.call_drivers.items()
        }

    @property
    def own_drivers(self) -> frozenset[str]:
        """The codes of call drivers that an organisation added."""
        return frozenset()

    @property
    def prior(self) -> Prior:
        """The prior demand of the occupation."""
        return self.call_driver_file.prior


class WithOwnDrivers(Catalogue):
    """A catalogue with an organisation's own call drivers after the folder's."""

    def __init__(self, base: Catalogue, own: Mapping[str, CallDriver]) -> None:
        vars(self).update(vars(base))
        self._own = dict(own)

    @property
    def call_drivers(self) -> Mapping[str, CallDriver]:
        """The call drivers by code, the organisation's own last; a folder's code stays its own."""
        shipped = self.call_driver_file.call_drivers
        return {**shipped, **{c: own for c, own in self._own.items() if c not in shipped}}

    @property
    def own_drivers(self) -> frozenset[str]:
        """The codes of call drivers that the organisation added."""
        return frozenset(self._own) - frozenset(self.call_driver_file.call_drivers)


@cache
def default_catalogue() -> Catalogue:
    """Give the content this installation ships."""
    return Catalogue(data_dir("questionnaires"))


@cache
def open_catalogue(folder: Path | None) -> Catalogue:
    """Give the catalogue of an installation's own folder, or the shipped bank for None."""
    return default_catalogue() if folder is None else Catalogue(folder)
