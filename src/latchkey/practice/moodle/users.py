"""The functions about users: find, make, change, delete, reset."""

import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from latchkey.practice.mailbox import messages
from latchkey.practice.moodle import parameters, rows, switches
from latchkey.practice.moodle.errors import MoodleError, invalid, no_permission
from latchkey.practice.moodle.rows import Caller
from latchkey.practice.wordpress.passwords import token_hash

ADMINISTRATOR: Final = 2
FORGOT_PASSWORD: Final = "/login/forgot_password.php"  # noqa: S105 - the path of a page
_SEARCHED: Final = ("id", "idnumber", "username", "email")
_AUTHS: Final = frozenset({"manual", "email", "nologin", "oauth2"})
_POLICY: Final = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]", ".{8}")))
_MAYBE: Final = {
    "status": "emailpasswordconfirmmaybesent",
    "notice": "<p>If you supplied a correct username or unique email address then an email should "
    "have been sent to you.</p>\n   <p>It contains easy instructions to confirm and complete this "
    "password change.\nIf you continue to have difficulty, please contact the site administrator."
    "</p>",
    "warnings": [],
}
_RESET: Final = """Hi {name},

A password reset was requested for your account '{username}' at Practice Moodle.

To confirm this request, and set a new password for your account, please go to:

{link}
"""


def by_field(caller: Caller, params: Mapping[str, Any]) -> list[Any]:
    """core_user_get_users_by_field: who may not be seen is left out without a word."""
    field, values = params.get("field"), params.get("values")
    if field not in _SEARCHED or not isinstance(values, list):
        raise invalid(f"The search field '{field}' is invalid")
    fits = {"email": parameters.is_address, "username": parameters.is_username}
    for value in values:
        if not fits.get(field, lambda _text: True)(value):
            raise invalid(f"The field '{field}' value is invalid: {value}(cleaned value: )")
    found = [rows.shown(caller, user) for user in rows.matching(caller.db, field, values)]
    return [user for user in found if user and user.get(field)]


def search(caller: Caller, params: Mapping[str, Any]) -> dict[str, Any]:
    """core_user_get_users, by one criterion; addresses and names by LIKE."""
    criteria = params.get("criteria")
    if not isinstance(criteria, list) or len(criteria) != 1:
        raise invalid("Missing required key in single structure: criteria")
    key, value = criteria[0].get("key"), criteria[0].get("value")
    if key not in (*_SEARCHED, "firstname", "lastname"):
        raise invalid(f"The search by {key} is not possible")
    like = key in ("email", "firstname", "lastname")
    found = [rows.shown(caller, one) for one in rows.matching(caller.db, key, [value], like=like)]
    return {"users": [user for user in found if user and key in user], "warnings": []}


def create(caller: Caller, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """core_user_create_users: all of them or, by the caller's transaction, none."""
    users = parameters.users_in(params, parameters.CREATING, parameters.REQUIRED)
    if not caller.may("moodle/user:create"):
        raise no_permission("Create users")
    return [_create(caller, user) for user in users]


def _create(caller: Caller, user: Mapping[str, Any]) -> dict[str, Any]:
    db = caller.db
    _check_new(db, user)
    mails_password = user.get("createpassword") == "1"
    password = secrets.token_urlsafe(12) if mails_password else str(user["password"])
    if not mails_password:
        _check_password(password)
    id_ = rows.insert(db, {**user, "password": password})
    if mails_password and not switches.of(db, "mail_fails"):
        text = f"Your current login information is now:\n{user['username']}\n{password}\n"
        messages.deliver(db, user["email"], "Practice Moodle: New user account", text)
    return {"id": id_, "username": user["username"]}


def _check_new(db: sqlite3.Connection, user: Mapping[str, Any]) -> None:
    for name in ("username", "firstname", "lastname"):
        if not user[name].strip():
            raise invalid(f"The field {name} cannot be blank")
    if rows.matching(db, "username", [user["username"]]):
        raise invalid(f"Username already exists: {user['username']}")
    _check_settings(db, user)
    if not parameters.is_address(user["email"]):
        raise invalid(f"Email address is invalid: {user['email']}")
    if _has_address(db, user["email"]):
        raise invalid(f"Email address already exists: {user['email']}")


def _check_settings(db: sqlite3.Connection, user: Mapping[str, Any]) -> None:
    if user.get("auth", "manual") not in _AUTHS:
        raise invalid(f"Invalid authentication type: {user['auth']}")
    if user.get("lang", "en") not in switches.of(db, "languages"):
        raise invalid(f"Invalid language code: {user['lang']}")
    if not user.get("password") and user.get("createpassword") != "1":
        raise invalid("Invalid password: you must provide a password, or set createpassword.")


def update(caller: Caller, params: Mapping[str, Any]) -> dict[str, Any]:
    """core_user_update_users: one warning for each that is not changed."""
    users = parameters.users_in(params, parameters.CHANGING, ("id",))
    if not caller.may("moodle/user:update"):
        raise no_permission("Update user profiles")
    warnings = [warning for user in users if (warning := _update(caller, user))]
    return {"warnings": warnings}


def _update(caller: Caller, user: Mapping[str, Any]) -> dict[str, Any] | None:
    db, id_ = caller.db, int(user["id"])
    there = rows.matching(db, "id", [str(id_)])
    if not there:
        return _warning(id_, "invaliduserid", "Invalid user ID")
    if id_ == ADMINISTRATOR:
        return _warning(id_, "usernotupdatedadmin", "Cannot update admin accounts")
    email = user.get("email", there[0]["email"])
    if email != there[0]["email"]:
        if not parameters.is_address(email):
            return _warning(id_, "useremailinvalid", "Invalid email address")
        if _has_address(db, email, but=id_):
            return _warning(id_, "useremailduplicate", "Duplicate address")
    given = dict(user)
    if given.get("lang", "en") not in switches.of(db, "languages"):
        given["lang"] = "en"
    rows.change(db, id_, given)
    return None


def delete(caller: Caller, params: Mapping[str, Any]) -> None:
    """core_user_delete_users."""
    if not caller.may("moodle/user:delete"):
        raise no_permission("Delete users")
    ids: Sequence[str] = params.get("userids", [])
    for id_ in ids:
        if not rows.matching(caller.db, "id", [id_]):
            raise MoodleError("dml_missing_record_exception", "invaliduser", "Invalid user")
        rows.delete(caller.db, int(id_))


def request_reset(caller: Caller, params: Mapping[str, Any]) -> dict[str, Any]:
    """core_auth_request_password_reset: one answer whoever is asked for."""
    db = caller.db
    username, email = params.get("username", ""), params.get("email", "")
    found = (
        rows.matching(db, "username", [username.lower()])
        if username
        else rows.matching(db, "email", [email], like=True)
    )
    if len(found) == 1 and not found[0]["suspended"]:
        _mail_link(caller, found[0])
    return _MAYBE


def _mail_link(caller: Caller, user: sqlite3.Row) -> None:
    if switches.of(caller.db, "mail_fails"):
        raise MoodleError(
            "moodle_exception",
            "cannotmailconfirm",
            "Error sending password change confirmation email",
        )
    token = secrets.token_hex(16)
    caller.db.execute(
        "UPDATE mdl_user SET reset_token = ? WHERE id = ?", (token_hash(token), user["id"])
    )
    link = f"{caller.site}{FORGOT_PASSWORD}?token={token}"
    text = _RESET.format(name=user["firstname"], username=user["username"], link=link)
    messages.deliver(caller.db, user["email"], "Practice Moodle: Password reset request", text)


def _check_password(password: str) -> None:
    if not all(demand.search(password) for demand in _POLICY):
        words = "<div>Passwords must have letters, digits and other signs.</div>"
        raise MoodleError("moodle_exception", words, f"error/{words}")


def _has_address(db: sqlite3.Connection, email: str, but: int = 0) -> bool:
    """Whatever the database ignores, an address is looked for in any spelling."""
    return (
        db.execute(
            "SELECT 1 FROM mdl_user WHERE email = ? COLLATE NOCASE AND deleted = 0 AND id <> ?",
            (email, but),
        ).fetchone()
        is not None
    )


def _warning(id_: int, code: str, message: str) -> dict[str, Any]:
    return {"item": "user", "itemid": id_, "warningcode": code, "message": message}
