"""How we get into a Drupal: a session, else basic authentication. A failure is not repeated.

Drupal counts failures: the fifth blocks the account for our address, for six hours, and then the
right password looks wrong too. The log-in route says which it is; basic authentication does not.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock

from latchkey.remote.doors import Doors
from latchkey.remote.errors import RateLimited, SiteError
from latchkey.remote.http import Answer, HttpDoor
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.drupal.documents import JSON, JSON_API, document, is_document, parsed
from latchkey.sites.drupal.refusals import NO_JSON_API, Asked, error_for, refusal_in

LOGIN = "/user/login"
ENTRY = "/jsonapi"
BLOCK_LASTS = 3600.0
WRONG = (
    "Drupal does not accept the username and password of this connection. Five failures would "
    "block the user for six hours, so Latchkey tries them once: correct them here, or, where they "
    "were changed in Drupal, restart Latchkey."
)
NOT_ACTIVE = (
    "The Drupal user of this connection is blocked. Unblock it under People, then restart Latchkey."
)
BLOCKED = (
    "Drupal lets nobody log in as this connection's user from here for now, because of failed "
    "log-ins before: whether the password is right cannot be told. It ends by itself after six "
    "hours at most; an administrator can end it with the module Flood control."
)
UNTOLD = (
    "Drupal does not know us by basic authentication: the password is wrong, or too many failures "
    "have blocked the user for six hours, or the module HTTP Basic Authentication is switched off. "
    "Latchkey does not try it again by itself: correct it, then restart Latchkey."
)
WITHOUT_SESSION = "Drupal's log-in for programs (/user/login) answers with status {status}"
WITHOUT_COOKIE = "the cookie of a session does not reach Drupal"
OK = 200
_SERVER_ERROR = 500
_COOKIE = re.compile(r"(?:^|,)\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=([^;,\s\"]+)")


class Way(StrEnum):
    """How we prove who we are."""

    SESSION = "session"
    BASIC = "basic"


class CredentialRefused(SiteError):  # noqa: N818 - as its base, named by what happened
    """Drupal saw our credential and did not take it."""


class FloodBlock(RateLimited):
    """Drupal's guard against guessing holds: nothing is counted while it does."""


@dataclass(frozen=True, slots=True)
class Session:
    """A way in that has been proved. `me` is the UUID of our own account."""

    door: HttpDoor
    way: Way
    me: str


class Access:
    """The one way in that is used now, for all threads; made anew once it has ended."""

    def __init__(self, connection: SiteConnection, doors: Doors) -> None:
        self._connection = connection
        self._doors = doors
        self._username = connection.settings.get("username", "").strip()
        self._password = connection.secrets.get("password", Secret(""))
        self._lock = Lock()
        self._session: Session | None = None
        self._basic: Session | None = None
        self._basic_was_tried = False
        self._secrets = [self._password.reveal(), _as_sent(self._username, self._password)]
        self._refused = ""
        self._is_right = False
        self._opened: list[HttpDoor] = []
        self.why_basic = ""
        self.open = self._door({}, doors)

    @property
    def hidden(self) -> tuple[str, ...]:
        """What no text may quote."""
        return tuple(self._secrets)

    def session(self) -> Session:
        """The way in. SiteError when there is none, FloodBlock while Drupal's guard holds."""
        with self._lock:
            return self._entered()

    def renewed(self, ended: Session) -> Session:
        """Another way in, after this one has ended; the one that another thread made, if any.

        A password that Drupal takes no longer is not sent again: every time would be a failure.
        """
        with self._lock:
            if self._session is ended:
                self._session = None
                self._refused = UNTOLD if ended.way is Way.BASIC else ""
            return self._entered()

    def by_basic(self) -> Session | None:
        """Basic authentication beside the session, for routes that take nothing else."""
        with self._lock:
            if self._is_right and not self._basic_was_tried:
                self._basic_was_tried = True
                self._basic = self._proved(self._basic_door(), Way.BASIC)
            return self._basic

    def is_alive(self, session: Session) -> bool:
        """Whether Drupal still knows us by this session. SiteError when that is settled."""
        if self._refused:
            raise SiteError(self._refused)
        return who(session.door, self.hidden) == session.me

    def close(self) -> None:
        """Let go of connections."""
        for door in self._opened:
            door.close()

    def _entered(self) -> Session:
        if self._refused:
            raise SiteError(self._refused)
        if self._session is None:
            try:
                self._session = self._by_login() or self._by_password()
            except CredentialRefused as error:
                self._refused = str(error)
                raise
        return self._session

    def _by_login(self) -> Session | None:
        """A session; None where programs cannot have one, with the reason kept."""
        answer = self._log_in()
        token = _token(answer)
        cookie = cookies_in(answer.headers.get("set-cookie", ""))
        if answer.status >= _SERVER_ERROR:
            raise answer.unexpected()
        if not token or not cookie:
            self._check_refusal(answer)
            self.why_basic = WITHOUT_SESSION.format(status=answer.status)
            return None
        self._is_right = True
        self._secrets += [token, *(pair.partition("=")[2] for pair in cookie.split("; "))]
        credential = {"Cookie": Secret(cookie), "X-CSRF-Token": Secret(token)}
        session = self._proved(self._door(credential, self._doors), Way.SESSION)
        self.why_basic = "" if session else WITHOUT_COOKIE
        return session

    def _log_in(self) -> Answer:
        """Sent once, whatever comes of it: a failure that was lost on the way counts too."""
        once = replace(self._doors, limits=replace(self._doors.limits, tries=1))
        door = once.http(
            self._connection.url,
            headers={"Accept": JSON},
            is_read=lambda method, target, body: True,  # noqa: ARG005 - logging in changes nothing
            connections=1,
            allow_http=self._connection.allow_http,
        )
        given = {"name": self._username, "pass": self._password.reveal()}
        with closing(door):
            return door.send("POST", LOGIN, query={"_format": "json"}, json=given)

    def _check_refusal(self, answer: Answer) -> None:
        said = refusal_in(answer).text
        if answer.status == 403 and ("flood" in said or "temporarily blocked" in said):  # noqa: PLR2004 - so says UserAuthenticationController
            raise FloodBlock(BLOCKED, BLOCK_LASTS)
        if answer.status == 400 and "blocked" in said:  # noqa: PLR2004 - as above
            raise CredentialRefused(NOT_ACTIVE)
        if answer.status == 400 and "nrecognized username or password" in said:  # noqa: PLR2004 - recording login_json_wrong
            raise CredentialRefused(WRONG)

    def _by_password(self) -> Session:
        session = self._proved(self._basic_door(), Way.BASIC)
        if session is None:
            raise CredentialRefused(UNTOLD)
        return session

    def _proved(self, door: HttpDoor, way: Way) -> Session | None:
        me = who(door, self.hidden)
        return Session(door, way, me) if me else None

    def _basic_door(self) -> HttpDoor:
        return self._door({}, self._doors, basic=(self._username, self._password))

    def _door(
        self,
        credential: Mapping[str, Secret],
        doors: Doors,
        basic: tuple[str, Secret] | None = None,
    ) -> HttpDoor:
        door = doors.http(
            self._connection.url,
            headers={"Accept": JSON_API, **credential},
            basic=basic,
            is_read=reads,
            connections=self._connection.connections,
            allow_http=self._connection.allow_http,
        )
        self._opened.append(door)
        return door


def who(door: HttpDoor, hidden: tuple[str, ...]) -> str | None:
    """The UUID of the account that a door is let in as; None is nobody.

    Only `meta.links.me` tells: a wrong credential gets the same answer without it (recordings
    entry_point_authenticated, entry_point_wrong_password).
    """
    answer = door.send("GET", ENTRY)
    if answer.status == OK and is_document(answer):
        links = document(parsed(answer), "meta", "links", "me", "meta")
        return str(links["id"]) if links.get("id") else None
    if answer.status == 404:  # noqa: PLR2004 - not found
        raise SiteError(NO_JSON_API)
    if answer.status == OK:
        raise answer.unexpected("has no JSON:API at this address")
    raise error_for(answer, Asked(hidden))


def reads(method: str, target: str, body: bytes) -> bool:
    """What HTTP calls safe, and an empty document: nothing can be made of one."""
    return method in {"GET", "HEAD", "OPTIONS"} or (
        body == b"{}" and method == "POST" and target.endswith("/jsonapi/user/user")
    )


def cookies_in(header: str) -> str:
    """The cookies that an answer sets, as a request sends them; several are joined by commas."""
    return "; ".join(f"{name}={value}" for name, value in _COOKIE.findall(header))


def _as_sent(username: str, password: Secret) -> str:
    """The credential as basic authentication sends it."""
    return b64encode(f"{username}:{password.reveal()}".encode()).decode()


def _token(answer: Answer) -> str:
    if answer.status != OK or JSON not in answer.headers.get("content-type", ""):
        return ""
    told = parsed(answer)
    token = told.get("csrf_token") if isinstance(told, dict) else None
    return token if isinstance(token, str) else ""
