"""Password resets: a contact in the reset group or tag gets the site's mail, once."""

from collections.abc import Sequence

from latchkey.policy.reasons import Why, because
from latchkey.policy.roles import is_privileged
from latchkey.remote.errors import RemoteError, UnknownOutcome
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.reading import links_of
from latchkey.service.provisioning.talking import stop_if_unavailable, talking_to
from latchkey.store import attempts, changes
from latchkey.store.models import State, Told


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
    """At least once: an unknown outcome is tried once more, then taken as perhaps told."""
    due = at(cases, State.DUE, State.CREATING)
    for case in due:
        case.change.state = State.CREATING
        case.change.told = Told.REPEATED if case.change.told == Told.INTENDED else Told.INTENDED
    attempts.start([case.change for case in due])
    for case, error in zip(due, _sent(work, due), strict=True):
        _take_in(work, case, error)
    changes.save([case.change for case in due])


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
    if not cases:
        return []
    with talking_to(work.row.site):
        outcomes = work.site.tell([case.known_account for case in cases])
        stop_if_unavailable(outcomes)
    return outcomes


def _take_in(work: Assignment, case: Case, error: RemoteError | None) -> None:
    change = case.change
    lost = isinstance(error, UnknownOutcome)
    if lost and change.told == Told.INTENDED:
        settling.put_off(work, case)
        return
    if error is not None and not lost:
        settling.fail(work, case, because(Why.REJECTED, error=error))
        return
    reason = because(Why.RESET_ASKED, username=case.known_account.username)
    change.why, change.details = reason.why, dict(reason.details)
    change.account_id = case.known_account.id
    change.told = Told.PERHAPS if lost else Told.TOLD
    change.state = State.TOLD
