"""An account as the REST API shows it."""

import hashlib
from collections.abc import Callable
from typing import Any

from latchkey.practice.civicrm import hosting
from latchkey.practice.wordpress.fields import wanted_fields
from latchkey.practice.wordpress.rest import Call
from latchkey.practice.wordpress.roles import munged
from latchkey.practice.wordpress.users import User

INSTALLED = "en_US"
_AVATAR_SIZES = ("24", "48", "96")
_Show = Callable[[Call, User], Any]


def avatar_urls(_call: Call, user: User) -> dict[str, str]:
    """The addresses that WordPress writes; nothing here ever asks for them."""
    digest = hashlib.md5(user.email.strip().lower().encode(), usedforsecurity=False).hexdigest()
    host = f"http://{int(digest[0], 16) % 3}.gravatar.com/avatar/{digest}"
    return {size: f"{host}?s={size}&d=mm&r=g" for size in _AVATAR_SIZES}


def capabilities(call: Call, user: User) -> dict[str, bool]:
    """All that the account may do, its roles and its CiviCRM permissions among them."""
    held = dict.fromkeys(user.capabilities, True)
    # An administrator passes every CiviCRM check without holding them (recording users-me).
    if "administrator" not in user.roles:
        granted = sorted(hosting.permissions_of(call.db, user.id))
        held |= dict.fromkeys(map(munged, granted), True)
    return held | dict.fromkeys(user.roles, True)


def extra_capabilities(_call: Call, user: User) -> dict[str, bool]:
    """What is given to the account itself: its roles, and its own capabilities if it has any."""
    return dict.fromkeys((*(user.own_capabilities or ()), *user.roles), True)


def _meta(call: Call, _user: User) -> Any:
    return {"persisted_preferences": []} if call.asks_for("edit") else []


def _links(call: Call, user: User) -> dict[str, Any]:
    collection = f"{call.site}/wp-json/wp/v2/users"
    return {
        "self": [{"href": f"{collection}/{user.id}"}],
        "collection": [{"href": collection}],
    }


_SHOWN: dict[str, _Show] = {
    "id": lambda _call, user: user.id,
    "username": lambda _call, user: user.login,
    "name": lambda _call, user: user.display_name,
    "first_name": lambda _call, user: user.first_name,
    "last_name": lambda _call, user: user.last_name,
    "email": lambda _call, user: user.email,
    "url": lambda _call, user: user.url,
    "description": lambda _call, user: user.description,
    "link": lambda call, user: f"{call.site}/author/{user.slug}/",
    "locale": lambda _call, user: user.locale or INSTALLED,
    "nickname": lambda _call, user: user.nickname,
    "slug": lambda _call, user: user.slug,
    "roles": lambda _call, user: list(user.roles),
    "registered_date": lambda _call, user: user.registered,
    "capabilities": capabilities,
    "extra_capabilities": extra_capabilities,
    "avatar_urls": avatar_urls,
    "meta": _meta,
    "_links": _links,
}
_EVERYBODYS = ("id", "name", "url", "description", "link", "slug", "avatar_urls", "meta", "_links")


def presented(call: Call, user: User) -> dict[str, Any]:
    """The account in the context that the call asks for; fields not asked for are not worked out.

    Without edit context WordPress shows neither username nor address nor roles.
    """
    names = tuple(_SHOWN) if call.asks_for("edit") else _EVERYBODYS
    wanted = wanted_fields(call.params.get("_fields"))
    return {
        name: _SHOWN[name](call, user)
        for name in names
        if (wanted is None or name in wanted) and not (name == "meta" and call.asks_for("embed"))
    }
