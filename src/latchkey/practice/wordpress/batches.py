"""`/batch/v1`: up to 25 writes in one request."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from latchkey.practice.wordpress import rest
from latchkey.practice.wordpress.errors import RestError
from latchkey.practice.wordpress.forms import parsed
from latchkey.practice.wordpress.parameters import Argument, Arguments
from latchkey.practice.wordpress.rest import EDITABLE, Answer, Call, Matched, Route

MOST = 25

_HEADER = {"type": ["string", "array"], "items": {"type": "string"}}
_REQUEST = Argument(
    "object",
    properties={
        "method": Argument("string", enum=(*EDITABLE, "DELETE"), default="POST"),
        "path": Argument("string", required=True),
        "body": Argument("object", additional=True),
        "headers": Argument("object", additional=_HEADER),
    },
)
ARGUMENTS: Arguments = {
    "validation": Argument("string", enum=("require-all-validate", "normal"), default="normal"),
    "requests": Argument("array", required=True, max_items=MOST, items=_REQUEST),
}


def answer(routes: Callable[[], Sequence[Route]], call: Call) -> Answer:
    """Each request's own `{body, status, headers}`, in a 207.

    A CriticalError in the middle ends the whole batch: the requests before it are done, the
    rest is not.
    """
    singles = [_single(call, request) for request in call.params["requests"]]
    examined = [_examined(routes(), single) for single in singles]
    faults = [fault for _, fault in examined]
    if any(faults) and call.params["validation"] == "require-all-validate":
        shown = [None if fault is None else _envelope(rest.refused(fault)) for fault in faults]
        return Answer(207, {"failed": "validation", "responses": shown})
    return Answer(207, {"responses": [_envelope(_done(*each)) for each in examined]})


def _single(call: Call, request: dict[str, Any]) -> Call:
    address = urlsplit(request["path"])
    asked = parsed(address.query)
    return replace(
        call,
        method=request.get("method", "POST"),
        path=address.path,
        params={**asked, **(request.get("body") or {})},
        asked=asked,
    )


def _examined(routes: Sequence[Route], single: Call) -> tuple[Matched | None, RestError | None]:
    try:
        match = rest.matched(routes, single)
    except RestError as fault:
        return None, fault
    if not match.route.allow_batch(single):
        message = "The requested route does not support batch requests."
        return match, RestError("rest_batch_not_allowed", message, 400)
    try:
        return rest.checked(match), None
    except RestError as fault:
        return match, fault


def _done(match: Matched | None, fault: RestError | None) -> Answer:
    if match is not None:
        return rest.answered(match, fault)
    if fault is None:
        raise ValueError("a request has an endpoint or a fault")
    return rest.refused(fault)


def _envelope(answer: Answer) -> dict[str, Any]:
    # PHP writes an array without keys as a list: recording batch-route-not-allowed.
    headers: Any = dict(answer.headers) or []
    return {"body": answer.body, "status": answer.status, "headers": headers}
