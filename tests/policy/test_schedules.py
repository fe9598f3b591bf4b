"""Schedules come when a clock on the wall says so, and neither skip nor repeat a run."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from croniter import croniter
from hypothesis import given, settings
from hypothesis import strategies as st

from latchkey.policy.schedules import (
    Hours,
    Schedule,
    When,
    instant,
    is_open,
    next_run,
    opens_at,
)

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
# What stands for moments that are not somewhere on earth, or are the system's own.
NOWHERE = {"localtime", "Factory"}

zones = st.sampled_from(sorted(available_timezones() - NOWHERE)).map(ZoneInfo)
moments = st.integers(1_325_376_000, 2_114_380_800).map(lambda at: datetime.fromtimestamp(at, UTC))
times_of_day = st.times().map(lambda one: one.replace(second=0, microsecond=0))
hours = st.tuples(times_of_day, times_of_day).filter(lambda two: two[0] != two[1])
crons = st.builds(
    "{} {} * {} {}".format,
    st.one_of(st.just("*/15"), st.integers(0, 59).map(str)),
    st.one_of(st.sampled_from(["*", "*/2", "1-3"]), st.integers(0, 23).map(str)),
    st.sampled_from(["*", "3,10", "4"]),
    st.sampled_from(["*", "sun", "mon-fri"]),
)

# The first look at a time zone reads its file, and the machine may be busy.
UNHURRIED = settings(deadline=None)


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def in_berlin(text: str) -> datetime:
    """A moment by its wall time; a `+` behind it is the second time the clock shows it."""
    shown = datetime.fromisoformat(text.rstrip("+"))
    return shown.replace(tzinfo=BERLIN, fold=int(text.endswith("+"))).astimezone(UTC)


def runs(schedule: Schedule, begin: datetime, end: datetime) -> list[datetime]:
    """All runs from `begin` on and before `end`."""
    found = []
    moment = begin - timedelta(seconds=1)
    while (moment := next_run(schedule, moment) or end) < end:
        found.append(moment)
    return found


def of_day(schedule: Schedule, day: str) -> list[str]:
    """The wall times of a day's runs in Berlin."""
    begin = in_berlin(f"{day}T00:00")
    end = instant(wall(begin, BERLIN) + DAY, BERLIN)
    return [f"{one.astimezone(BERLIN):%H:%M%z}" for one in runs(schedule, begin, end)]


@pytest.mark.parametrize(
    ("written", "at_once", "expected"),
    [
        ("at once", True, ()),
        ("30 2 * * *", False, ("30 2 * * *",)),
        (["At once", "0 22 * * Mon-Fri", "0 6 * * *"], True, ("0 22 * * mon-fri", "0 6 * * *")),
    ],
)
def test_when_is_at_once_or_a_schedule_or_both(written, at_once, expected) -> None:
    assert When.parse(written) == When(at_once, expected)


def test_when_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at once"):
        When.parse([])


def test_rule_that_works_at_once_only_has_no_next_run() -> None:
    assert next_run(Schedule.parse("at once"), datetime(2025, 1, 1, tzinfo=UTC)) is None


def test_earliest_of_several_schedules_comes_next() -> None:
    schedule = Schedule.parse(["at once", "0 22 * * *", "0 6 * * *"], "Europe/Berlin")

    run = next_run(schedule, in_berlin("2025-06-01T12:00"))

    assert run == in_berlin("2025-06-01T22:00")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-03-29", ["02:30+0100"]),
        ("2025-03-30", ["03:00+0200"]),
        ("2025-03-31", ["02:30+0200"]),
        ("2025-10-25", ["02:30+0200"]),
        ("2025-10-26", ["02:30+0200"]),
        ("2025-10-27", ["02:30+0100"]),
    ],
)
def test_nightly_run_comes_once_on_the_days_when_clocks_change(day, expected) -> None:
    assert of_day(Schedule.parse("30 2 * * *", "Europe/Berlin"), day) == expected


def test_several_runs_within_the_lost_hour_become_one() -> None:
    schedule = Schedule.parse("*/10 2 * * *", "Europe/Berlin")

    assert of_day(schedule, "2025-03-30") == ["03:00+0200"]


@pytest.mark.parametrize(("day", "number"), [("2025-03-30", 92), ("2025-10-26", 100)])
def test_quarter_hourly_runs_go_on_through_a_change_of_clocks(day, number) -> None:
    schedule = Schedule.parse("*/15 * * * *", "Europe/Berlin")
    begin = in_berlin(f"{day}T00:00")

    found = runs(schedule, begin, instant(wall(begin, BERLIN) + DAY, BERLIN))

    assert len(found) == number
    assert {after - before for before, after in pairwise(found)} == {timedelta(minutes=15)}


@settings(deadline=None, max_examples=30)  # a year of runs each
@given(zones, st.integers(2012, 2036), times_of_day)
def test_daily_run_comes_once_for_every_day_of_a_year_anywhere(zone, year, at) -> None:
    schedule = Schedule(When(at_once=False, crons=(f"{at.minute} {at.hour} * * *",)), zone)
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    begin, end = (instant(datetime.combine(one, time.min), zone) for one in (first, last))

    found = runs(schedule, begin, end)

    assert len(found) == (last - first).days
    assert all(before < after for before, after in pairwise(found))
    assert all(wall(one, zone).time() == at or is_after_a_jump(one, zone) for one in found)


def is_after_a_jump(moment: datetime, zone: ZoneInfo) -> bool:
    before = moment - timedelta(seconds=1)
    return wall(moment, zone) - wall(before, zone) > timedelta(seconds=1)


@UNHURRIED
@given(crons, zones, moments, st.floats(0, 1))
def test_nothing_comes_between_a_moment_and_its_next_run(cron, zone, moment, share) -> None:
    schedule = Schedule(When(at_once=False, crons=(cron,)), zone)

    run = next_run(schedule, moment)

    assert run is not None
    assert run > moment
    between = moment + (run - moment) * share
    assert between >= run or next_run(schedule, between) == run
    assert croniter.match(cron, wall(run, zone)) or is_after_a_jump(run, zone)


@UNHURRIED
@given(crons, moments)
def test_where_clocks_never_change_the_expression_alone_decides(cron, moment) -> None:
    schedule = Schedule.parse(cron, "UTC")

    run = next_run(schedule, moment)

    assert run == croniter(cron, moment, ret_type=datetime).get_next()


@UNHURRIED
@given(zones, moments, st.integers(1, 59))
def test_hourly_runs_are_never_more_than_a_shift_apart(zone, moment, minute) -> None:
    schedule = Schedule(When(at_once=False, crons=(f"{minute} * * * *",)), zone)

    first = next_run(schedule, moment)
    assert first is not None
    second = next_run(schedule, first)

    assert second is not None
    assert timedelta(minutes=30) <= second - first <= timedelta(minutes=90)


@pytest.mark.parametrize(
    ("at", "open_"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("05:59", True), ("06:00", False)],
)
def test_hours_over_midnight_include_their_begin_but_not_their_end(at, open_) -> None:
    night = Hours.parse("22:00-06:00")

    assert is_open(night, BERLIN, in_berlin(f"2025-06-01T{at}")) is open_


@pytest.mark.parametrize(
    ("written", "asked", "expected"),
    [
        ("22:00-06:00", "2025-06-01T12:00", "2025-06-01T22:00"),
        ("22:00-06:00", "2025-06-01T23:30", "2025-06-01T23:30"),
        ("02:30-05:00", "2025-03-30T00:00", "2025-03-30T03:00"),
        ("02:15-02:45", "2025-03-30T00:00", "2025-03-31T02:15"),
        ("02:30-05:00", "2025-10-26T02:10+", "2025-10-26T02:10+"),
        ("01:00-02:30", "2025-10-26T02:10+", "2025-10-27T01:00"),
    ],
)
def test_hours_are_open_once_a_night_also_when_clocks_change(written, asked, expected) -> None:
    opened = opens_at(Hours.parse(written), BERLIN, in_berlin(asked))

    assert opened == in_berlin(expected)


def test_rule_without_hours_may_work_at_any_moment() -> None:
    moment = datetime(2025, 1, 1, tzinfo=UTC)

    assert is_open(None, BERLIN, moment)
    assert opens_at(None, BERLIN, moment) == moment


@UNHURRIED
@given(hours, zones, moments, st.floats(0, 1, exclude_max=True))
def test_hours_open_at_the_moment_that_is_said_and_not_before(two, zone, moment, share) -> None:
    allowed = Hours(*two)

    opened = opens_at(allowed, zone, moment)

    assert opened >= moment
    assert is_open(allowed, zone, opened)
    between = moment + (opened - moment) * share
    assert between == opened or not is_open(allowed, zone, between)


@UNHURRIED
@given(hours, moments)
def test_where_clocks_never_change_hours_are_those_of_the_clock(two, moment) -> None:
    begin, end = two
    at = moment.time()

    within = begin <= at < end if begin < end else at >= begin or at < end

    assert is_open(Hours(begin, end), ZoneInfo("UTC"), moment) is within
