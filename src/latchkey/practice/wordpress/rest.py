"""The REST server: routes, permissions, the Allow header and batches, as WordPress 6.6 has them."""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from latchkey.practice.wordpress.callers import Caller
from latchkey.practice.wordpress.errors import RestError
from latchkey.practice.wordpress.fields import selected
from latchkey.practice.wordpress.parameters import Arguments, Params, prepared

EDITABLE = ("POST", "PUT", "PATCH")


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `site` has no slash at its end, `asked` is what stood in the address."""

    db: sqlite3.Connection
    site: str
    caller: Caller
    method: str
    path: str
    params: Params
    asked: Params = field(default_factory=dict)

    def asks_for(self, context: str) -> bool:
        """Whether the answer is wanted in this context: view, embed or edit."""
        return self.params.get("context") == context


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a route does for some methods; `permit` raises the refusal."""

    methods: tuple[str, ...]
    arguments: Callable[[Call], Arguments]
    permit: Callable[[Call], None]
    answer: Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One address; the groups of its pattern become parameters."""

    pattern: re.Pattern[str]
    namespace: str
    endpoints: tuple[Endpoint, ...]
    allow_batch: Callable[[Call], bool] = lambda _call: False


@dataclass(frozen=True, slots=True)
class Matched:
    """A request and the endpoint that will answer it."""

    route: Route
    endpoint: Endpoint
    call: Call


def matched(routes: Sequence[Route], call: Call) -> Matched:
    """The endpoint for this path and method.

    Raises:
        RestError: `rest_no_route`; a known path with another method is no route either.
    """
    for route in routes:
        found = route.pattern.fullmatch(call.path)
        if found is None:
            continue
        for endpoint in route.endpoints:
            if call.method in endpoint.methods:
                params = {**found.groupdict(), **call.params, **found.groupdict()}
                return Matched(route, endpoint, replace(call, params=params))
    message = "No route was found matching the URL and request method."
    raise RestError("rest_no_route", message, 404)


def checked(match: Matched) -> Matched:
    """The same with its parameters checked and converted.

    Raises:
        RestError: a parameter is missing or wrong.
    """
    params = prepared(match.endpoint.arguments(match.call), match.call.params)
    return replace(match, call=replace(match.call, params=params))


def answered(match: Matched, fault: RestError | None = None) -> Answer:
    """The endpoint's answer, or the fault found before, with the Allow header of the route."""
    call = match.call
    try:
        if fault is not None:
            raise fault
        match.endpoint.permit(call)
        answer = match.endpoint.answer(call)
    except RestError as error:
        answer = refused(error)
    else:
        # WordPress answers a write in edit context, and asks for the permissions in it again:
        # recording users-create-minimal-caps allows only POST.
        if call.method in EDITABLE:
            call = replace(call, params={**call.params, "context": "edit"})
        answer = _shortened(call, answer)
    return _with_allow(match.route, call, answer)


def dispatched(routes: Sequence[Route], call: Call, fault: RestError | None = None) -> Answer:
    """One request from the route to the answer; `fault` is one that its body has."""
    if call.method == "OPTIONS":
        return _described(routes, call)
    try:
        match = matched(routes, call)
    except RestError as error:
        return refused(error)
    if fault is not None:
        return answered(match, fault)
    try:
        match = checked(match)
    except RestError as error:
        return answered(match, error)
    return answered(match)


def refused(error: RestError) -> Answer:
    """An error as an answer."""
    return Answer(error.status, error.body())


def _shortened(call: Call, answer: Answer) -> Answer:
    wanted = call.params.get("_fields")
    return answer if not wanted else replace(answer, body=selected(answer.body, wanted))


def _with_allow(route: Route, call: Call, answer: Answer) -> Answer:
    allowed = [
        method
        for endpoint in route.endpoints
        if _permits(endpoint, call)
        for method in endpoint.methods
    ]
    if not allowed:
        return answer
    return replace(answer, headers={**answer.headers, "Allow": ", ".join(allowed)})


def _permits(endpoint: Endpoint, call: Call) -> bool:
    try:
        endpoint.permit(call)
    except RestError:
        return False
    return True


def _described(routes: Sequence[Route], call: Call) -> Answer:
    for route in routes:
        found = route.pattern.fullmatch(call.path)
        if found is not None:
            about = replace(call, params={**call.params, **found.groupdict()})
            return _with_allow(route, about, Answer(200, _description(route, about)))
    return Answer(200, [])


def _description(route: Route, call: Call) -> dict[str, Any]:
    in_batches = {"allow_batch": {"v1": True}} if route.allow_batch(call) else {}
    description: dict[str, Any] = {
        "namespace": route.namespace,
        "methods": [method for endpoint in route.endpoints for method in endpoint.methods],
        "endpoints": [
            {
                "methods": list(endpoint.methods),
                **in_batches,
                "args": {n: a.described() for n, a in endpoint.arguments(call).items()},
            }
            for endpoint in route.endpoints
        ],
    }
    if not route.pattern.groups:
        href = f"{call.site}/wp-json{call.path}"
        description["_links"] = {"self": [{"href": href}]}
    return description
