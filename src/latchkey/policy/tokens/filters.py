"""The filters of tokens: what may follow the `|`. Facts from `Civi/Token/StandardFilters.php`."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from latchkey.policy.tokens.errors import Place
from latchkey.policy.tokens.rendering import as_date, as_text, crm_date, is_falsy


class FilterName(StrEnum):
    """A filter, by the name that CiviCRM gives it."""

    UPPER = "upper"
    LOWER = "lower"
    CAPITALIZE = "capitalize"
    BOOLEAN = "boolean"
    CRM_DATE = "crmDate"
    DEFAULT = "default"


_QUOTED = re.compile(r':"([^"]+)"')
_NAMES = {name.value: name for name in FilterName}
_TAKING_ARGUMENT = frozenset({FilterName.CRM_DATE, FilterName.DEFAULT})
# Inside a word for Unicode's title case, beside the categories that PHP also passes over.
_INSIDE_WORDS = frozenset("'.:\u00b7\u2018\u2019\u2024\u2027")
_IGNORABLE = frozenset({"Mn", "Me", "Cf", "Lm", "Sk"})


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter as a token writes it. `argument` is None where none was given."""

    name: FilterName
    argument: str | None = None

    def apply(self, value: object) -> str:
        """The value's text after the filter."""
        match self.name:
            case FilterName.UPPER:
                return as_text(value).upper()
            case FilterName.LOWER:
                return as_text(value).lower()
            case FilterName.CAPITALIZE:
                return capitalized(as_text(value))
            case FilterName.BOOLEAN:
                return "0" if is_falsy(value) else "1"
            case FilterName.CRM_DATE:
                moment = as_date(value)
                return (
                    crm_date(moment, self.argument) if isinstance(moment, date) else as_text(value)
                )
            case FilterName.DEFAULT:
                return self.argument or "" if is_falsy(value) else as_text(value)
            case _:
                assert_never(self.name)


def parse_filter(written: str, arguments: str | None, place: Place) -> Filter:
    """The filter named `written`; `arguments` is what follows it, from the colon on.

    Raises PatternError for an unknown filter or arguments that it does not take.
    """
    name = _NAMES.get(written)
    if name is None:
        known = ", ".join(_NAMES)
        raise place.error(f'there is no filter "{written}"; the filters are {known}')
    if name not in _TAKING_ARGUMENT and arguments is not None:
        raise place.error(f"{name} takes nothing after it; remove {arguments}")
    if name is FilterName.DEFAULT and arguments is None:
        raise place.error('default lacks its text; write it in double quotes, as in default:"x"')
    return Filter(name, None if arguments is None else _argument(name, arguments, place))


def _argument(name: FilterName, arguments: str, place: Place) -> str:
    quoted = _QUOTED.fullmatch(arguments)
    if quoted is None:
        raise place.error(f'{name} takes one text in double quotes, as in {name}:"x"')
    return quoted[1]


def capitalized(text: str) -> str:
    """Each word with a capital, the rest small, as PHP's title case: o'brien gives O'brien."""
    letters: list[str] = []
    inside = False
    for char in text:
        letters.append(char.lower() if inside else char.title())
        if char not in _INSIDE_WORDS and unicodedata.category(char) not in _IGNORABLE:
            inside = char.isupper() or char.islower() or char.istitle()
    return "".join(letters)
