"""How long people needed: active time from moments of choosing, and what most people need.

Time is kept to tell the next person honestly what to expect. It is never scored.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import numpy as np

#: A longer gap is a break: so much of it counts.
LONGEST_GAP: Final = timedelta(minutes=2)
FEWEST_PEOPLE: Final = 30
PHONE, LARGER = "phone", "larger"


@dataclass(frozen=True)
class Observed:
    """How long one person needed for the same battery."""

    seconds: int
    device: str | None
    slower: bool


@dataclass(frozen=True)
class Expected:
    """Most people need between ``low`` and ``high`` minutes (p50 and p80 of ``people``)."""

    low: int
    high: int
    people: int


def active_time(moments: Iterable[datetime]) -> timedelta:
    """Sum the gaps between ``moments`` in their order of time, long ones cut to LONGEST_GAP."""
    ordered = sorted(moments)
    gaps = (later - earlier for earlier, later in pairwise(ordered))
    return sum((min(gap, LONGEST_GAP) for gap in gaps), timedelta())


def expected_from(
    observed: Sequence[Observed], *, device: str | None, slower: bool
) -> Expected | None:
    """Give p50 and p80 in minutes, upwards, of the people most like this one.

    Those on the same kind of device with pages of the same pace, else those with the same pace,
    else everybody; each only from FEWEST_PEOPLE on. None when there are fewer.
    """
    same_pace = [one for one in observed if one.slower is slower]
    same_device = [one for one in same_pace if one.device == device]
    for group in (same_device, same_pace, observed):
        if len(group) >= FEWEST_PEOPLE:
            middle, most = np.quantile([one.seconds / 60 for one in group], [0.5, 0.8])
            return Expected(math.ceil(middle), math.ceil(most), len(group))
    return None


def device_of(user_agent: str) -> str:
    """Tell a phone from a larger screen, as coarsely as that; more of it is not looked at."""
    return PHONE if "Mobi" in user_agent else LARGER


def battery_name(digests: Iterable[str]) -> str:
    """Name a battery by its instruments' digests, whatever their order: 64 characters of hex."""
    return hashlib.sha256(" ".join(sorted(digests)).encode()).hexdigest()
