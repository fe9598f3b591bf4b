"""What the environment says, refused where it cannot be meant."""

import math
import os
from urllib.parse import SplitResult, urlsplit


def seconds(name: str, usual: float) -> float:
    """Seconds of more than 0, up to a day. ValueError otherwise."""
    given = os.environ.get(name)
    found = usual if given is None else _number(given)
    if not 0 < found <= 24 * 3600:
        raise ValueError(f"{name} has to be a number of seconds, of more than 0 and up to 86400.")
    return found


def count(name: str) -> int:
    """A whole number, 0 where nothing is said. ValueError otherwise."""
    given = os.environ.get(name, "0")
    if not (given.isascii() and given.isdigit()):
        raise ValueError(f"{name} has to be a whole number, from 0 on.")
    return int(given)


def address(name: str) -> SplitResult:
    """A web address, empty where nothing is said. ValueError otherwise."""
    given = os.environ.get(name, "")
    refused = f"{name} has to be an address such as https://latchkey.example.org."
    try:
        found = urlsplit(given)
    except ValueError as error:
        raise ValueError(refused) from error
    if given and not (found.scheme in {"http", "https"} and found.hostname):
        raise ValueError(refused)
    return found


def _number(given: str) -> float:
    try:
        return float(given)
    except ValueError:
        return math.nan
