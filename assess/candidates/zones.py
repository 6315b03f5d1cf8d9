"""The time zones of the IANA, as this machine knows them."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def all_zones() -> frozenset[str]:
    """Give the name of every time zone, the old ones too; UTC is always known."""
    return frozenset(available_timezones()) | {"UTC"}


@cache
def offered_zones() -> Sequence[str]:
    """Give the names of the time zones that people know (Europe/London), in order, UTC first."""
    odd = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return ("UTC", *sorted(n for n in all_zones() if "/" in n and not n.startswith(odd)))


def zone_of(*names: str | None) -> ZoneInfo:
    """Give the first zone that is named and known; UTC when none is."""
    return ZoneInfo(next((name for name in names if name in all_zones()), None) or "UTC")
