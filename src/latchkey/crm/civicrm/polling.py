"""What is new in triggers: one multi-call for all of them. Nothing pushes events out of CiviCRM."""

from collections.abc import Sequence

from latchkey.crm.civicrm.groups import CONTACT_TABLE
from latchkey.crm.civicrm.proof import WITNESS, Proof, sees_others
from latchkey.crm.civicrm.triggers import inside
from latchkey.crm.contract import PollAnswer, PollRequest, TriggerKind
from latchkey.remote.civicrm.answers import Asked, Result, Row, id_of, number, require
from latchkey.remote.civicrm.api import Api, Call

MOST_ADDITIONS = 5000
BY_ID = {"orderBy": {"id": "ASC"}}
NEWEST = {"orderBy": {"id": "DESC"}, "limit": 1}


class Polling:
    """Asks one CiviCRM what became of triggers."""

    def __init__(self, api: Api, proof: Proof) -> None:
        self._api = api
        self._proof = proof

    def poll(self, requests: Sequence[PollRequest]) -> list[PollAnswer]:
        """An answer for each request, in order."""
        if not requests:
            return []
        self._proof()
        *results, witness = self._api.all([*(_call(request) for request in requests), WITNESS])
        sees_others(witness)
        return [_answer(one, result) for one, result in zip(requests, results, strict=True)]


def has_feed(request: PollRequest) -> bool:
    """Whether additions can be asked for: smart and parent groups write no history of theirs."""
    return request.standing and request.trigger.can_be_emptied


def _call(request: PollRequest) -> Call:
    if not has_feed(request):
        where = inside([request.trigger])
        return Call("Contact", "get", {"select": ["id"], "where": where, **BY_ID})
    entity, select, where = _feed(request)
    if request.after is None:
        return Call(entity, "get", {"select": select, "where": where, **NEWEST})
    where = [*where, ["id", ">", request.after]]
    page = {"select": select, "where": where, **BY_ID, "limit": MOST_ADDITIONS}
    return Call(entity, "get", page)


def _feed(request: PollRequest) -> tuple[str, list[str], list[list[object]]]:
    """Entity, fields and filter of the feed: EntityTag has no date, its ids only grow."""
    trigger = request.trigger
    if trigger.kind is TriggerKind.TAG:
        table: list[object] = ["entity_table", "=", CONTACT_TABLE]
        return "EntityTag", ["id", "entity_id"], [["tag_id", "=", trigger.id], table]
    return (
        "SubscriptionHistory",
        ["id", "contact_id"],
        [["group_id", "=", trigger.id], ["status", "=", "Added"]],
    )


def _answer(request: PollRequest, result: Result) -> PollAnswer:
    if not has_feed(request):
        return PollAnswer(tuple(sorted(id_of(row) for row in result.rows)))
    entity, select, _ = _feed(request)
    require(result.rows, select, Asked(entity, "get", reads=True))
    newest = max((id_of(row) for row in result.rows), default=request.after or 0)
    if request.after is None:
        return PollAnswer((), newest)
    return PollAnswer(_contacts(result.rows, select[1]), newest)


def _contacts(rows: Sequence[Row], field: str) -> tuple[int, ...]:
    return tuple(sorted({number(row, field) for row in rows}))
