"""What a job asks for beyond scores, and whether what a person says meets it.

Asked beside the scores and never part of them. A requirement has one question or, with several
places, one for each; what a person says is the value by question, and a question left is not
there. Nothing here asks for nationality, health or anything that stands behind an answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final

from babel import Locale

from assess.errors import Invalid

MOST_LANGUAGES: Final = 5
MOST_PLACES: Final = 5
LONGEST_PLACE: Final = 60

#: ISO 639-1, in the order of the code; every one has a name in the languages of our pages.
LANGUAGE_CODES: Final = (
    *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hi"),
    *("hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru"),
    *("sk", "sl", "sr", "sv", "sw", "ta", "th", "tl", "tr", "uk", "ur", "vi", "zh"),
)
#: From low to high. The highest is how well somebody speaks, not where they were born.
LEVELS: Final = ("basic", "good", "fluent", "native")
SHIFTS: Final = ("early", "late", "night", "weekend")
EQUIPMENT: Final = ("headset", "quiet_room", "broadband", "computer")

YES, NO, SPONSORSHIP, NONE = "yes", "no", "sponsorship", "none"
HOME: Final = "home"
ANYWHERE: Final = ""


class Kind(StrEnum):
    """What a requirement is about."""

    LANGUAGE = "language"
    SHIFT = "shift"
    PLACE = "place"
    START = "start"
    EQUIPMENT = "equipment"
    WORK = "work"


class Outcome(StrEnum):
    """Whether what somebody says meets a requirement."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_SAID = "not_said"


@dataclass(frozen=True)
class Requirement:
    """One thing a job asks for; without ``must`` it is nice to have.

    ``name`` is a language, shift, piece of equipment or the country of a right to work; ``level``
    the least of a language. One of ``places`` will do, or the home: in the country ``home``,
    ANYWHERE, None when it will not do. ``by`` is the last day to start, ``sponsors`` whether the
    employer helps with a permit to work.
    """

    kind: Kind
    must: bool = True
    name: str = ""
    level: str = ""
    places: tuple[str, ...] = ()
    home: str | None = None
    by: date | None = None
    sponsors: bool = False

    @property
    def questions(self) -> tuple[str, ...]:
        """The keys of its questions; they stay the same when other requirements change."""
        if self.kind is Kind.PLACE:
            at_home = () if self.home is None else (f"{HOME}:{self.home}",)
            return (*(f"{self.kind}:{place}" for place in self.places), *at_home)
        return (f"{self.kind}:{self.name}",)

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that answer one of its questions; none where a day does."""
        if self.kind is Kind.LANGUAGE:
            return (*reversed(LEVELS), NONE)
        if self.kind is Kind.WORK:
            return (YES, SPONSORSHIP, NO)
        return () if self.kind is Kind.START else (YES, NO)


@dataclass(frozen=True)
class Result:
    """One requirement against what a person says; ``said`` has the answered questions alone."""

    requirement: Requirement
    outcome: Outcome
    said: Mapping[str, str]


@dataclass(frozen=True)
class Status:
    """How many requirements somebody meets: of those that count, and of all ``nice`` to have.

    The musts count; where nothing is a must, everything does.
    """

    met: int
    not_met: int
    not_said: int
    nice_met: int
    nice: int

    @property
    def state(self) -> Outcome:
        """All in one word: one not met outweighs one not said."""
        if self.not_met:
            return Outcome.NOT_MET
        return Outcome.NOT_SAID if self.not_said else Outcome.MET


def judge(requirement: Requirement, declared: Mapping[str, str]) -> Result:
    """Compare one requirement with what somebody says."""
    said = {key: declared[key] for key in requirement.questions if key in declared}
    return Result(requirement, _outcome(requirement, said), said)


def judge_all(
    requirements: Iterable[Requirement], declared: Mapping[str, str]
) -> tuple[Result, ...]:
    """Compare every requirement with what somebody says."""
    return tuple(judge(one, declared) for one in requirements)


def status(results: Sequence[Result]) -> Status:
    """Count results."""
    nice = [one for one in results if not one.requirement.must]
    counting = [one.outcome for one in results if one.requirement.must]
    counting = counting or [one.outcome for one in results]
    return Status(
        met=counting.count(Outcome.MET),
        not_met=counting.count(Outcome.NOT_MET),
        not_said=counting.count(Outcome.NOT_SAID),
        nice_met=sum(one.outcome is Outcome.MET for one in nice),
        nice=len(nice),
    )


def declared_of(requirements: Iterable[Requirement], given: Mapping[str, str]) -> dict[str, str]:
    """Keep the answers to the requirements' questions out of a form; blank ones are left.

    Raises Invalid with one line, beginning with its question, for each that is no answer.
    """
    kept, faults = {}, []
    for one in requirements:
        for key in one.questions:
            value = given.get(key, "").strip()
            if not value:
                continue
            if value in one.choices or (one.kind is Kind.START and _day(value)):
                kept[key] = value
            else:
                faults.append(f"{key}: this is no answer to the question")
    if faults:
        raise Invalid(*faults)
    return kept


def requirement_faults(requirements: Sequence[Requirement]) -> list[str]:
    """Say what is wrong with a list of requirements; nothing when all is in order."""
    faults = []
    asked = [(one.kind, one.name) for one in requirements]
    for kind, name in sorted({one for one in asked if asked.count(one) > 1}):
        faults.append(f"{kind}: {name or 'it'} is asked for twice")
    if sum(one.kind is Kind.LANGUAGE for one in requirements) > MOST_LANGUAGES:
        faults.append(f"language: ask for at most {MOST_LANGUAGES}")
    for one in requirements:
        faults += _faults(one)
    return faults


def plain(requirements: Iterable[Requirement]) -> list[dict[str, Any]]:
    """Write requirements as JSON has them."""
    return [
        asdict(one) | {"places": list(one.places), "by": one.by and one.by.isoformat()}
        for one in requirements
    ]


def of_plain(stored: Iterable[Mapping[str, Any]]) -> tuple[Requirement, ...]:
    """Read what `plain` wrote."""
    return tuple(
        Requirement(
            **{
                **one,
                "kind": Kind(one["kind"]),
                "places": tuple(one["places"]),
                "by": one["by"] and date.fromisoformat(one["by"]),
            }
        )
        for one in stored
    )


@cache
def countries() -> frozenset[str]:
    """Give the two-letter codes of countries and territories (ISO 3166-1, as CLDR lists them)."""
    grouped = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    codes = (
        code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()
    )
    return frozenset(codes) - grouped


def _outcome(requirement: Requirement, said: Mapping[str, str]) -> Outcome:
    good = any(_is_enough(requirement, value) for value in said.values())
    if good:
        return Outcome.MET
    # One place left open may still be the one that will do.
    return Outcome.NOT_SAID if len(said) < len(requirement.questions) else Outcome.NOT_MET


def _is_enough(requirement: Requirement, value: str) -> bool:
    if requirement.kind is Kind.LANGUAGE:
        return value in LEVELS and LEVELS.index(value) >= LEVELS.index(requirement.level)
    if requirement.kind is Kind.START:
        day = _day(value)
        return day is not None and requirement.by is not None and day <= requirement.by
    if requirement.kind is Kind.WORK and requirement.sponsors:
        return value in (YES, SPONSORSHIP)
    return value == YES


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _faults(one: Requirement) -> list[str]:
    names = {
        Kind.LANGUAGE: LANGUAGE_CODES,
        Kind.SHIFT: SHIFTS,
        Kind.EQUIPMENT: EQUIPMENT,
        Kind.WORK: countries(),
    }
    faults = []
    if one.kind in names and one.name not in names[one.kind]:
        faults.append(f"{one.kind}: there is no {one.name[:20]!r} to ask for")
    if one.kind is Kind.LANGUAGE and one.level not in LEVELS:
        faults.append(f"language: the level is one of {', '.join(LEVELS)}")
    if one.kind is Kind.START and one.by is None:
        faults.append("start: name the day")
    return [*faults, *(_place_faults(one) if one.kind is Kind.PLACE else [])]


def _place_faults(one: Requirement) -> list[str]:
    faults = []
    if not one.questions:
        faults.append("place: name a place, or say that the home will do")
    if len(one.places) > MOST_PLACES:
        faults.append(f"place: name at most {MOST_PLACES}")
    if len({place.casefold() for place in one.places}) < len(one.places):
        faults.append("place: one place is named twice")
    if not all(0 < len(it.strip()) <= LONGEST_PLACE and it.isprintable() for it in one.places):
        faults.append(f"place: a name has 1 to {LONGEST_PLACE} characters on one line")
    if one.home not in (None, ANYWHERE) and one.home not in countries():
        faults.append(f"place: there is no country {one.home!r}")
    return faults
