"""When a rule works: the runs of its schedule and its allowed hours, as arithmetic on moments.

A schedule is read off a clock on the wall of its time zone. When that clock is put forward, what
it jumps over comes at the first moment after the jump, once; when it is put back, what it shows
twice comes the first time. A schedule whose hour is `*` goes on through both: it is about how
often, not about what o'clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from croniter import croniter  # type: ignore[import-untyped]  # it carries no types

from latchkey.policy.times import AT_ONCE, checked_hours, checked_when, checked_zone

EVERY = "*"
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class When:
    """What a rule's `when` says. Without `at_once`, new contacts wait for the next run."""

    at_once: bool = True
    crons: tuple[str, ...] = ()

    @classmethod
    def parse(cls, written: str | Sequence[str]) -> "When":
        """From "at once", a cron expression, or several of them. ValueError says what is wrong."""
        texts = [written] if isinstance(written, str) else written
        checked = [checked_when(text) for text in texts]
        if not checked:
            raise ValueError('it says nothing; write "at once" or a cron expression.')
        return cls(AT_ONCE in checked, tuple(text for text in checked if text != AT_ONCE))


@dataclass(frozen=True, slots=True)
class Hours:
    """The part of each day in which a rule may work, `end` excluded. It may cross midnight."""

    begin: time
    end: time

    @classmethod
    def parse(cls, written: str) -> "Hours":
        """From text such as "22:00-06:00". ValueError says what is wrong."""
        begin, end = checked_hours(written).split("-")
        return cls(time.fromisoformat(begin), time.fromisoformat(end))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a rule works. `hours` is None where it may work all day."""

    when: When
    zone: ZoneInfo
    hours: Hours | None = None

    @classmethod
    def parse(
        cls, when: str | Sequence[str], timezone: str = "UTC", hours: str | None = None
    ) -> "Schedule":
        """From the fields of a rule. ValueError says what is wrong."""
        allowed = None if hours is None else Hours.parse(hours)
        return cls(When.parse(when), ZoneInfo(checked_zone(timezone)), allowed)


def next_run(schedule: Schedule, after: datetime) -> datetime | None:
    """The first run later than `after`, in UTC; None where runs are not by the clock.

    Allowed hours are not looked at: a run outside of them waits for `opens_at`.
    """
    runs = (_next_of(cron, schedule.zone, after) for cron in schedule.when.crons)
    return min(runs, default=None)


def is_open(hours: Hours | None, zone: ZoneInfo, moment: datetime) -> bool:
    """Whether the moment is within the allowed hours."""
    return opens_at(hours, zone, moment) == moment


def opens_at(hours: Hours | None, zone: ZoneInfo, moment: datetime) -> datetime:
    """The first moment within the allowed hours that is not before `moment`, in UTC."""
    moment = moment.astimezone(UTC)
    if hours is None:
        return moment
    windows = _windows(hours, zone, moment.astimezone(zone).date())
    return next(max(begin, moment) for begin, end in windows if begin < end and moment < end)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a clock on a wall of the zone shows this time first, in UTC.

    Where it is put forward past that time: the first moment after.
    """
    earlier = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(earlier, zone) == wall:
        return earlier
    # PEP 495: in a gap, fold 0 counts from before it and so lies behind it; fold 1 lies before.
    return _shift(zone, wall.replace(tzinfo=zone, fold=1).astimezone(UTC), earlier)


def _windows(hours: Hours, zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The allowed hours of each day, from the day before on; on some day they may be empty."""
    over_midnight = timedelta(days=hours.end <= hours.begin)
    for number in count(-1):
        begins = day + timedelta(days=number)
        begin = instant(datetime.combine(begins, hours.begin), zone)
        yield begin, instant(datetime.combine(begins + over_midnight, hours.end), zone)


def _next_of(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    after = after.astimezone(UTC)
    if cron.split()[1] == EVERY:
        return _next_by_duration(cron, zone, after)
    walls = croniter(cron, _wall(after, zone), ret_type=datetime)
    while (run := instant(walls.get_next(), zone)) <= after:
        pass
    return run


def _next_by_duration(cron: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The next run by a clock that keeps its offset until the zone's own is shifted."""
    since, shown = after, _wall(after, zone)
    while True:
        offset = _offset(since, zone)
        found: datetime = croniter(cron, shown, ret_type=datetime).get_next()
        run = found.replace(tzinfo=UTC) - offset
        if _offset(run, zone) == offset:
            return run
        since = _shift(zone, since, run)
        shown = _wall(since, zone) - SECOND


def _shift(zone: ZoneInfo, before: datetime, behind: datetime) -> datetime:
    """The first second after `before` at which the zone's offset is another; `behind` has one."""
    offset = _offset(before, zone)
    while behind - before > SECOND:
        middle = before + (behind - before) / 2
        if _offset(middle, zone) == offset:
            before = middle
        else:
            behind = middle
    return behind.replace(microsecond=0)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None  # noqa: S101 - a ZoneInfo always has one
    return offset
