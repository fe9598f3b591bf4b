"""The further kinds of site that practice plays, each in a process of its own on the same home.

A kind is a package with `SCHEMA`, `app.respond` and `seeding.seed`. Only the one that is asked for
is loaded.
"""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from werkzeug.wrappers import Request, Response

SITES: Mapping[str, str] = MappingProxyType(
    {
        "backdrop": "latchkey.practice.backdrop",
        "drupal": "latchkey.practice.drupal",
        "drupal7": "latchkey.practice.drupal7",
        "joomla": "latchkey.practice.joomla",
        "moodle": "latchkey.practice.moodle",
        "standalone": "latchkey.practice.standalone",
    }
)

# What a member is given there, in the site's own word for it.
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "backdrop": "member",
        "drupal": "member",
        "drupal7": "member",
        "joomla": "Registered",
        "moodle": "members",
        "standalone": "member",
    }
)


@dataclass(frozen=True, slots=True)
class PracticeSite:
    """One kind of site: its tables, its accounts at the start, and its answers.

    `connection` are the settings of a connection to it, but for the address. `seed` is given the
    contacts' number and seed, by which it knows their addresses; it fills the home once, inside the
    caller's transaction.
    """

    connection: Mapping[str, str | list[str]]
    role: str
    schema: str
    seed: Callable[[sqlite3.Connection, int, int], None]
    respond: Callable[[Request], Response | None]


def site(kind: str) -> PracticeSite:
    """The stand-in for a kind of site."""
    package = SITES[kind]
    return PracticeSite(
        connection=import_module(package).CONNECTION,
        role=ROLES[kind],
        schema=import_module(package).SCHEMA,
        seed=import_module(f"{package}.seeding").seed,
        respond=import_module(f"{package}.app").respond,
    )
