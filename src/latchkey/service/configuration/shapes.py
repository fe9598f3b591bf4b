"""Fields of the file that may be written in more than one way, and what is read from them."""

import re
import shlex
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from latchkey.policy.letters import OWN_TOKENS, letter_fields
from latchkey.policy.rules import Telling
from latchkey.policy.tokens import CRM_TOKENS, Namespace, Pattern, PatternError
from latchkey.sites.contract import Setting

MOST_DAYS = 3650
MOST_CHANGES = 1_000_000

_FIELD_LINE = re.compile(r"\s*([^\s=]+)\s*=\s*(.*?)\s*")
_DAYS = re.compile(r"\s*(\d{1,6})\s*days?\s*", re.ASCII)


def http_address(text: str) -> str:
    """An address without a slash at its end. Raises ValueError when it is none for a browser."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f'"{text}" is no address; write it as https://www.example.org.')
    if parts.username or parts.password:
        raise ValueError("the address holds a credential; put it into the field made for it.")
    if parts.query or parts.fragment:
        raise ValueError("the address ends where its path ends; take off what follows ? or #.")
    return text.rstrip("/")


def pattern_text(text: str, namespaces: frozenset[Namespace] = CRM_TOKENS) -> str:
    """A pattern as it was written. Raises PatternError (a ValueError) when it cannot be used."""
    if not text.strip():
        raise ValueError("it is empty; write a pattern such as {contact.first_name}.")
    pattern = Pattern.parse(text, namespaces=namespaces)
    if pattern.unread:
        raise ValueError(
            f"{pattern.unread[0]} is no token and would stay as it is; "
            "tokens look like {contact.first_name}."
        )
    return text


def telling_text(text: str) -> str:
    """A text of Latchkey's own mail, with tokens. Raises ValueError when it cannot be used."""
    try:
        letter_fields(Telling(subject=text, text=""))
    except PatternError as error:
        own = ", ".join(OWN_TOKENS)
        raise ValueError(f"{error} A mail may also name {own}.") from None
    return text


def field_lines(written: object) -> object:
    """A table of fields as it is; lines such as `first_name={contact.first_name}` as a table."""
    lines = written.splitlines() if isinstance(written, str) else written
    if not isinstance(lines, list):
        return written
    table: dict[str, str] = {}
    for line in (line for line in lines if not isinstance(line, str) or line.strip()):
        found = _FIELD_LINE.fullmatch(line) if isinstance(line, str) else None
        if not found:
            raise ValueError(f"{line!r} is no field; write it as field=pattern.")
        if found[1] in table:
            raise ValueError(f"the field {found[1]} is given twice; keep one of the lines.")
        table[found[1]] = found[2]
    return table


def one_text(words: object) -> str | None:
    """A list of arguments as the text that a connection holds; None when it is none."""
    if not isinstance(words, list | tuple) or not words:
        return None
    if not all(isinstance(word, str) and word.strip() for word in words):
        return None
    return shlex.join(words)


def as_written(settings: Mapping[str, str], of_kind: Iterable[Setting]) -> dict[str, object]:
    """The settings that a connection holds, as the file writes them."""
    lists = {setting.name for setting in of_kind if setting.words}
    return {name: shlex.split(one) if name in lists else one for name, one in settings.items()}


def one_or_several(written: object) -> object:
    """A single text stands for a list of one."""
    return [written] if isinstance(written, str) else written


def review_limit(written: object) -> str | int:
    """ "never", "always", or the number of changes above which a plan waits."""
    if written in {"never", "always"}:
        return str(written)
    if type(written) is not int or not 0 <= written <= MOST_CHANGES:
        raise ValueError(
            f'write "never", "always", or how many changes go unasked, from 0 to {MOST_CHANGES}.'
        )
    return written


def days(written: object) -> int:
    """A number of days, also as the text "30 days"."""
    found = _DAYS.fullmatch(written) if isinstance(written, str) else None
    number = int(found[1]) if found else written
    if type(number) is not int or not 1 <= number <= MOST_DAYS:
        raise ValueError(f'write a number of days from 1 to {MOST_DAYS}, such as "30 days".')
    return number
