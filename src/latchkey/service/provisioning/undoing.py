"""Takes back accounts that an import made: looked at, disabled, let go of in the CRM."""

from collections.abc import Sequence

from latchkey.policy.reasons import Why, because
from latchkey.policy.undoing import Fate, Made, Weighed, weigh
from latchkey.policy.values import Account
from latchkey.remote.errors import Missing, RemoteError
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.placing import settle_history, take_out_of
from latchkey.service.provisioning.talking import stop_if_unavailable, talking_to
from latchkey.sites.contract import Support
from latchkey.store import accounts, attempts, changes
from latchkey.store.models import Change, State


def weighed(work: Assignment, rows: Sequence[Change]) -> list[tuple[Change, Weighed, str]]:
    """What would become of each account now, with its username; reading only."""
    with talking_to(work.row.site):
        there = work.site.get([row.account_id for row in rows]) if rows else {}
    tells = work.spec.capabilities.last_login is Support.FULL
    found = []
    for row in rows:
        made = Made(row.account_id, row.intended_username, row.email)
        now = there.get(row.account_id)
        fate = weigh(made, now, work.privileged, tells=tells)
        found.append((row, fate, now.username if now else row.intended_username))
    return found


def find_made(work: Assignment, cases: Sequence[Case]) -> None:
    """A fresh look: what was used after the preview is kept all the same."""
    due = at(cases, State.DUE)
    fates = {row.pk: fate for row, fate, _ in weighed(work, [case.change for case in due])}
    for case in due:
        fate = fates[case.change.pk]
        if fate.fate is Fate.KEEP:
            settling.drop(case, fate.reason)
    begun = [case for case in at(cases, State.DUE, State.CREATING, State.MADE) if case.is_due]
    with talking_to(work.row.site):
        there = work.site.get([case.change.account_id for case in begun]) if begun else {}
    for case in begun:
        case.account = there.get(case.change.account_id)
        if case.account is None:
            gone = because(Why.ACCOUNT_GONE, account_id=case.change.account_id)
            settling.drop(case, gone)


def disable_made(work: Assignment, cases: Sequence[Case]) -> None:
    """Take the log-in away, as far as the site can; disabling twice is the same."""
    due = at(cases, State.DUE, State.CREATING)
    for case in due:
        case.change.state = State.CREATING
    attempts.start([case.change for case in due])
    if not due:
        return
    with talking_to(work.row.site):
        outcomes = work.site.disable([case.known_account for case in due])
        stop_if_unavailable(outcomes)
    for case, outcome in zip(due, outcomes, strict=True):
        _take_in(work, case, outcome)
    changes.save([case.change for case in due])


def let_go(work: Assignment, cases: Sequence[Case]) -> None:
    """Undo the link and the history; the account stays known, as disabled."""
    gone = at(cases, State.MADE)
    if not gone:
        return
    ids = [case.change.contact_id for case in gone]
    account_ids = [case.known_account.id for case in gone]
    with talking_to(work.row.crm):
        if work.hosted:
            ours = set(zip(account_ids, ids, strict=True))
            links = work.crm.links(account_ids=account_ids)
            work.crm.remove_links([o for o in links if (o.account_id, o.contact_id) in ours])
        settle_history(work, gone, take_out_of(work.crm, work.history, ids))
    gone = at(cases, State.MADE)
    accounts.let_go(work.row.site, [case.known_account for case in gone])
    for case in gone:
        case.change.state, case.change.is_open = State.WRITTEN_BACK, False
    changes.save([case.change for case in gone])


def _take_in(work: Assignment, case: Case, outcome: Account | RemoteError) -> None:
    match outcome:
        case Account():
            case.account = outcome
            case.change.state = State.MADE
            reason = because(Why.UNDONE, username=outcome.username)
            case.change.why, case.change.details = reason.why, dict(reason.details)
        case Missing():
            gone = because(Why.ACCOUNT_GONE, account_id=case.change.account_id)
            settling.drop(case, gone)
        case _:
            settling.fail(work, case, because(Why.REJECTED, error=outcome))
            # Nothing is said in the CRM about an account that stays as it was.
            case.change.owed = None
