"""Creating, changing and deleting accounts over REST, and what CiviCRM does at each."""

import sqlite3
from dataclasses import replace
from typing import Any

from latchkey.practice import database
from latchkey.practice.civicrm import hosting
from latchkey.practice.wordpress import roles, users
from latchkey.practice.wordpress.errors import CriticalError, RestError
from latchkey.practice.wordpress.parameters import is_true
from latchkey.practice.wordpress.permits import user_of
from latchkey.practice.wordpress.presenting import presented
from latchkey.practice.wordpress.rest import Answer, Call
from latchkey.practice.wordpress.users import NewUser, User

_CHANGEABLE = ("email", "first_name", "last_name", "nickname", "url", "description", "locale")


def create(call: Call) -> Answer:
    """A new account, linked to a contact as the hosted CiviCRM does it (recordings `match-*`).

    Without `roles` it gets the default role; asked-for roles are given last, so that one whose
    contact met a deadlock is left without them.

    Raises:
        CriticalError: the contact met a deadlock; the account stays, without roles and link.
    """
    asked = call.params
    given = asked.get("roles") or ()
    check_roles(call, None, given)
    default = () if "roles" in asked else (roles.DEFAULT_ROLE,)
    with database.transaction() as db:
        user_id = users.insert(db, replace(_new_user(asked), roles=default))
        met_deadlock = not _link(db, user_id)
        if not met_deadlock and given:
            users.set_roles(db, user_id, given)
    if met_deadlock:
        raise CriticalError
    location = f"{call.site}/wp-json/wp/v2/users/{user_id}"
    return Answer(201, _shown_to_editors(call, user_id), {"Location": location})


def update(call: Call) -> Answer:
    """The account changed; any change makes a missing link good (`users-update-role-after-500`).

    Raises:
        CriticalError: the missing contact met a deadlock again.
    """
    user = user_of(call)
    given = call.params.get("roles")
    with database.transaction() as db:
        _check_change(call, user)
        check_roles(call, user, given or ())
        _save(db, user, call.params)
        if given is not None:
            users.set_roles(db, user.id, ())
        met_deadlock = not _link(db, user.id)
        if not met_deadlock and given:
            users.set_roles(db, user.id, given)
    if met_deadlock:
        raise CriticalError
    return Answer(200, _shown_to_editors(call, user.id))


def delete(call: Call) -> Answer:
    """The account gone for good; its contact stays."""
    user = user_of(call)
    reassign = call.params["reassign"]
    if not is_true(call.params["force"]):
        message = "Users do not support trashing. Set 'force=true' to delete."
        raise RestError("rest_trash_not_supported", message, 501)
    if reassign and (reassign == user.id or users.by_id(call.db, reassign) is None):
        message = "Invalid user ID for reassignment."
        raise RestError("rest_user_invalid_reassign", message, 400)
    previous = _shown_to_editors(call, user.id)
    previous.pop("_links", None)
    with database.transaction() as db:
        hosting.user_deleted(db, user.id)
        users.remove(db, user.id)
    return Answer(200, {"deleted": True, "previous": previous})


def check_roles(call: Call, user: User | None, wanted: Any) -> None:
    """Refuse a role that there is not, and to oneself one that could no longer edit accounts."""
    for role in wanted:
        if role not in roles.CAPABILITIES:
            message = f"The role {role} does not exist."
            raise RestError("rest_user_invalid_role", message, 400)
        oneself = (
            user is not None and call.caller.user is not None and (user.id == call.caller.user.id)
        )
        if oneself and "edit_users" not in roles.CAPABILITIES[role]:
            message = "Sorry, you are not allowed to give users that role."
            raise RestError("rest_user_invalid_role", message, call.caller.refusal)


def _new_user(asked: dict[str, Any]) -> NewUser:
    return NewUser(
        login=asked["username"],
        email=asked["email"],
        password=asked["password"],
        first_name=asked.get("first_name", ""),
        last_name=asked.get("last_name", ""),
        display_name=asked.get("name", ""),
        nickname=asked.get("nickname", ""),
        url=asked.get("url", ""),
        description=asked.get("description", ""),
        locale=asked.get("locale", ""),
        slug=asked.get("slug", ""),
    )


def _save(db: sqlite3.Connection, user: User, asked: dict[str, Any]) -> None:
    changes = {key: asked[key] for key in _CHANGEABLE if key in asked}
    if asked.get("name"):
        changes["display_name"] = asked["name"]
    if asked.get("slug"):
        changes["slug"] = asked["slug"]
    users.save(db, replace(user, **changes))
    if asked.get("password"):
        users.set_password(db, user.id, asked["password"])


def _check_change(call: Call, user: User) -> None:
    asked = call.params
    holder = users.by_email(call.db, asked["email"]) if "email" in asked else None
    if holder is not None and holder.id != user.id:
        raise RestError("rest_user_invalid_email", "Invalid email address.", 400)
    if asked.get("username") and asked["username"] != user.login:
        raise RestError("rest_user_invalid_argument", "Username is not editable.", 400)
    slug = asked.get("slug")
    if slug and slug != user.slug and users.by_slug(call.db, slug) is not None:
        raise RestError("rest_user_invalid_slug", "Invalid slug.", 400)


def _link(db: sqlite3.Connection, user_id: int) -> bool:
    """Whether CiviCRM could link the account; what it needs to count deadlocks stays written."""
    user = users.by_id(db, user_id)
    if user is None:
        raise LookupError(user_id)
    try:
        hosting.user_created(db, user.id, user.email, user.first_name, user.last_name)
    except hosting.Deadlock:
        return False
    return True


def _shown_to_editors(call: Call, user_id: int) -> dict[str, Any]:
    user = users.by_id(call.db, user_id)
    if user is None:
        raise LookupError(user_id)
    return presented(replace(call, params={**call.params, "context": "edit"}), user)
