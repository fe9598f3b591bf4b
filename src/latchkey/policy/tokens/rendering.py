"""How CiviCRM turns a value of the API into text, and which values count as empty."""

import re
from datetime import date, datetime
from decimal import Decimal

# The formats that CiviCRM ships with; a CRM may have others set, which its API does not tell here.
NAMED_FORMATS = {
    "Datetime": "%B %E%f, %Y %l:%M %P",
    "Full": "%B %E%f, %Y",
    "Partial": "%B %Y",
    "Time": "%l:%M %P",
    "Year": "%Y",
    "FinancialBatch": "%m/%d/%Y",
    "shortdate": "%m/%d/%Y",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_API_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?", re.ASCII)
_CODE = re.compile(r"%[A-Za-z]")
_NOON = 12


def as_text(value: object) -> str:
    """A value as CiviCRM shows it: None is empty, true is 1, false is empty, lists have commas.

    Raises TypeError for what the API never gives as a field's value.
    """
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else ""
        case str() | int() | Decimal():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case date():
            return formatted(value, _unasked_format(value))
        case list() | tuple():
            return ", ".join(as_text(item) for item in value)
        case _:
            raise TypeError(f"a {type(value).__name__} is not a value that a token can show")


def is_falsy(value: object) -> bool:
    """Whether PHP takes the value for false: besides the empty ones, the text "0"."""
    return not value or value == "0"


def as_date(value: object) -> object:
    """The date that the API's text stands for, or the value itself where it is none."""
    if not isinstance(value, str) or not _API_DATE.fullmatch(value):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:  # such as 0000-00-00, which CiviCRM shows as it is
        return value


def crm_date(value: date, asked: str | None) -> str:
    """A date as the filter crmDate shows it: a named format, codes such as %Y, or date and time."""
    return formatted(value, NAMED_FORMATS.get(asked or "Datetime", asked or ""))


def _unasked_format(value: date) -> str:
    moment = _moment(value)
    at_midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return NAMED_FORMATS["Full" if at_midnight else "Datetime"]


def _moment(value: date) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 -- a day has no time zone


def formatted(value: date, layout: str) -> str:
    """A date in CiviCRM's own codes, in English (`CRM_Utils_Date::customFormat`)."""
    codes = _codes(_moment(value))
    return _CODE.sub(lambda found: codes.get(found[0], found[0]), layout.replace("%D", "%m/%d/%y"))


def _codes(moment: datetime) -> dict[str, str]:
    return _day_codes(moment) | _time_codes(moment)


def _day_codes(moment: datetime) -> dict[str, str]:
    month, weekday = _MONTHS[moment.month - 1], _WEEKDAYS[moment.weekday()]
    return {
        "%A": weekday,
        "%a": weekday[:3],
        "%B": month,
        "%b": month[:3],
        "%d": f"{moment.day:02}",
        "%e": f"{moment.day:2}",
        "%E": str(moment.day),
        "%f": _ordinal_ending(moment.day),
        "%m": f"{moment.month:02}",
        "%Y": str(moment.year),
        "%y": str(moment.year)[2:],
    }


def _time_codes(moment: datetime) -> dict[str, str]:
    hour = moment.hour % _NOON or _NOON
    half = "AM" if moment.hour < _NOON else "PM"
    return {
        "%H": f"{moment.hour:02}",
        "%h": f"{hour:02}",
        "%I": f"{hour:02}",
        "%k": f"{moment.hour:2}",
        "%l": f"{hour:2}",
        "%M": f"{moment.minute:02}",
        "%i": f"{moment.minute:02}",
        "%p": half.lower(),
        "%P": half,
        "%S": f"{moment.second:02}",
        "%s": f"{moment.second:02}",
    }


def _ordinal_ending(day: int) -> str:
    if day in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
