"""Password resets: a contact in the reset group or tag gets the site's mail, once."""

from collections.abc import Sequence

from latchkey.policy.reasons import Why, because
from latchkey.policy.roles import is_privileged
from latchkey.remote.errors import RemoteError, SiteError, TransientError, UnknownOutcome
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.reading import links_of
from latchkey.service.provisioning.talking import UnavailableError, stop_if_unavailable, talking_to
from latchkey.service.provisioning.telling import LATER
from latchkey.store import attempts, changes
from latchkey.store.models import State, Told

# An intent that is found from before means that its outcome is unknown.
_NEXT = {
    Told.NOT_YET: Told.INTENDED,
    Told.INTENDED: Told.REPEATED,
    Told.REPEATED: Told.PERHAPS,
}


def find_account(work: Assignment, cases: Sequence[Case]) -> None:
    """Read the contacts and the accounts that are linked to them; nobody is matched by address."""
    due = [case for case in cases if case.is_due]
    if not due:
        return
    with talking_to(work.row.crm):
        contacts = work.crm.contacts_by_id([one.change.contact_id for one in due], work.fields)
    links = links_of(work, list(contacts.values()))
    with talking_to(work.row.site):
        accounts = work.site.get(sorted(set(links.values()))) if links else {}
    for case in due:
        case.contact = contacts.get(case.change.contact_id)
        case.account = accounts.get(links.get(case.change.contact_id, ""))
        _judge(work, case)


def send_reset(work: Assignment, cases: Sequence[Case]) -> None:
    """At least once: an unknown outcome is tried once more, then taken as perhaps told.

    UnavailableError when the site gave out; whoever was asked for before that is written down.
    """
    due = at(cases, State.DUE, State.CREATING)
    for case in due:
        case.change.state = State.CREATING
        case.change.told = _NEXT[Told(case.change.told)]
    attempts.start([case.change for case in due])
    for case in due:
        if case.change.told == Told.PERHAPS:
            _asked_for(case, Told.PERHAPS)
    outcomes = _sent(work, at(due, State.CREATING))
    changes.save([case.change for case in due])
    with talking_to(work.row.site):
        stop_if_unavailable(outcomes)


def _judge(work: Assignment, case: Case) -> None:
    if case.contact is None:
        settling.drop(case, because(Why.GONE_FROM_CRM))
        return
    case.change.contact_name = case.contact.display_name[:300]
    case.change.email = (case.contact.email or "")[:254]
    if case.account is None:
        settling.give_up(work, case, because(Why.NO_ACCOUNT))
    elif is_privileged(case.account, work.privileged):
        username = case.account.username
        settling.hold(case, because(Why.ACCOUNT_PRIVILEGED, username=username))


def _sent(work: Assignment, cases: Sequence[Case]) -> list[RemoteError | None]:
    """What concerns the site as a whole, None for the others: they are taken in."""
    if not cases:
        return []
    try:
        with talking_to(work.row.site):
            outcomes = work.site.tell([case.known_account for case in cases])
    except UnavailableError as gone:
        _take_back(cases)
        return [gone.error]
    for case, error in zip(cases, outcomes, strict=True):
        _take_in(work, case, error)
    return [error if isinstance(error, SiteError) else None for error in outcomes]


def _take_in(work: Assignment, case: Case, error: RemoteError | None) -> None:
    match error:
        case None:
            _asked_for(case, Told.TOLD)
        case UnknownOutcome() if case.change.told == Told.INTENDED:
            settling.put_off(work, case)
        case UnknownOutcome():
            _asked_for(case, Told.PERHAPS)
        case SiteError():
            _take_back([case])
        case TransientError():
            _take_back([case])
            settling.put_off(work, case, LATER)
        case _:
            _take_back([case])
            settling.fail(work, case, because(Why.REJECTED, error=error))


def _take_back(cases: Sequence[Case]) -> None:
    """Nothing left: this intent has no outcome that could be unknown; the one before may have."""
    for case in cases:
        first = case.change.told == Told.INTENDED
        case.change.told = Told.NOT_YET if first else Told.INTENDED


def _asked_for(case: Case, told: Told) -> None:
    change = case.change
    reason = because(Why.RESET_ASKED, username=case.known_account.username)
    change.why, change.details = reason.why, dict(reason.details)
    change.account_id = case.known_account.id
    change.told, change.state = told, State.TOLD
