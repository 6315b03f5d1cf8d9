"""The bare order of a large campaign, shown while its rank intervals are being computed.

It is a file and no snapshot: nobody decides on it, and it goes with the next. Erasing one person
deletes it (see ``own_data``). A head names the pool; then come ids, fits and errors, best first.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assess.files import store
from assess.rankings.assembly import Assembly
from assess.rankings.score_matrix import order_key
from assess.selection.ranking import best_first
from assess.settings import Settings

_DIGEST_BYTES: Final = 64
_ROW: Final = np.dtype([("candidate_id", "<i8"), ("fit", "<f8"), ("error", "<f8")])


@dataclass(frozen=True)
class Order:
    """Everybody with a fit who is not held back, best first: ids, shown fits, shown errors (n,)."""

    digest: str
    rows: NDArray[Any]


def keep_order(
    settings: Settings,
    organisation_id: int,
    campaign_id: int,
    digest: str,
    candidates: tuple[int, ...],
    assembly: Assembly,
) -> None:
    """Put the people of an assembly in order and keep that; OSError when it cannot be written."""
    fit = np.where(assembly.held, np.nan, assembly.fit)
    places = best_first(fit, assembly.error, assembly.coverage)
    rows = np.empty(places.size, _ROW)
    rows["candidate_id"] = np.array(candidates)[places]
    rows["fit"], rows["error"] = fit[places], assembly.error[places]
    with store.replacing(settings, order_key(organisation_id, campaign_id)) as file:
        file.write(digest.encode())
        file.write(rows.tobytes())


def kept_digest(settings: Settings, organisation_id: int, campaign_id: int) -> str | None:
    """Name the pool of the order that was kept last; None where there is none."""
    try:
        with (settings.files_dir / order_key(organisation_id, campaign_id)).open("rb") as file:
            return file.read(_DIGEST_BYTES).decode("ascii", "replace")
    except FileNotFoundError:
        return None


def kept_order(settings: Settings, organisation_id: int, campaign_id: int) -> Order | None:
    """Give the order that was kept last; None where there is none, or it is broken."""
    try:
        content = (settings.files_dir / order_key(organisation_id, campaign_id)).read_bytes()
    except FileNotFoundError:
        return None
    digest, rows = content[:_DIGEST_BYTES].decode("ascii", "replace"), content[_DIGEST_BYTES:]
    if len(digest) < _DIGEST_BYTES or len(rows) % _ROW.itemsize:
        return None
    return Order(digest, np.frombuffer(rows, _ROW))
