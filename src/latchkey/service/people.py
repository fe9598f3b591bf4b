"""Who uses Latchkey: made, changed and deactivated, and every change written down."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from latchkey.store import settings_log
from latchkey.store.models import User


class PeopleError(Exception):
    """This may not be done; the text says why."""


@dataclass(frozen=True, slots=True)
class Person:
    """What an administrator says about somebody."""

    email: str
    role: str
    is_active: bool = True
    at_once: bool = False
    digest: bool = False


def nobody_is_there() -> bool:
    """Whether no administrator has been made yet: the first start goes on."""
    return not User.objects.exists()


def first_administrator(username: str, email: str, password: str) -> User:
    """Make the one who sets everything up. PeopleError when there is somebody already."""
    with transaction.atomic():
        if not nobody_is_there():
            raise PeopleError("Somebody has made the first administrator already.")
        row = User(username=username, email=email, role=User.Role.ADMINISTRATOR)
        row.at_once = row.digest = bool(email)
        row.set_password(password)
        row.save()
        settings_log.write(username, f"user {username}", "", "first administrator")
    return row


def add(username: str, person: Person, by: str) -> User:
    """Make a user without a password: a link lets them choose one. PeopleError as for `change`."""
    if User.objects.filter(username__iexact=username).exists():
        raise PeopleError("There is a user of this name already.")
    row = User(username=username)
    row.set_unusable_password()
    with transaction.atomic():
        _put(row, person)
        row.save()
        settings_log.write(by, f"user {username}", "", person.role)
    return row


def change(row: User, person: Person, by: str) -> None:
    """Give a user another role or other mails. PeopleError when nobody could administer then."""
    with transaction.atomic():
        before = _said(row)
        stays = person.is_active and person.role == User.Role.ADMINISTRATOR
        if not stays and _is_last_administrator(row):
            raise PeopleError("Nobody could administer Latchkey then. Make another one first.")
        _put(row, person)
        row.save()
        for name, value in _said(row).items():
            if before[name] != value:
                what = f"user {row.username}.{name}"
                settings_log.write(by, what, str(before[name]), str(value))


def change_own_mails(row: User, email: str, *, at_once: bool, digest: bool) -> None:
    """Everybody chooses their own mails."""
    person = Person(email, row.role, row.is_active, at_once, digest)
    change(row, person, row.username)


def _put(row: User, person: Person) -> None:
    row.email, row.role, row.is_active = person.email, person.role, person.is_active
    row.at_once, row.digest = person.at_once, person.digest


def _said(row: User) -> dict[str, Any]:
    names = ("email", "role", "is_active", "at_once", "digest")
    return {name: getattr(row, name) for name in names}


def _is_last_administrator(row: User) -> bool:
    ours = User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True)
    return ours.filter(pk=row.pk).exists() and not ours.exclude(pk=row.pk).exists()
