"""Synthetic contacts, the awkward ones first.

From 50 contacts on, the default rule (subscribers for the group "Active Members") comes to

    linked 5, updated 2, already 3, held 7, refused 5, created all the others

so that of 200 contacts 178 are created. Fewer than 50 are all ordinary: all created. Held are a
pair and a triple with one address each, one whose account is an administrator and one whose
account belongs to somebody else; refused are two without e-mail, one whose e-mail bounces, one
deceased and an organisation.
"""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Final

from faker import Faker

AWKWARD_FROM: Final = 50
_DOMAINS: Final = ("example.org", "example.com", "example.net")
_LOCALES: Final = {
    "en_US": ("United States", 4),
    "en_GB": ("United Kingdom", 3),
    "fr_FR": ("France", 2),
    "de_DE": ("Germany", 2),
    "es_ES": ("Spain", 2),
    "it_IT": ("Italy", 1),
    "nl_NL": ("Netherlands", 1),
    "pl_PL": ("Poland", 1),
    "pt_BR": ("Brazil", 1),
    "sv_SE": ("Sweden", 1),
}
_POOL: Final = 120


class Situation(Enum):
    """What there is about a person before any rule has run."""

    ORDINARY = "nothing: an account is created"
    HAS_ACCOUNT = "an unlinked account has the address"
    LINKED = "linked to an account that has the role"
    LACKS_ROLE = "linked to an account without the role"
    PRIVILEGED = "an administrator's account has the address"
    CROSSED = "the account with the address belongs to another contact"
    SHARED = "others have the same primary address"
    NO_EMAIL = "no e-mail"
    BOUNCING = "the e-mail is on hold"
    DECEASED = "deceased"
    ORGANISATION = "not a person"


@dataclass(frozen=True, slots=True)
class Person:
    """One contact to be; `email` None means that there is none."""

    first_name: str
    last_name: str
    email: str | None
    language: str = "en_US"
    country: str = "United States"
    city: str = ""
    do_not_email: bool = False
    situation: Situation = Situation.ORDINARY


# First names, last names and languages that programs stumble over; all ordinary otherwise.
_HARD_NAMES: Final = (
    ("Siobhán", "O'Neill-Ó Súilleabháin", "en_GB", "United Kingdom"),
    ("Jean-Luc", "D'Aubigné", "fr_FR", "France"),
    ("小龙", "李", "zh_CN", "China"),
    ("Ελένη", "Παπαδοπούλου", "el_GR", "Greece"),
    ("Анна", "Иванова", "ru_RU", "Russian Federation"),
    ("فاطمة", "الزهراء", "ar_EG", "Egypt"),
    ("Żółć", "Gęślą", "pl_PL", "Poland"),
    (
        "Wolfeschlegelsteinhausen",
        "Bergerdorffwelchevoralternwarengewissenhaftschafers",
        "de_DE",
        "Germany",
    ),
    ("", "Madonna", "en_US", "United States"),
    ("Same", "Name", "en_US", "United States"),
    ("Same", "Name", "en_US", "United States"),
)
_SITUATIONS: Final = (
    *[Situation.HAS_ACCOUNT] * 5,
    *[Situation.LINKED] * 3,
    *[Situation.LACKS_ROLE] * 2,
    Situation.PRIVILEGED,
    Situation.CROSSED,
    *[Situation.SHARED] * 5,
    *[Situation.NO_EMAIL] * 2,
    Situation.BOUNCING,
    Situation.DECEASED,
    Situation.ORGANISATION,
)
_PAIR: Final = 2
_SILENT: Final = 2


def people(contacts: int, seed: int) -> Iterator[Person]:
    """That many people, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same people every time
    pools = {locale: _pool(locale, seed) for locale in _LOCALES}
    awkward = contacts >= AWKWARD_FROM
    special = [*_settled(_awkward(chance, pools))] if awkward else []
    yield from special
    for number in range(len(special) + 1, contacts + 1):
        yield _ordinary(number, chance, pools)


def _awkward(chance: random.Random, pools: dict[str, "_Pool"]) -> Iterator[Person]:
    number = 0
    for situation in _SITUATIONS:
        number += 1
        yield replace(_ordinary(number, chance, pools), situation=situation)
    for first, last, language, country in _HARD_NAMES:
        number += 1
        email = _email(first, last, number)
        yield Person(first, last, email, language, country)
    for _ in range(_SILENT):
        number += 1
        yield replace(_ordinary(number, chance, pools), do_not_email=True)


def _settled(special: Iterator[Person]) -> Iterator[Person]:
    """The same people with the addresses that their situations ask for."""
    shared = 0
    for person in special:
        match person.situation:
            case Situation.NO_EMAIL:
                yield replace(person, email=None)
            case Situation.SHARED:
                shared += 1
                family = "pair" if shared <= _PAIR else "triple"
                yield replace(person, email=f"{family}@example.org")
            case Situation.ORGANISATION:
                yield replace(person, first_name="", last_name="Friends of the Library")
            case _:
                yield person


@dataclass(frozen=True, slots=True)
class _Pool:
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    cities: tuple[str, ...]


def _pool(locale: str, seed: int) -> _Pool:
    """A stock of names, for Faker is slow and a million people are asked for."""
    faker = Faker(locale)
    faker.seed_instance(seed)
    return _Pool(
        tuple(faker.first_name() for _ in range(_POOL)),
        tuple(faker.last_name() for _ in range(_POOL)),
        tuple(faker.city() for _ in range(_POOL)),
    )


def _ordinary(number: int, chance: random.Random, pools: dict[str, _Pool]) -> Person:
    weights = [weight for _, weight in _LOCALES.values()]
    locale = chance.choices(list(_LOCALES), weights)[0]
    pool = pools[locale]
    first, last = chance.choice(pool.first_names), chance.choice(pool.last_names)
    country, _ = _LOCALES[locale]
    return Person(
        first, last, _email(first, last, number), locale, country, chance.choice(pool.cities)
    )


def _email(first: str, last: str, number: int) -> str:
    """An address that nobody else has, at a domain that cannot receive mail."""
    name = ".".join(part for part in (_plain(first), _plain(last)) if part) or "member"
    return f"{name[:40].strip('.')}.{number}@{_DOMAINS[number % len(_DOMAINS)]}"


@cache
def _plain(name: str) -> str:
    parted = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in parted if letter.isascii() and letter.isalnum())
