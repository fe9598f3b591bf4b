"""Tells API calls that only read from the others: what the door goes by in a dry run."""

import json
from urllib.parse import parse_qsl, unquote, urlsplit

API = "civicrm/ajax/api4"

# getChecksum is none of them: it gives a contact without a hash a new one.
READS = frozenset({"get", "getFields", "getActions", "validateChecksum", "checkAccess"})
CALL_LENGTH = range(2, 5)


def is_read(method: str, target: str, body: bytes) -> bool:
    """Whether the request changes nothing: every action in it, chained ones too, only reads.

    Whatever cannot be understood counts as a write.
    """
    route = api_route(target)
    if route is None:
        return method in {"GET", "HEAD", "OPTIONS"}
    try:
        fields = _fields(target, body)
        return _reads(route, fields)
    except (ValueError, RecursionError):
        return False


def api_route(target: str) -> list[str] | None:
    """What follows the API's address: [] for a multi-call, [entity, action]; None elsewhere.

    An address that names the API twice is none that is understood.
    """
    parts = urlsplit(target)
    query = parse_qsl(parts.query, keep_blank_values=True)
    places = [value for name, value in query if name in {"q", "task"}] + [unquote(parts.path)]
    routes = [place.split(API, 1)[1] for place in places if API in place]
    if not routes:
        return None
    return [step for step in routes[0].split("/") if step] if len(routes) == 1 else [API]


def _fields(target: str, body: bytes) -> dict[str, str]:
    pairs = parse_qsl(urlsplit(target).query, keep_blank_values=True)
    pairs += parse_qsl(body.decode(), keep_blank_values=True)
    ours = [(name, value) for name, value in pairs if name.partition("[")[0] in {"params", "calls"}]
    fields = dict(ours)
    if len(fields) != len(ours):
        raise ValueError("a field is given twice")
    return fields


def _reads(route: list[str], fields: dict[str, str]) -> bool:
    match route:
        case [_, action] if fields.keys() <= {"params"}:
            return action in READS and not _writing_chain(json.loads(fields.get("params", "{}")))
        case [] if fields.keys() == {"calls"}:
            calls = json.loads(fields["calls"])
            named = calls.values() if isinstance(calls, dict) else calls
            return isinstance(calls, dict | list) and all(_is_reading_call(one) for one in named)
        case _:
            return False


def _is_reading_call(call: object) -> bool:
    if not isinstance(call, list) or len(call) not in CALL_LENGTH or call[1] not in READS:
        return False
    return len(call) == CALL_LENGTH.start or not _writing_chain(call[2])


def _writing_chain(params: object) -> bool:
    """Whether the parameters chain something that is not known to read."""
    if not isinstance(params, dict):
        return params != []  # PHP writes empty parameters so
    chain = params.get("chain") or {}
    if not isinstance(chain, dict):
        return True
    return not all(_is_reading_call(call) for call in chain.values())
