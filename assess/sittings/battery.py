"""The instruments behind a campaign's battery, only while they are exactly the same."""

from collections.abc import Iterable, Sequence

from assess.errors import Conflict, NotFound
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument


def same_instruments(
    catalogue: Catalogue, parts: Iterable[tuple[str, str]]
) -> tuple[Instrument, ...]:
    """Give the instruments of ``parts`` (key, digest), in order.

    Raises Conflict when the catalogue has another content by now, or two of them share an item:
    answers to different words cannot be kept or scored as one.
    """
    found = []
    for key, digest in parts:
        try:
            instrument = catalogue.instrument(key)
        except NotFound:
            raise Conflict(f"The questionnaire {key} is no longer installed.") from None
        if instrument.digest != digest:
            raise Conflict(
                f"The questionnaire {key} was changed after this campaign was opened. "
                "What was answered is kept; nothing more can be answered or scored with it."
            )
        found.append(instrument)
    _refuse_shared_items(found)
    return tuple(found)


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
