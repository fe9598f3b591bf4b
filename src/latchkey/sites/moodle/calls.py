"""The REST server of one Moodle: one address, one token, one function a request."""

import json
import re
from collections.abc import Iterator, Mapping

from latchkey.remote.errors import SiteError, TransientError
from latchkey.remote.http import Answer, HttpDoor
from latchkey.remote.secrets import Secret
from latchkey.sites.moodle.refusals import (
    COHORTS,
    FIND,
    LIST,
    MEMBERS,
    SITE_INFO,
    error_for,
    refusal_in,
)

SERVER = "/webservice/rest/server.php"
OK = 200
READS = frozenset({SITE_INFO, FIND, LIST, COHORTS, MEMBERS})
_FUNCTION = re.compile(rb"(?:^|&)wsfunction=([^&]*)")

Params = Mapping[str, object]


def only_reads(method: str, target: str, body: bytes) -> bool:  # noqa: ARG001 - a ReadTest
    """Whether a request only reads: all are POSTs, and their functions tell them apart."""
    functions = _FUNCTION.findall(body)
    return len(functions) == 1 and functions[0].decode() in READS


class Calls:
    """Calls functions of the REST server; safe to share between threads."""

    def __init__(self, door: HttpDoor, token: Secret) -> None:
        self.door = door
        self._token = token

    @property
    def hidden(self) -> tuple[str, ...]:
        """What no error may quote."""
        return (self._token.reveal(),)

    def __call__(
        self, function: str, params: Params | None = None, *, hidden: tuple[str, ...] = ()
    ) -> object:
        """What the function gives back, else the error that says what to do.

        `hidden` are further texts that no error may quote.
        """
        form = {
            "wstoken": self._token.reveal(),
            "wsfunction": function,
            "moodlewsrestformat": "json",
            **dict(flattened(params or {})),
        }
        answer = self.door.send("POST", SERVER, form=form)
        body = given(answer)
        refusal = refusal_in(body)
        if refusal:
            hidden = (*hidden, *self.hidden)
            raise error_for(refusal, function, hidden, reads=function in READS)
        return body


def flattened(params: Params, within: str = "") -> Iterator[tuple[str, str]]:
    """The parameters as PHP reads them: `users[0][email]`."""
    for name, value in params.items():
        key = f"{within}[{name}]" if within else name
        if isinstance(value, Mapping):
            yield from flattened(value, key)
        elif isinstance(value, list | tuple):
            yield from flattened({str(i): one for i, one in enumerate(value)}, key)
        else:
            yield key, str(value)


def given(answer: Answer) -> object:
    """The JSON of an answer; anything else is the error that says what to do."""
    if answer.status != OK:
        raise _elsewhere(answer) if 300 <= answer.status < 400 else answer.unexpected()  # noqa: PLR2004 - the redirects
    try:
        return json.loads(answer.body)
    except ValueError:
        if answer.was_read and answer.body.lstrip()[:1] in (b"{", b"["):
            raise TransientError("The answer of Moodle broke off.") from None
        raise answer.unexpected("answered something that is not JSON") from None


def _elsewhere(answer: Answer) -> SiteError:
    target = answer.headers.get("location", "elsewhere").partition("?")[0]
    return SiteError(
        f"Moodle redirects to {target}. If that is the right address, put it into the connection."
    )


def rows_in(body: object) -> list[Mapping[str, object]]:
    """The objects of a list; empty where there is none."""
    return [one for one in body if isinstance(one, dict)] if isinstance(body, list) else []


def under(body: object, name: str) -> list[Mapping[str, object]]:
    """The objects of the list that has this name in an answer."""
    return rows_in(body.get(name)) if isinstance(body, dict) else []
