"""Usernames: what a pattern gives, made to fit a site, and the next one when it is taken.

The rule, in a sentence: letters are transliterated, spaces become `_`, characters that the site
does not take are left out, and separators with nothing beside them go.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from string import ascii_lowercase, digits

from anyascii import anyascii

from latchkey.policy.tokens import Pattern

LAST_RESORT = "user"
# In order of preference: what stands for a space, or for a separator that the site does not take.
JOINERS = "_-."
# In order of preference: what parts a username from the number that makes it free.
NUMBER_JOINERS = "-_."
# Room for the number of a taken username beside something of the name.
SHORTEST_MAXIMUM = 10

_UNREADY = re.compile(r"[\s._-]")
_SEPARATOR_RUN = re.compile(r"([._-])[._-]+")
_SEPARATORS = "._-"


@dataclass(frozen=True, slots=True)
class UsernameLimits:
    r"""What a site takes as a username.

    Lengths are in characters. `allowed` is the inside of a regular expression's class, such as
    `A-Za-z0-9 _.\-@` for WordPress; it has to take a-z and 0-9, else ValueError. With `lowercase`
    the site keeps no capitals.
    """

    max_length: int
    allowed: str
    lowercase: bool = False
    min_length: int = 1

    def __post_init__(self) -> None:
        if self.max_length < SHORTEST_MAXIMUM:
            raise ValueError(f"max_length {self.max_length} is under {SHORTEST_MAXIMUM}")
        if not 1 <= self.min_length <= self.max_length:
            raise ValueError(f"min_length {self.min_length} is not in 1 to {self.max_length}")
        missing = [char for char in ascii_lowercase + digits if not self.takes(char)]
        if missing:
            raise ValueError(f"[{self.allowed}] does not take {', '.join(missing)}")

    def takes(self, text: str) -> bool:
        """Whether every character of `text` is allowed; lengths are not looked at."""
        return _disallowed(self.allowed).search(text) is None

    def joiner(self, preferred: str) -> str:
        """The first of the characters in `preferred` that the site takes, empty where none is."""
        return next((char for char in preferred if self.takes(char)), "")


@lru_cache(maxsize=64)
def _disallowed(allowed: str) -> re.Pattern[str]:
    return re.compile(f"[^{allowed}]")


def username_from(
    pattern: Pattern, values: Mapping[str, object], limits: UsernameLimits, email: str
) -> str:
    """The username that a pattern gives a person on a site; it may be taken there.

    What comes out empty or too short gives way to the part of `email` before the @, then to "user".
    Raises MissingValueError like `Pattern.render`.
    """
    return cleaned(pattern.render(values), limits) or _fallback(email, limits)


def _fallback(email: str, limits: UsernameLimits) -> str:
    local = email.strip().partition("@")[0]
    return cleaned(local, limits) or LAST_RESORT.ljust(limits.min_length, "0")


def cleaned(text: str, limits: UsernameLimits) -> str:
    """`text` made to fit `limits`, empty where nothing usable is left.

    What is clean already stays as it is. A username needs a letter or a digit.
    """
    plain = anyascii(text)
    if limits.lowercase:
        plain = plain.lower()
    spaced = _UNREADY.sub(lambda found: _separator(found[0], limits), plain)
    kept = _disallowed(limits.allowed).sub("", spaced)
    single = _SEPARATOR_RUN.sub(r"\1", kept).strip(_SEPARATORS)
    fitting = single[: limits.max_length].rstrip(_SEPARATORS)
    usable = len(fitting) >= limits.min_length and any(char.isalnum() for char in fitting)
    return fitting if usable else ""


def _separator(char: str, limits: UsernameLimits) -> str:
    if char in _SEPARATORS and limits.takes(char):
        return char
    return limits.joiner(JOINERS)


def candidates(stem: str, limits: UsernameLimits) -> Iterator[str]:
    """`stem`, then `stem-2`, `stem-3` and so on: never one twice, each within `limits`.

    `stem` is cleaned first; it gives way to its end when the number needs the room. Ends only when
    the numbers themselves fill the length.
    """
    start = cleaned(stem, limits) or _fallback("", limits)
    seen = {start}
    yield start
    joiner = limits.joiner(NUMBER_JOINERS)
    for number in count(2):
        ending = f"{joiner}{number}"
        room = limits.max_length - len(ending)
        if room < 1:
            return
        candidate = start[:room].rstrip(_SEPARATORS) + ending
        if candidate not in seen:
            seen.add(candidate)
            yield candidate
