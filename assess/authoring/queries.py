"""Read published instruments: by digest, for a battery, and as the library of an organisation."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.authoring.models import PublishedInstrument, Source
from assess.authoring.shelf import later_wordings, stored, with_wordings
from assess.errors import Conflict, NotFound
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.derived import key_sha256
from assess.instruments.model import Instrument

#: An instrument of a battery as campaigns and attempts name it: key and digest.
Part = tuple[str, str]

_OFFERED = (Source.UPLOADED, Source.EXPERTS)


@dataclass(frozen=True)
class Offer:
    """One instrument a campaign can have.

    ``choice`` names it: the key alone is the newest version of that key.
    """

    choice: str
    instrument: Instrument
    source: Source

    @property
    def title(self) -> str:
        """The title for those who choose, with the version where it is not the newest."""
        title = self.instrument.staff_title
        is_newest = self.choice == self.instrument.key
        return title if is_newest else f"{title}, {self.instrument.version}"


def instrument(session: Session, digest: str) -> Instrument:
    """Give the published instrument of ``digest``; NotFound when the organisation has none."""
    found = stored(session, [digest])
    if digest not in found:
        raise NotFound("There is no such instrument.")
    return found[digest]


def find(session: Session, catalogue: Catalogue, digest: str) -> Instrument:
    """Give a published instrument, or one of the catalogue, by digest; NotFound without one."""
    found = stored(session, [digest])
    if digest in found:
        return found[digest]
    for one in map(catalogue.instrument, catalogue.keys()):
        if one.digest == digest:
            later = later_wordings(session).get((one.folder_key, one.version), ())
            return with_wordings(one, later)
    raise NotFound("There is no such instrument.")


def instruments(
    session: Session, catalogue: Catalogue, parts: Iterable[Part]
) -> tuple[Instrument, ...]:
    """Give exactly the instruments of ``parts``, in order: the stored, or the catalogue's own.

    Raises Conflict for one that was not stored when its campaign was opened and has changed.
    """
    wanted = list(parts)
    found = stored(session, [digest for _, digest in wanted])
    return tuple(found.get(digest) or _own(catalogue, key, digest) for key, digest in wanted)


def held(session: Session, catalogue: Catalogue, parts: Iterable[Part]) -> Catalogue:
    """Give the catalogue with the stored instruments of ``parts`` in place of its own.

    For what shows and ranks scores that exist. One that is not stored (its campaign is older than
    the store) is the catalogue's present one.
    """
    return catalogue.holding(stored(session, [digest for _, digest in parts]).values())


def library(session: Session, catalogue: Catalogue) -> tuple[Offer, ...]:
    """Give what a campaign can have: the catalogue's, the uploaded, those keyed by experts.

    By key, the newest version first.
    """
    own = Source.SHIPPED if catalogue.is_shipped else Source.FOLDER
    rows = session.execute(
        select(PublishedInstrument.digest, PublishedInstrument.source)
        .where(PublishedInstrument.source.in_(_OFFERED))
        .order_by(PublishedInstrument.id.desc())
    )
    sources = {digest: Source(source) for digest, source in rows}
    published = stored(session, sources)
    found = [(published[digest], source) for digest, source in sources.items()]
    later = later_wordings(session)
    found += [
        (with_wordings(one, later.get((one.folder_key, one.version), ())), own)
        for one in map(catalogue.instrument, catalogue.keys())
        if one.digest not in sources
    ]
    found.sort(key=lambda pair: _version(pair[0].version), reverse=True)
    found.sort(key=lambda pair: pair[0].key)
    return tuple(
        Offer(one.key if place == 0 else f"{one.key}@{one.version}", one, source)
        for _key, run in groupby(found, key=lambda pair: pair[0].key)
        for place, (one, source) in enumerate(run)
    )


def choose(offers: Sequence[Offer], choices: Sequence[str]) -> tuple[list[Instrument], list[str]]:
    """Give the chosen instruments (by key, or key@version) and the faults of the choice."""
    by_choice = _by_choice(offers)
    faults, found = [], []
    for choice in dict.fromkeys(choices):
        if choices.count(choice) > 1:
            faults.append(f"battery: {choice} is there twice")
        if choice in by_choice:
            found.append(by_choice[choice])
        else:
            known = ", ".join(offer.choice for offer in offers)
            faults.append(f"battery: there is no {choice}; known are: {known}")
    keys = [one.key for one in found]
    faults += [
        f"battery: {key} is there in two versions; choose one"
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    return found, faults


def present(session: Session, catalogue: Catalogue, parts: Iterable[Part]) -> dict[str, Instrument]:
    """Give by digest those instruments of ``parts`` that can still be read."""
    wanted = list(parts)
    found = stored(session, [digest for _, digest in wanted])
    for key, digest in wanted:
        if digest not in found and key in catalogue.keys():  # noqa: SIM118 - no mapping
            own = catalogue.instrument(key)
            found |= {digest: own} if own.digest == digest else {}
    return found


def public_examples(session: Session, found: Mapping[str, Instrument]) -> tuple[Instrument, ...]:
    """Give those judgement instruments (by digest) whose key is published with this software."""
    shipped = set(
        session.scalars(
            select(PublishedInstrument.digest).where(
                PublishedInstrument.digest.in_(found),
                PublishedInstrument.source == Source.SHIPPED,
            )
        )
    )
    return tuple(
        one
        for digest, one in found.items()
        if is_public_example(one) or (one.kind == "judgement" and digest in shipped)
    )


def is_public_example(instrument: Instrument) -> bool:
    """Say whether anybody can read the key: a judgement instrument of the example bank."""
    return instrument.kind == "judgement" and key_sha256(instrument) in _public_keys()


@cache
def _public_keys() -> frozenset[str]:
    bank = default_catalogue()
    shipped = (bank.instrument(key) for key in bank.keys())  # noqa: SIM118 - no mapping
    return frozenset(key_sha256(one) for one in shipped if one.kind == "judgement")


def _own(catalogue: Catalogue, key: str, digest: str) -> Instrument:
    try:
        found = catalogue.instrument(key)
    except NotFound:
        raise Conflict(f"The questionnaire {key} is no longer installed.") from None
    if found.digest != digest:
        raise Conflict(
            f"The questionnaire {key} was changed after this campaign was opened. "
            "What was answered is kept; nothing more can be answered or scored with it."
        )
    return found


def _by_choice(offers: Sequence[Offer]) -> Mapping[str, Instrument]:
    exact = {f"{one.instrument.key}@{one.instrument.version}": one for one in reversed(offers)}
    return {name: offer.instrument for name, offer in exact.items()} | {
        offer.choice: offer.instrument for offer in reversed(offers)
    }


def _version(version: str) -> tuple[tuple[int, str], ...]:
    """Give what sorts versions as people do: 10 after 9, 1.10 after 1.9."""
    return tuple((int(part or 0), word) for part, word in re.findall(r"(\d+)|([^\d.]+)", version))
