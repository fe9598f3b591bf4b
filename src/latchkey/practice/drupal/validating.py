"""What Drupal accepts as an account, and its sentences about what it does not."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from latchkey.practice.drupal import users
from latchkey.practice.drupal.errors import InvalidError, Violation
from latchkey.practice.drupal.switches import switch

LONGEST_NAME = 60
_ILLEGAL = re.compile(r"[^\x80-\uffff a-z0-9@+_.'-]", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
NOT_A_CHOICE = "The value you selected is not a valid choice."


def check(db: sqlite3.Connection, values: Mapping[str, Any], uid: int | None = None) -> None:
    """Refuse values that break rules; `uid` is the account that is changed, None for a new one."""
    violations = list(_violations(db, values, uid))
    if violations:
        raise InvalidError(violations)


def _violations(
    db: sqlite3.Connection, values: Mapping[str, Any], uid: int | None
) -> Iterator[Violation]:
    if uid is None or "name" in values:
        yield from _about_name(db, values.get("name"), uid)
    if "mail" in values:
        yield from _about_mail(db, values["mail"], uid)
    langcode = values.get("preferred_langcode")
    if langcode is not None and langcode not in switch(db, "languages"):
        yield Violation("preferred_langcode", NOT_A_CHOICE, "value", ".0.value")
        yield Violation("preferred_langcode", NOT_A_CHOICE, "0", ".0")
    number = values.get("field_civi_contact_id")
    if number is not None and not re.fullmatch(r"-?\d+", str(number)):
        message = "This value should be of the correct primitive type."
        yield Violation("field_civi_contact_id", message, "value", ".0.value")


def _about_name(db: sqlite3.Connection, name: Any, uid: int | None) -> Iterator[Violation]:
    if not name:
        yield Violation("name", "You must enter a username.")
        yield Violation("name", "This value should not be null.")
        return
    if name != name.strip(" "):
        yield Violation("name", "The username cannot begin or end with a space.")
    if "  " in name:
        yield Violation("name", "The username cannot contain multiple spaces in a row.")
    if _ILLEGAL.search(name):
        yield Violation("name", "The username contains an illegal character.")
    if len(name) > LONGEST_NAME:
        limit = f"it must be {LONGEST_NAME} characters or less."
        yield Violation("name", f"The username {name} is too long: {limit}")
    holder = users.by_name(db, name)
    if holder is not None and holder.uid != uid:
        yield Violation("name", f"The username {name} is already taken.")


def _about_mail(db: sqlite3.Connection, mail: Any, uid: int | None) -> Iterator[Violation]:
    if not mail:
        if uid is not None:
            yield Violation("mail", "Email field is required.")
        return
    holders = users.by_mail(db, mail, ignore_case=switch(db, "ignores_case"))
    if any(holder.uid != uid for holder in holders):
        yield Violation("mail", f"The email address {mail} is already taken.")
    if not _ADDRESS.fullmatch(mail):
        yield Violation("mail", "This value is not a valid email address.", "value", ".0.value")
