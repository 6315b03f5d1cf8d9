"""The instruments behind a battery, exactly as they were when its campaign was opened."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from assess.authoring.queries import instruments
from assess.errors import Conflict
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument


def same_instruments(
    session: Session, catalogue: Catalogue, parts: Iterable[tuple[str, str]]
) -> tuple[Instrument, ...]:
    """Give the instruments of ``parts`` (key, digest), in order, whatever the folder holds now.

    Raises Conflict when one was never stored and the catalogue has another content by now, or
    two of them share an item: answers to different words cannot be kept or scored as one.
    """
    found = instruments(session, catalogue, parts)
    _refuse_shared_items(found)
    return found


def _refuse_shared_items(battery: Sequence[Instrument]) -> None:
    seen: dict[str, str] = {}
    for instrument in battery:
        for item in instrument.item_ids:
            if item in seen:
                raise Conflict(
                    f"The item {item} is in {seen[item]} and in {instrument.key}; "
                    "one battery cannot have both."
                )
            seen[item] = instrument.key
