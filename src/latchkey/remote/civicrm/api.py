"""Calls of CiviCRM's API v4 over the address form that this installation answers at."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from latchkey.remote.civicrm.answers import Asked, Result, body_of, refused_credential, result
from latchkey.remote.civicrm.reading import API, READS
from latchkey.remote.errors import RemoteError, SiteError
from latchkey.remote.http import Answer, HttpDoor

WHO_AM_I = "civicrm/authx/id"
OK, UNAUTHORIZED, NOT_FOUND = 200, 401, 404
MOST_AT_ONCE = 1000
Params = Mapping[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a multi-call."""

    entity: str
    action: str
    params: Params = field(default_factory=dict)

    @property
    def asked(self) -> Asked:
        """What the answer is judged by."""
        return Asked(self.entity, self.action, self.action in READS)


@dataclass(frozen=True, slots=True)
class AddressForm:
    """A way in which a CMS hands a path to CiviCRM; without `parameter` it is the path itself."""

    path: str = "/"
    parameter: str = ""
    constants: tuple[tuple[str, str], ...] = ()

    def place(self, route: str) -> tuple[str, dict[str, str]]:
        """Path and query for a route of CiviCRM's."""
        if not self.parameter:
            return self.path + route, {}
        return self.path, {**dict(self.constants), self.parameter: route}


JOOMLA = (("option", "com_civicrm"),)
ADDRESS_FORMS = (
    AddressForm(),  # Standalone, Drupal, Backdrop, WordPress with a base page
    AddressForm(parameter="q", constants=(("civiwp", "CiviCRM"),)),  # WordPress, always
    AddressForm(parameter="q"),  # Drupal without clean addresses
    AddressForm("/index.php", "task", JOOMLA),
    AddressForm("/administrator/index.php", "task", JOOMLA),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who CiviCRM takes us for."""

    contact_id: int
    user_id: int
    flow: str = ""


class Api:
    """One CiviCRM. Safe to share between threads.

    `hidden` are texts that no error may quote, whatever CiviCRM says.
    """

    def __init__(self, door: HttpDoor, hidden: tuple[str, ...] = ()) -> None:
        self._door = door
        self._hidden = hidden
        self._form: AddressForm | None = None
        self._lock = threading.Lock()

    def call(
        self,
        entity: str,
        action: str,
        params: Params | None = None,
        *,
        hidden: tuple[str, ...] = (),
    ) -> Result:
        """One call. Raises what its answer means, see `answers`; it does not quote `hidden`."""
        call = Call(entity, action, params or {})
        answer = self._post(f"{API}/{entity}/{action}", {"params": _encoded(call.params)})
        return result(self._plain(body_of(answer), hidden), call.asked)

    def calls(self, calls: Sequence[Call]) -> list[Result | RemoteError]:
        """Several calls in one request: a result or an error for each, in order."""
        if not calls:
            return []
        parts = [[call.entity, call.action, call.params] for call in calls]
        body = body_of(self._post(API, {"calls": _encoded(parts)}))
        bodies = list(body.values()) if isinstance(body, dict) and _is_map(body) else body
        if not isinstance(bodies, list) or len(bodies) != len(calls):
            # An error is everybody's; the result of one call is not that of the others.
            error = body if isinstance(body, dict) and "values" not in body else None
            return [_outcome(self._plain(error), calls[0])] * len(calls)
        plain = [self._plain(one) for one in bodies]
        return [_outcome(one, call) for one, call in zip(plain, calls, strict=True)]

    def all(self, calls: Sequence[Call]) -> list[Result]:
        """As `calls`, but the first error is raised."""
        outcomes = self.calls(calls)
        for outcome in outcomes:
            if isinstance(outcome, RemoteError):
                raise outcome
        return [outcome for outcome in outcomes if isinstance(outcome, Result)]

    def who_am_i(self) -> tuple[Caller, Answer]:
        """Who the credential belongs to, with the answer as it came.

        SiteError when CiviCRM takes us for nobody, or for a contact without a user: either would
        get empty answers where there is something (recordings error-no-credential and
        auth-site-key-guard-no-user).
        """
        answer = self._find_form() if self._form is None else self._get(self._form)
        return _caller(body_of(answer)), answer

    def close(self) -> None:
        """Let go of connections."""
        self._door.close()

    def _plain(self, body: object, hidden: tuple[str, ...] = ()) -> object:
        """The body; an error without what is hidden."""
        if not isinstance(body, dict) or "error_message" not in body:
            return body
        message = str(body["error_message"])
        for text in filter(None, (*self._hidden, *hidden)):
            message = message.replace(text, "…")
        return {**body, "error_message": message}

    def _post(self, route: str, form: Mapping[str, str]) -> Answer:
        if self._form is None:
            self._find_form()
        path, query = (self._form or AddressForm()).place(route)
        return self._door.send("POST", path, query=query or None, form=form)

    def _get(self, form: AddressForm) -> Answer:
        path, query = form.place(WHO_AM_I)
        return self._door.send("GET", path, query=query or None)

    def _find_form(self) -> Answer:
        """Try the address forms until CiviCRM answers at one."""
        with self._lock:
            first: Answer | None = None
            for form in (self._form,) if self._form else ADDRESS_FORMS:
                answer = self._get(form)
                if _is_civicrm(answer):
                    self._form = form
                    return answer
                if first is None or first.status == NOT_FOUND:
                    first = answer
        raise _not_found(first)


def chunks(things: Sequence[T], size: int = MOST_AT_ONCE) -> Iterator[Sequence[T]]:
    """The things in pieces that fit into one request."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def _encoded(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _is_map(body: Mapping[str, object]) -> bool:
    return not body.keys() & {"error_message", "error_code", "values"}


def _outcome(body: object, call: Call) -> Result | RemoteError:
    try:
        return result(body, call.asked)
    except RemoteError as error:
        return error


def _is_civicrm(answer: Answer) -> bool:
    """Whether authx answered: JSON about us, or the plain text of a refusal."""
    if answer.status == UNAUTHORIZED and answer.body.startswith(b"HTTP 401"):
        raise refused_credential(answer.text)
    return (
        answer.status == OK
        and answer.body.lstrip().startswith(b"{")
        and (b'"contact_id"' in answer.body)
    )


def _caller(body: object) -> Caller:
    if not isinstance(body, dict):
        raise SiteError("CiviCRM does not tell who we are: enable its extension AuthX.")
    contact_id, user_id = body.get("contact_id"), body.get("user_id")
    if contact_id is None:
        raise SiteError(
            "CiviCRM takes us for an anonymous visitor: put an API key into the connection, and "
            'let AuthX accept it ("authx_xheader_cred" holds "api_key").'
        )
    if user_id is None:
        raise SiteError(
            "The API key belongs to a contact without a user account, which has no permissions: "
            "use the key of a contact with one."
        )
    return Caller(int(contact_id), int(user_id), str(body.get("flow") or ""))


def _not_found(answer: Answer | None) -> RemoteError:
    if answer is None or answer.status in {OK, NOT_FOUND}:
        return SiteError(
            "No CiviCRM was found at this address: give the address of the site it runs in, "
            "without /civicrm, and enable its extension AuthX."
        )
    return answer.unexpected()
