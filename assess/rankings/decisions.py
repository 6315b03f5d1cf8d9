"""The rules of deciding: who must be looked at before many are declined (pure)."""

import hashlib
import math
from collections.abc import Collection
from typing import Final

import numpy as np

MOST_AT_ONCE: Final = 100
LONGEST_REASON: Final = 1000
#: Before several people are declined at once, so many of them are opened, or this share.
LEAST_LOOKED_AT, SHARE_LOOKED_AT = 3, 0.1


def sample_size(people: int) -> int:
    """Give how many of ``people`` declined at once are opened first; none for a single one.

    A decision about one person is made on that person's page already.
    """
    if people < 2:
        return 0
    return min(people, max(LEAST_LOOKED_AT, math.ceil(SHARE_LOOKED_AT * people)))


def to_look_at(
    seed: int, member_id: int, snapshot_id: int, candidate_ids: Collection[int]
) -> tuple[int, ...]:
    """Pick at random who is opened before all of ``candidate_ids`` are declined.

    The same member, ranking and people give the same sample, however often the page is loaded:
    nobody can wait for an easier one.
    """
    people = sorted(set(candidate_ids))
    named = f"{seed}:{member_id}:{snapshot_id}:{people}".encode()
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(named).digest()))
    picked = rng.choice(people, size=sample_size(len(people)), replace=False)
    return tuple(sorted(int(one) for one in picked))


def reason_faults(reason: str) -> list[str]:
    """Say what is wrong with a reason; nothing when it can be kept."""
    if not reason.strip():
        return ["reason: say why"]
    if len(reason) > LONGEST_REASON or "\0" in reason:
        return [f"reason: must have at most {LONGEST_REASON} characters that can be kept"]
    return []
