"""The REST API of one WordPress: where it is, who we are there, and what it can do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import assert_never

from latchkey.remote.errors import SiteError, TransientError
from latchkey.remote.http import Answer, HttpDoor, Query
from latchkey.sites.wordpress.refusals import (
    NOT_ACCEPTED,
    SERVER_ERROR,
    Asked,
    error_for,
    refusal_in,
)
from latchkey.sites.wordpress.users import granted

OK = 200
UNAUTHORIZED = 401
USERS = "/wp/v2/users"
WITHOUT_PASSWORDS = (
    "Application passwords are switched off on this WordPress. It offers them only where it knows "
    "that it is reached by https (behind a proxy it has to be told), and plugins can switch them "
    "off."
)
HEADER_MAY_BE_DROPPED = " If it is right, the web server may be dropping the Authorization header."


class Form(StrEnum):
    """The two addresses of the REST API: the second works without pretty links."""

    CLEAN = "clean"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Me:
    """The user whose application password we use, and its true capabilities."""

    username: str
    roles: frozenset[str]
    capabilities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the site can do with users: several in one request (6.6 and later), which locales."""

    batch: bool
    locales: frozenset[str]


class Rest:
    """Sends to the REST API once the credential is proved; safe to share between threads.

    A wrong application password reads what the public may read (recording users-list-no-auth), so
    no answer is believed before `/users/me` has told who we are. `hidden` are texts that no error
    may quote, whatever the site says.
    """

    def __init__(self, door: HttpDoor, hidden: tuple[str, ...] = ()) -> None:
        self.door = door
        self.hidden = hidden
        self._lock = Lock()
        self._form = Form.CLEAN
        self._me: Me | None = None
        self._offer: Offer | None = None

    def me(self) -> Me:
        """Who we are; asked once. SiteError when WordPress does not know us."""
        with self._lock:
            if self._me is None:
                self._me = self._introduce()
            return self._me

    def forget(self) -> None:
        """Ask again who we are and what the site can do: both may have been changed."""
        with self._lock:
            self._me, self._offer = None, None

    @property
    def form(self) -> Form:
        """The form of the address that answered."""
        return self._form

    def read(self, route: str, query: Query) -> Answer:
        """A good answer to a question, else the error that says what to do."""
        own = self.me().capabilities
        answer = self._send("GET", route, query)
        if answer.status == OK:
            return answer
        asked = Asked(own, hidden=self.hidden, reads=True)
        raise error_for(refusal_in(answer.status, parsed(answer)), asked)

    def write(self, route: str, query: Query, body: Mapping[str, object]) -> Answer:
        """The answer to a write, whatever it is."""
        self.me()
        return self._send("POST", route, query, body)

    def offer(self) -> Offer:
        """What the site can do; asked once. A site that does not tell is believed to do little."""
        self.me()
        with self._lock:
            if self._offer is None:
                self._offer = offer_in(self._described())
            return self._offer

    def without_batch(self) -> None:
        """Remember that the site takes no batch after all."""
        locales = self.offer().locales
        with self._lock:
            self._offer = Offer(batch=False, locales=locales)

    def _described(self) -> object:
        answer = self._send("OPTIONS", USERS, {})
        if answer.status >= SERVER_ERROR:
            raise answer.unexpected()
        return parsed(answer) if _is_json(answer) else None

    def _introduce(self) -> Me:
        query = {"context": "edit", "_fields": "id,username,roles,capabilities"}
        answer = self._located(f"{USERS}/me", query)
        body = parsed(answer)
        if answer.status == UNAUTHORIZED:
            raise SiteError(self._why_refused())
        if answer.status != OK:
            asked = Asked(own=frozenset(), hidden=self.hidden, reads=True)
            raise error_for(refusal_in(answer.status, body), asked)
        if not isinstance(body, dict) or "capabilities" not in body:
            raise SiteError(
                "WordPress does not tell what its user may do: a plugin cuts the answer of "
                "/wp/v2/users/me. Let the connection's user through."
            )
        roles = body.get("roles")
        held = frozenset(map(str, roles)) if isinstance(roles, list) else frozenset()
        return Me(str(body.get("username")), held, granted(body["capabilities"]))

    def _located(self, route: str, query: Query) -> Answer:
        """The first answer in JSON; the form of address that gave it is kept."""
        for form in Form:
            self._form = form
            answer = self._send("GET", route, query)
            if answer.status >= SERVER_ERROR:
                raise answer.unexpected()
            if _is_json(answer):
                return answer
        raise answer.unexpected("has no WordPress REST API at this address")

    def _why_refused(self) -> str:
        index = parsed(self._send("GET", "/", {"_fields": "authentication"}))
        ways = index.get("authentication") if isinstance(index, dict) else None
        if isinstance(index, dict) and "authentication" in index and not ways:
            return WITHOUT_PASSWORDS
        return NOT_ACCEPTED + HEADER_MAY_BE_DROPPED

    def _send(
        self, method: str, route: str, query: Query, body: Mapping[str, object] | None = None
    ) -> Answer:
        match self._form:
            case Form.CLEAN:
                return self.door.send(method, f"/wp-json{route}", query=query, json=body)
            case Form.PLAIN:
                return self.door.send(method, "/", query={"rest_route": route, **query}, json=body)
            case never:
                assert_never(never)


def parsed(answer: Answer) -> object:
    """The JSON of an answer. One that broke off is not taken for a wrong address."""
    try:
        return json.loads(answer.body)
    except ValueError:
        if answer.was_read and answer.body.lstrip()[:1] in (b"{", b"["):
            raise TransientError("The answer of WordPress broke off.") from None
        raise answer.unexpected("answered something that is not JSON") from None


def offer_in(description: object) -> Offer:
    """What `OPTIONS /wp/v2/users` says about making users."""
    endpoints = description.get("endpoints") if isinstance(description, dict) else None
    for endpoint in endpoints if isinstance(endpoints, list) else []:
        if isinstance(endpoint, dict) and _makes(endpoint.get("methods")):
            allowed = endpoint.get("allow_batch")
            batch = isinstance(allowed, dict) and bool(allowed.get("v1"))
            return Offer(batch, frozenset(_locales(endpoint.get("args"))) - {""})
    return Offer(batch=False, locales=frozenset())


def _makes(methods: object) -> bool:
    return isinstance(methods, list) and "POST" in methods


def _locales(args: object) -> list[str]:
    locale = args.get("locale") if isinstance(args, dict) else None
    names = locale.get("enum") if isinstance(locale, dict) else None
    if isinstance(names, dict):
        names = list(names.values())
    return [str(name) for name in names] if isinstance(names, list) else []


def _is_json(answer: Answer) -> bool:
    return "json" in answer.headers.get("content-type", "")
