"""The REST resource for users, which takes roles by their machine names, and tells their UUIDs.

Core has it, and most sites have it switched off: it is the last way to a role whose UUID nothing
else shows (recordings rest_entity_user_*).
"""

from collections.abc import Mapping

from latchkey.remote.errors import RejectedError
from latchkey.remote.http import Answer
from latchkey.sites.drupal.documents import Row, document, listed
from latchkey.sites.drupal.jsonapi import OTHER_WAY, JsonApi, done
from latchkey.sites.drupal.refusals import Asked, refusal_in
from latchkey.sites.drupal.roles import NOT_SHOWN, RoleBook
from latchkey.sites.drupal.users import USER_TYPE

NOT_THERE = (404, 405, 406, 415)
FORBIDDEN = 403


def create(
    api: JsonApi,
    book: RoleBook,
    attributes: Mapping[str, object],
    roles: frozenset[str],
    asked: Asked,
) -> Row:
    """The new account as a resource of JSON:API; among the attributes may be its `uuid`."""
    body = _body(attributes, roles)
    return _taken_in(api.write_rest("POST", "/entity/user", body), book, roles, asked)


def give_roles(
    api: JsonApi, book: RoleBook, number: int, roles: frozenset[str], asked: Asked
) -> Row:
    """The account with exactly these roles, as a resource of JSON:API."""
    return _taken_in(
        api.write_rest("PATCH", f"/user/{number}", _body({}, roles)), book, roles, asked
    )


def resource_in(written: Mapping[str, object]) -> Row:
    """An account as REST writes it, as JSON:API would: one value for a list of one."""
    values = {name: _only(items) for name, items in written.items() if name != "roles"}
    roles = [
        {
            "id": one.get("target_uuid"),
            "meta": {"drupal_internal__target_id": one.get("target_id")},
        }
        for one in listed(written.get("roles"))
    ]
    number = values.pop("uid", None)
    return {
        "type": USER_TYPE,
        "id": values.pop("uuid", None),
        "attributes": {**values, "drupal_internal__uid": number},
        "relationships": {"roles": {"data": roles}},
    }


def _taken_in(answer: Answer, book: RoleBook, roles: frozenset[str], asked: Asked) -> Row:
    """What was done; RejectedError where the resource or the role is not there."""
    refusal = refusal_in(answer)
    closed = answer.status in NOT_THERE or (
        answer.status == FORBIDDEN and OTHER_WAY in refusal.text
    )
    if closed and refusal.sentences:
        role = min(set(roles) - set(book.uuids_of(roles)), default=min(roles))
        raise RejectedError(NOT_SHOWN.format(role=role), role)
    resource = resource_in(document(done(answer, asked)))
    book.learn(resource)
    return resource


def _body(attributes: Mapping[str, object], roles: frozenset[str]) -> dict[str, object]:
    body: dict[str, object] = {name: [{"value": value}] for name, value in attributes.items()}
    return {**body, "roles": [{"target_id": role} for role in sorted(roles)]}


def _only(items: object) -> object:
    given = listed(items)
    return given[0].get("value") if given else None
