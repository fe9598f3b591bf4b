"""Who may do what to an account; each raises the refusal that WordPress words."""

from latchkey.practice.wordpress import users
from latchkey.practice.wordpress.errors import RestError
from latchkey.practice.wordpress.rest import Call
from latchkey.practice.wordpress.users import User


def user_of(call: Call) -> User:
    """The account in the address; `me` is the caller's own.

    Raises:
        RestError: there is none, or nobody is logged in.
    """
    if "id" not in call.params:
        return _oneself(call)
    user = users.by_id(call.db, int(call.params["id"]))
    if user is None:
        raise RestError("rest_user_invalid_id", "Invalid user ID.", 404)
    return user


def anybody(_call: Call) -> None:
    """Everybody may."""


def create(call: Call) -> None:
    """Accounts are made by those who hold create_users.

    That is enough for any role: recording users-create-admin-role-by-bot.
    """
    if not call.caller.can("create_users"):
        _refuse(call, "rest_cannot_create_user", "create new users")


def read(call: Call) -> None:
    """An account is seen by its owner, by those who list accounts, or if it published something."""
    user = user_of(call)
    if _is_oneself(call, user) or call.caller.can("list_users"):
        return
    if call.asks_for("edit") or not user.published_posts:
        _refuse(call, "rest_user_cannot_view", "list users")


def update(call: Call) -> None:
    """An account is changed by its owner or an editor of accounts; roles need promote_users."""
    user = user_of(call)
    if call.params.get("roles"):
        if not call.caller.can("promote_users"):
            _refuse(call, "rest_cannot_edit_roles", "edit roles of this user")
        if call.params.keys() - {"context"} == {"id", "roles"}:
            return
    if not _is_oneself(call, user) and not call.caller.can("edit_users"):
        _refuse(call, "rest_cannot_edit", "edit this user")


def delete(call: Call) -> None:
    """Accounts are deleted by those who hold delete_users."""
    user_of(call)
    if not call.caller.can("delete_users"):
        _refuse(call, "rest_user_cannot_delete", "delete this user")


def _oneself(call: Call) -> User:
    if call.caller.user is None:
        raise RestError("rest_not_logged_in", "You are not currently logged in.", 401)
    return call.caller.user


def _is_oneself(call: Call, user: User) -> bool:
    return call.caller.user is not None and call.caller.user.id == user.id


def _refuse(call: Call, code: str, what: str) -> None:
    raise RestError(code, f"Sorry, you are not allowed to {what}.", call.caller.refusal)
