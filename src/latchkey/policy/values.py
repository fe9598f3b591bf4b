"""The things a rule decides about: contacts of a CRM, accounts of a site, and their links."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID, uuid5

NAMESPACE = UUID("8a6e9c52-0f4b-5d0e-9a35-3a1f1c7f2f64")
NOTHING: Mapping[str, str] = MappingProxyType({})


def account_key(crm: UUID, contact_id: int, site: UUID) -> UUID:
    """Our key for the account of one contact on one site, carried there where the site can."""
    return uuid5(NAMESPACE, f"{crm}/{contact_id}/{site}")


def same_address(email: str) -> str:
    """The form in which two e-mail addresses are compared: CiviCRM and the sites ignore case."""
    return email.strip().casefold()


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact, as read from the CRM in one page.

    `email` is the primary address, None when there is none. `account_id` is the account which the
    CRM's own UFMatch links to the contact, None without a link or where the CRM's site is another.
    `values` holds every token field that the rule asked for, keyed by API v4 field name.
    `modified` is the CRM's modified_date, as text; it moves with names and addresses, not groups.
    `doubt` says how what a file says of the contact differs from the CRM, empty when it does not.
    """

    id: int
    contact_type: str
    display_name: str
    email: str | None
    on_hold: bool = False
    is_deceased: bool = False
    is_deleted: bool = False
    do_not_email: bool = False
    language: str | None = None
    account_id: str | None = None
    modified: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A login on a site, as the site describes it.

    `id` is the site's own, as text. `roles` are the site's machine names. `fields` are those that
    the kind of site can set, by its own names. `powers` are the capabilities seen that make an
    account privileged, empty where the site does not tell. `key` is ours, None where the site
    cannot carry one. `last_login` is ISO 8601, None where it is unknown.
    """

    id: str
    username: str
    email: str
    roles: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    active: bool = True
    powers: frozenset[str] = frozenset()
    key: UUID | None = None
    last_login: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The pairing of a contact and an account. `id` is the UFMatch's, None for our own record."""

    contact_id: int
    account_id: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. The password is seen by nobody; `language` None is the site's own.

    `contact_id` is given where the site hosts the CRM that the contact is in, else None.
    """

    username: str
    email: str
    password: str = field(repr=False)
    roles: frozenset[str]
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    key: UUID | None = None
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What is to change on an account: None leaves a thing as it is.

    `roles` and `fields` are whole new values of what they name: `roles` the full set afterwards,
    `fields` only the fields that change.
    """

    account: Account
    roles: frozenset[str] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    email: str | None = None
    language: str | None = None
    password: str | None = field(default=None, repr=False)
