"""Every REST route of the practice site."""

import re
from typing import Any

from latchkey.practice import database
from latchkey.practice.wordpress import accounts, batches, listing, names, permits, settings
from latchkey.practice.wordpress.errors import RestError
from latchkey.practice.wordpress.parameters import Argument, Arguments
from latchkey.practice.wordpress.presenting import INSTALLED, presented
from latchkey.practice.wordpress.rest import EDITABLE, Answer, Call, Endpoint, Route

LANGUAGES = ("de_DE", "fr_FR")


def _username(text: str) -> str:
    if not names.is_username(text):
        message = (
            "This username is invalid because it uses illegal characters."
            " Please enter a valid username."
        )
        raise RestError("rest_user_invalid_username", message, 400)
    return text


def _password(text: str) -> str:
    if not text:
        raise RestError("rest_user_invalid_password", "Passwords cannot be empty.", 400)
    if "\\" in text:
        message = 'Passwords cannot contain the "\\" character.'
        raise RestError("rest_user_invalid_password", message, 400)
    return text


def _reassign(value: Any) -> int:
    if value in (None, "", False, "false", 0, "0"):
        return 0
    if not str(value).isdecimal():
        raise RestError("rest_invalid_param", "Invalid user parameter(s).", 400)
    return int(value)


_ID: Arguments = {"id": Argument("integer", "Unique identifier for the user.")}
_DELETE: Arguments = {
    "force": Argument("boolean", "Required to be true.", default=False),
    "reassign": Argument("any", "Who gets the posts.", required=True, clean=_reassign),
}


def _account(*, needed: bool) -> Arguments:
    return {
        "username": Argument("string", "Login name.", required=needed, clean=_username),
        "name": Argument("string", "Display name.", clean=names.one_line),
        "first_name": Argument("string", "First name.", clean=names.one_line),
        "last_name": Argument("string", "Last name.", clean=names.one_line),
        "email": Argument("string", "Address.", required=needed, form="email"),
        "url": Argument("string", "URL of the user.", form="uri"),
        "description": Argument("string", "Description.", clean=names.without_tags),
        "locale": Argument("string", "Locale for the user."),
        "nickname": Argument("string", "The nickname.", clean=names.one_line),
        "slug": Argument("string", "An alphanumeric identifier.", clean=names.slug_of),
        "roles": Argument("array", "Roles of the user.", items=Argument("string")),
        "password": Argument("string", "Password.", required=needed, clean=_password),
        "meta": Argument("object", "Meta fields."),
    }


_NEW, _CHANGED = _account(needed=True), _account(needed=False)


def _with_locales(call: Call, arguments: Arguments) -> Arguments:
    languages = database.switch(call.db, "languages", LANGUAGES)
    locale = Argument("string", "Locale for the user.", enum=("", INSTALLED, *languages))
    return {name: locale if name == "locale" else a for name, a in arguments.items()}


def _one(call: Call) -> Answer:
    return Answer(200, presented(call, permits.user_of(call)))


def _me(call: Call) -> Answer:
    return Answer(200, presented(call, permits.user_of(call)))


def _batched(call: Call) -> bool:
    return bool(database.switch(call.db, "batch", default=True))


_READ_ONE = {**_ID, "context": listing.CONTEXT}
_USERS = Route(
    re.compile("/wp/v2/users"),
    "wp/v2",
    (
        Endpoint(("GET",), lambda _: listing.ARGUMENTS, listing.permit, listing.answer),
        Endpoint(("POST",), lambda c: _with_locales(c, _NEW), permits.create, accounts.create),
    ),
    _batched,
)
_USER = Route(
    re.compile(r"/wp/v2/users/(?P<id>[0-9]{1,18})"),
    "wp/v2",
    (
        Endpoint(("GET",), lambda _: _READ_ONE, permits.read, _one),
        Endpoint(
            EDITABLE,
            lambda c: _with_locales(c, {**_ID, **_CHANGED}),
            permits.update,
            accounts.update,
        ),
        Endpoint(("DELETE",), lambda _: {**_ID, **_DELETE}, permits.delete, accounts.delete),
    ),
    _batched,
)
_MYSELF = Route(
    re.compile("/wp/v2/users/me"),
    "wp/v2",
    (
        Endpoint(("GET",), lambda _: {"context": listing.CONTEXT}, permits.anybody, _me),
        Endpoint(EDITABLE, lambda c: _with_locales(c, _CHANGED), permits.update, accounts.update),
        Endpoint(("DELETE",), lambda _: _DELETE, permits.delete, accounts.delete),
    ),
)
_BATCH = Route(
    re.compile("/batch/v1"),
    "",
    (
        Endpoint(
            ("POST",),
            lambda _: batches.ARGUMENTS,
            permits.anybody,
            lambda call: batches.answer(lambda: ROUTES, call),
        ),
    ),
)
_SETTINGS = Route(
    re.compile("/wp/v2/settings"),
    "wp/v2",
    (
        Endpoint(("GET",), lambda _: {}, settings.permit, settings.answer),
        Endpoint(EDITABLE, lambda _: settings.ARGUMENTS, settings.permit, settings.change),
    ),
)
_INDEX = Route(
    re.compile("/?"),
    "",
    (Endpoint(("GET",), lambda _: {}, permits.anybody, settings.index),),
)
ROUTES: tuple[Route, ...] = (_USERS, _USER, _MYSELF, _BATCH, _SETTINGS, _INDEX)
