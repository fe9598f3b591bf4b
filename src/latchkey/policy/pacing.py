"""How many accounts may be made now, so that no minute has more than its limit."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = 60.0
# A twentieth of a minute's number may go at once, so that slices stay worth their requests.
SHARE_AT_ONCE = 20
MICROSECONDS = 1_000_000
# Sums of fractions miss whole numbers by less than this.
HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left of a limit at a moment: a token for each account that may be made."""

    level: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """`allowed` may be made now. For more, ask again `at`; the bucket is what to ask with."""

    allowed: int
    bucket: Bucket
    at: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """A token bucket: no 60 seconds see more than `per_minute`, wherever they begin.

    What may go at once counts against the minute that follows it, so that a steady flow comes to
    95 % of the limit or more.
    """

    per_minute: int

    @property
    def at_once(self) -> int:
        """How many may go at one moment."""
        return max(1, self.per_minute // SHARE_AT_ONCE)

    def take(self, bucket: Bucket | None, wanted: int, moment: datetime) -> Taken:
        """Take up to `wanted` out of the bucket. None is a bucket that nothing was taken from.

        A clock that was put back fills nothing in, and takes nothing out.
        """
        level = self._level(bucket, moment)
        allowed = max(0, min(wanted, int(level + HAIR)))
        at = moment if bucket is None else max(moment, bucket.at)
        left = Bucket(level - allowed, at)
        return Taken(allowed, left, self._full_enough_at(left, wanted - allowed))

    def _level(self, bucket: Bucket | None, moment: datetime) -> float:
        if bucket is None:
            return float(self.at_once)
        elapsed = max(0.0, (moment - bucket.at).total_seconds())
        return min(float(self.at_once), bucket.level + elapsed * self._per_second)

    def _full_enough_at(self, left: Bucket, wanted: int) -> datetime:
        """When as many as are still wanted, and as may go at once, can go."""
        lacking = max(0.0, min(max(wanted, 0), self.at_once) - left.level)
        wait = math.ceil(lacking / self._per_second * MICROSECONDS)
        return left.at + timedelta(microseconds=wait)

    @property
    def _per_second(self) -> float:
        return (self.per_minute - self.at_once + 1) / MINUTE
