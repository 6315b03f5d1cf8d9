"""What a call driver must hold, whoever rated it."""

import math
import re
from typing import Final

from assess.instruments.model import CallDriver
from assess.profiles.mix import STYLE_LETTERS
from assess.selection.demand import COMPETENCIES, HIGHEST_RATING

HIGHEST_STYLE: Final = 100.0
LONGEST_TITLE: Final = 200
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,59}")


def driver_faults(driver: CallDriver) -> list[str]:
    """Say what is wrong with a call driver, one line for each fault."""
    faults = []
    if not _CODE.fullmatch(driver.code):
        faults.append("code: give 2 to 60 small letters, digits and hyphens, a letter first")
    if not 0 < len(driver.title.strip()) <= LONGEST_TITLE:
        faults.append("title: give it a title of at most 200 characters")
    rated: list[tuple[str, float | None, float]] = [
        ("emotional load", driver.emotional_load, HIGHEST_RATING)
    ]
    rated += [(code, driver.ratings.get(code), HIGHEST_RATING) for code in COMPETENCIES]
    rated += [(style, driver.style_targets.get(style), HIGHEST_STYLE) for style in STYLE_LETTERS]
    for what, value, highest in rated:
        if value is None or not (math.isfinite(value) and 0 <= value <= highest):
            faults.append(f"{what}: must be a number from 0 to {highest:g}")
    if not faults and not any(driver.ratings.values()):
        faults.append("ratings: at least one competency must be above 0")
    return [f"{driver.code or driver.title}: {fault}" for fault in faults]
