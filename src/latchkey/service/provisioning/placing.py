"""Contacts into groups and tags, and out of them: whom the CRM refuses holds up nobody else."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from latchkey.crm.contract import Crm, Refused, Trigger, TriggerKind
from latchkey.remote.errors import RemoteError, UnknownOutcome
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case

# Where the details of a change say what the CRM did not take.
NOT_NOTED = "activity"
NOT_IN_HISTORY = "history"
NOT_TAKEN_OUT = "trigger"
# What got lost on the way is repeated after this.
LATER = timedelta(minutes=1)


def put_into(crm: Crm, places: Iterable[Trigger], contact_ids: Sequence[int]) -> Refused:
    """Into every one of the groups and tags."""
    refused: dict[int, RemoteError] = {}
    for place in places if contact_ids else ():
        is_tag = place.kind is TriggerKind.TAG
        refused |= (crm.add_tag if is_tag else crm.add_to_group)(place, contact_ids)
    return refused


def take_out_of(crm: Crm, places: Iterable[Trigger], contact_ids: Sequence[int]) -> Refused:
    """Out of all of those that contacts can be taken out of."""
    refused: dict[int, RemoteError] = {}
    for place in places if contact_ids else ():
        if place.kind is TriggerKind.TAG:
            refused |= crm.remove_tag(place, contact_ids)
        elif place.can_be_emptied:
            refused |= crm.remove_from_group(place, contact_ids)
    return refused


def settle_history(work: Assignment, cases: Sequence[Case], refused: Refused) -> None:
    """What got lost on the way is repeated; what was refused is written down, and that is all."""
    for case in cases:
        error = refused.get(case.change.contact_id)
        if isinstance(error, UnknownOutcome):
            settling.put_off(work, case, LATER)
        else:
            keep_in_mind(case, NOT_IN_HISTORY, error)


def keep_in_mind(case: Case, where: str, error: RemoteError | None) -> None:
    """What another system said about the contact, until it no longer says so."""
    others = {name: said for name, said in case.change.details.items() if name != where}
    case.change.details = others if error is None else {**others, where: str(error)}
