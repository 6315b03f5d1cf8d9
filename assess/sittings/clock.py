"""The clock of a campaign that sets a time limit: the server's, and it counts active time only.

It begins and goes on by an act of the person and stands still in a pause. When it ends it pauses:
what is chosen is kept, nothing is handed in, and a simple act gives more time, ten times over
(WCAG 2.2.1). Without a limit, or with extra time "none", there is no clock.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from assess.errors import Refused

#: Who does nothing for so long has gone away; that time is not counted.
IDLE: Final = timedelta(minutes=3)
#: How long before the end the page says so; WCAG asks for 20 seconds.
WARNED: Final = timedelta(seconds=60)
MOST_EXTENSIONS: Final = 10
#: Each adds this share of the allowed time, but never less than two minutes.
EXTENSION_SHARE: Final = 0.2
SHORTEST_EXTENSION: Final = timedelta(minutes=2)


@dataclass(frozen=True)
class Clock:
    """One sitting's clock as it is kept; ``since`` is the last act, None while it stands.

    ``limit`` is the allowed time with the person's own factor, None where nothing is limited.
    """

    limit: timedelta | None
    used: timedelta = timedelta()
    since: datetime | None = None
    extensions: int = 0

    @property
    def extension(self) -> timedelta:
        """How much one extension adds."""
        if self.limit is None:
            return timedelta()
        return max(SHORTEST_EXTENSION, self.limit * EXTENSION_SHARE)

    @property
    def extensions_left(self) -> int:
        """How many times more time can be taken."""
        return MOST_EXTENSIONS - self.extensions

    @property
    def whole(self) -> timedelta | None:
        """All the time there is by now; None where nothing is limited."""
        return None if self.limit is None else self.limit + self.extensions * self.extension

    def used_by(self, now: datetime) -> timedelta:
        """Give the active time until ``now``, never more than there is."""
        used = self.used
        if self.since is not None:
            used += min(max(now - self.since, timedelta()), IDLE)
        return used if self.whole is None else min(used, self.whole)

    def left_at(self, now: datetime) -> timedelta | None:
        """Give the time left; None where nothing is limited."""
        return None if self.whole is None else self.whole - self.used_by(now)

    def is_over(self, now: datetime) -> bool:
        """Say whether the time has run out."""
        return self.left_at(now) == timedelta()

    def stands_at(self, now: datetime) -> bool:
        """Say whether questions wait for the person to go on."""
        return self.limit is not None and (self.since is None or self.is_over(now))

    def acted(self, now: datetime) -> "Clock":
        """Count up to an act; a clock that has ended or stands stays standing."""
        if self.since is None or self.limit is None:
            return self
        return replace(self, used=self.used_by(now), since=None if self.is_over(now) else now)

    def paused(self, now: datetime) -> "Clock":
        """Stand still."""
        return replace(self, used=self.used_by(now), since=None)

    def gone_on(self, now: datetime) -> "Clock":
        """Run; Refused when no time is left."""
        if self.is_over(now):
            raise Refused("The time is over. You can take more time.")
        return replace(self, used=self.used_by(now), since=now)

    def extended(self, now: datetime) -> "Clock":
        """Take more time and run; Refused after the tenth."""
        if self.limit is None:
            return self
        if self.extensions_left < 1:
            raise Refused("More time was taken as often as it can be.")
        return replace(self, used=self.used_by(now), since=now, extensions=self.extensions + 1)
