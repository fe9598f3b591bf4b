"""When a rule works: "at once", cron expressions, allowed hours and time zones, as text."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter  # type: ignore[import-untyped] # it carries no types

AT_ONCE = "at once"
# Before a leap day: whatever comes at all comes within the years that croniter looks ahead.
_ANY_DAY = datetime(2024, 1, 1)  # noqa: DTZ001 - the time on a wall, wherever it hangs
# Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_PARTS = ("minute", "hour", "day of the month", "month", "day of the week")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: number for number, name in enumerate(_MONTHS, start=1)},
    {name: number for number, name in enumerate(_DAYS)},
)
_ITEM = re.compile(r"(?:\*|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>\d+))?", re.ASCII)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)", re.ASCII)  # noqa: RUF001 - people write hours with the longer dash


def checked_when(text: str) -> str:
    """The text as it will be kept. Raises ValueError when it is neither "at once" nor cron."""
    words = text.strip().casefold().split()
    if words == AT_ONCE.split():
        return AT_ONCE
    if len(words) != len(_BOUNDS):
        raise ValueError(
            f'"{text}" is neither "at once" nor a cron expression of five parts; '
            'write for instance "30 22 * * mon-fri".'
        )
    for position, word in enumerate(words):
        for item in word.split(","):
            _check_item(item, position)
    expression = " ".join(words)
    if not _comes(expression):
        raise ValueError(f'"{text}" never comes: no month named has that day.')
    return expression


def checked_hours(text: str) -> str:
    """The hours as `22:00-06:00`. Raises ValueError when they are not written so."""
    found = _HOURS.fullmatch(text.strip())
    if not found:
        raise ValueError(f'"{text}" are no hours; write them as "22:00-06:00".')
    begin, end = f"{found[1]}:{found[2]}", f"{found[3]}:{found[4]}"
    if begin == end:
        raise ValueError(f'"{text}" begins and ends at once; leave hours out to allow the day.')
    return f"{begin}-{end}"


def checked_zone(text: str) -> str:
    """The name of a time zone. Raises ValueError when there is none of this name."""
    if text == "UTC":
        return text
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f'there is no time zone "{text}"; write one such as "Europe/Berlin" or "UTC".'
        ) from None
    return text


def _comes(expression: str) -> bool:
    try:
        croniter(expression, _ANY_DAY).get_next()
    except CroniterError:
        return False
    return True


def _check_item(item: str, position: int) -> None:
    found = _ITEM.fullmatch(item)
    low, high = _BOUNDS[position]
    if not found:
        raise ValueError(f'"{item}" cannot be the {_PARTS[position]} of a cron expression.')
    written = [found[end] for end in ("low", "high") if found[end] is not None]
    numbers = [_number(end, position) for end in written]
    if any(not low <= number <= high for number in numbers) or numbers != sorted(numbers):
        raise ValueError(
            f'"{item}" is no {_PARTS[position]} of a cron expression: it goes from {low} to {high}.'
        )
    if found["step"] is not None and int(found["step"]) == 0:
        raise ValueError(f'"{item}" steps by nothing; write a number above 0 after the slash.')


def _number(word: str, position: int) -> int:
    if word.isdigit():
        return int(word)
    return _NAMES[position].get(word, -1)
