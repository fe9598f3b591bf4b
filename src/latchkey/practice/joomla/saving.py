"""Making and changing accounts: what Joomla checks, in its order, and what it does without a word.

Recordings create_*, patch_* and svc_admin_*.
"""

import json
import re
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

from latchkey.practice.joomla import groups, mails, users
from latchkey.practice.joomla.callers import Caller
from latchkey.practice.joomla.documents import JoomlaError, broken
from latchkey.practice.joomla.switches import stands
from latchkey.practice.joomla.users import NewUser, User

Values = Mapping[str, Any]

MOST_FAULTS = 3
SHORTEST_PASSWORD = 12
_SHORTEST_USERNAME, _LONGEST_USERNAME, _LONGEST_EMAIL = 2, 150, 100
_CLEANED = re.compile(r"[\x00-\x1F\x7F<>\"'%&]")
_REFUSED = re.compile(r"[<>\"'%;()&\\]|\.\./")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PLAIN = ("name", "username", "email", "block", "send_email")

_SAVE_FAILED = "Save failed with the following error: {}"
_BAD_ADDRESS = "The email address you entered is invalid. Please enter another email address."
_DIFFERENT = (
    "The passwords you entered do not match. Please enter your desired password in the password"
    " field and confirm your entry by entering it in the confirm password field."
)
_NO_GROUP = "You can't save a user account without selecting at least one user group."
_NOT_SUPER = "User not Super Administrator"
_BAD_USERNAME = (
    "Please enter a valid username. No space at beginning or end, at least 2 characters, and must"
    " not contain the following characters: < > \\ \" ' % ; ( ) &."
)
_NAME_TAKEN = "Username in use."
_ADDRESS_TAKEN = (
    "The email address you entered is already in use. Please enter another email address."
)


def create(db: sqlite3.Connection, caller: Caller, body: Values, site: str) -> int:
    """Make an account and give its id, inside the caller's transaction. Raises JoomlaError."""
    password = str(body.get("password") or "")
    # The API confirms the password of a new account by itself.
    values = {"block": 0, "sendEmail": 0, **body, "password2": password}
    wanted = _checked(db, caller, values, None)
    given = password or secrets.token_urlsafe(24)
    user_id = users.insert(
        db,
        NewUser(
            **{name: wanted[name] for name in _PLAIN},
            password=given,
            groups=groups.known(db, _asked(values)),
            params=_params(body),
        ),
    )
    users.set_fields(db, user_id, _texts(body))
    made = users.by_id(db, user_id)
    if made is not None and mails_passwords(db):
        mails.account_made(db, made, given, site)
    return user_id


def update(db: sqlite3.Connection, caller: Caller, user_id: int, body: Values) -> None:
    """Change an account, inside the caller's transaction. Raises JoomlaError.

    An id that is not there becomes an account without anything (recording patch_unknown).
    """
    user = users.by_id(db, user_id)
    wanted = _checked(db, caller, {**_present(user), **body}, user)
    if user is None:
        raise broken()
    users.change(db, user_id, wanted)
    if kept := groups.known(db, _asked(body)):
        users.set_groups(db, user_id, kept)
    if body.get("params"):
        users.change(db, user_id, {"params": json.dumps(_params(body))})
    if body.get("password"):
        users.set_password(db, user_id, str(body["password"]))
    users.set_fields(db, user_id, _texts(body))


def mails_passwords(db: sqlite3.Connection) -> bool:
    """Whether a new account's password goes out by mail."""
    return bool(stands(db, "mail_to_user") and stands(db, "user_plugin"))


def _checked(
    db: sqlite3.Connection, caller: Caller, values: Values, user: User | None
) -> dict[str, Any]:
    """The columns to write, once form and table have nothing against them."""
    if faults := _faults_of_the_form(db, values, user):
        raise JoomlaError(400, "\n".join(faults[:MOST_FAULTS]))
    if isinstance(values.get("groups"), str):
        raise broken()  # recording create_groups_string
    wanted = {
        "name": str(values["name"]),
        "username": _CLEANED.sub("", str(values["username"])),
        "email": str(values["email"]).strip(),
        "block": int(str(values["block"]) == "1"),
        "send_email": int(str(values["sendEmail"]) == "1"),
    }
    fault = _fault_of_the_save(db, caller, values, user) or _fault_of_the_table(db, wanted, user)
    if fault is not None:
        raise JoomlaError(400, _SAVE_FAILED.format(fault), 400)
    return wanted


def _faults_of_the_form(db: sqlite3.Connection, values: Values, user: User | None) -> list[str]:
    needs_password = user is None and not stands(db, "mail_to_user") and stands(db, "user_plugin")
    faults = _lacking(values, {"name": "Name", "username": "Login Name (Username)"})
    if needs_password:
        labels = {"password": "Password", "password2": "Confirm Password"}
        faults += _lacking(values, labels)
    password = str(values.get("password") or "")
    if password and len(password) < SHORTEST_PASSWORD:
        faults.append("Invalid field: Password")
    elif password and values.get("password2") != password:
        faults.append(_DIFFERENT)
    faults += _lacking(values, {"email": "Email"})
    if values.get("email") and not _ADDRESS.fullmatch(str(values["email"]).strip()):
        faults.append(_BAD_ADDRESS)
    return faults


def _lacking(values: Values, labels: Mapping[str, str]) -> list[str]:
    return [f"Field required: {label}" for name, label in labels.items() if not values.get(name)]


def _fault_of_the_save(
    db: sqlite3.Connection, caller: Caller, values: Values, user: User | None
) -> str | None:
    asked = _asked(values)
    if not asked:
        return _NO_GROUP
    held = users.groups_of(db, user.id) if user is not None else {}
    powerful = groups.SUPER_USERS in held or groups.SUPER_USERS in groups.known(db, asked)
    return _NOT_SUPER if powerful and not caller.is_super else None


def _fault_of_the_table(
    db: sqlite3.Connection, wanted: Mapping[str, Any], user: User | None
) -> str | None:
    username, email = wanted["username"], wanted["email"]
    if (
        _REFUSED.search(username)
        or username != username.strip()
        or not _SHORTEST_USERNAME <= len(username) <= _LONGEST_USERNAME
    ):
        return _BAD_USERNAME
    if len(email) > _LONGEST_EMAIL:
        return _BAD_ADDRESS
    own = None if user is None else user.id
    for found, fault in (
        (users.by_username(db, username), _NAME_TAKEN),
        (users.by_email(db, email), _ADDRESS_TAKEN),
    ):
        if found is not None and found.id != own:
            return fault
    return None


def _present(user: User | None) -> dict[str, Any]:
    """What a change is laid over. The groups are not among it, so that each has to name them."""
    if user is None:
        return {"block": 0, "sendEmail": 0}
    return {
        "name": user.name,
        "username": user.username,
        "email": user.email,
        "block": user.block,
        "sendEmail": user.send_email,
    }


def _asked(values: Values) -> list[object]:
    asked = values.get("groups")
    if isinstance(asked, dict):
        return list(asked.values())
    return list(asked) if isinstance(asked, list) else []


def _params(body: Values) -> Mapping[str, Any]:
    params = body.get("params")
    return params if isinstance(params, dict) else {}


def _texts(body: Values) -> dict[str, str]:
    return {name: str(value) for name, value in body.items() if isinstance(value, str | int)}
