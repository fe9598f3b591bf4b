"""Compares what came back with what was asked: roles first, then the links of the whole slice."""

from collections.abc import Sequence

from latchkey.policy.planning import Verdict
from latchkey.policy.reasons import Reason, Why, because
from latchkey.policy.roles import is_privileged
from latchkey.policy.values import Account, AccountChange, Link
from latchkey.remote.errors import (
    Missing,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment, RuleError
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.making import LOST_ANSWERS
from latchkey.service.provisioning.talking import UnavailableError, stop_if_unavailable, talking_to
from latchkey.store import accounts, changes, rules
from latchkey.store.models import State
from latchkey.store.pauses import although_stopped


def verify(work: Assignment, cases: Sequence[Case]) -> None:
    """Accounts with the right roles and links are `made`; the others fail or are held."""
    _disarm(work, _with_account(cases))
    _complete_roles(work, _with_account(cases))
    _disarm(work, _with_account(cases))
    if work.hosted:
        _put_links_right(work, _with_account(cases))
    _record(work, _with_account(cases))


def forget_passwords(work: Assignment, cases: Sequence[Case]) -> None:
    """A password that a file brought along has served once its account is there."""
    made = at(cases, State.MADE)
    if work.given is not None and made:
        work.given.wipe([case.change.contact_id for case in made])


def _with_account(cases: Sequence[Case]) -> list[Case]:
    return [case for case in at(cases, State.DUE, State.CREATING) if case.account is not None]


def _complete_roles(work: Assignment, cases: Sequence[Case]) -> None:
    """An account that a failing site left without its roles is given them."""
    lacking = [case for case in cases if work.rule.roles - case.known_account.roles]
    if not lacking:
        return
    wanted = [
        AccountChange(case.known_account, roles=case.known_account.roles | work.rule.roles)
        for case in lacking
    ]
    with talking_to(work.row.site):
        outcomes = work.site.update(wanted)
        stop_if_unavailable(outcomes)
    for case, outcome in zip(lacking, outcomes, strict=True):
        _compare(work, case, outcome)


def _compare(work: Assignment, case: Case, outcome: Account | RemoteError) -> None:
    if isinstance(outcome, RemoteError):
        settling.fail(work, case, because(Why.REJECTED, error=outcome))
        return
    case.account = outcome
    if missing := work.rule.roles - outcome.roles:
        names = ", ".join(sorted(missing))
        reason = because(Why.ROLES_DIFFER, username=outcome.username, lacking=names)
        settling.fail(work, case, reason)


def _disarm(work: Assignment, cases: Sequence[Case]) -> None:
    """An account that came back with more power than asked loses its roles; the rule stops.

    UnavailableError when the site gave out: a new account is looked at again when it is back.
    """
    powerful = [case for case in cases if is_privileged(case.known_account, work.privileged)]
    if not powerful:
        return
    outcomes = _emptied(work, powerful)
    for case, outcome in zip(powerful, outcomes, strict=True):
        _hold_powerful(work, case, outcome)
    held = [case for case in powerful if case.outcome is not None]
    if held:
        rules.stop(work.row, _why_stopped(held))
    with talking_to(work.row.site):
        stop_if_unavailable(outcomes)
    raise RuleError(_why_stopped(held))


def _emptied(work: Assignment, cases: Sequence[Case]) -> list[Account | RemoteError]:
    """What became of the accounts when their roles were taken; a lost answer is looked after."""
    outcomes: dict[int, Account | RemoteError] = {}
    waiting = list(cases)
    for _ in range(LOST_ANSWERS):
        outcomes |= zip((one.change.pk for one in waiting), _taken(work, waiting), strict=True)
        waiting = [one for one in waiting if isinstance(outcomes[one.change.pk], UnknownOutcome)]
        if not waiting:
            break
    return [outcomes[case.change.pk] for case in cases]


def _taken(work: Assignment, cases: Sequence[Case]) -> list[Account | RemoteError]:
    """One try; where the answer was lost, the account as it is, if it has no power any more."""
    wanted = [AccountChange(case.known_account, roles=_roles_before(case)) for case in cases]
    try:
        # Another slice may have stopped the rule for the same reason already.
        with talking_to(work.row.site), although_stopped():
            outcomes = work.site.update(wanted)
            lost = {
                wish.account.id
                for wish, outcome in zip(wanted, outcomes, strict=True)
                if isinstance(outcome, UnknownOutcome)
            }
            there = work.site.get(sorted(lost)) if lost else {}
    except UnavailableError as gone:
        return [gone.error] * len(cases)
    harmless = {i: one for i, one in there.items() if not is_privileged(one, work.privileged)}
    return [
        harmless.get(wish.account.id, outcome)
        for wish, outcome in zip(wanted, outcomes, strict=True)
    ]


def _hold_powerful(work: Assignment, case: Case, outcome: Account | RemoteError) -> None:
    """Held, with whether it has its power still."""
    account = case.known_account
    powers = ", ".join(sorted(account.powers or account.roles))
    reason = because(Why.CAME_BACK_POWERFUL, username=account.username, powers=powers)
    match outcome:
        case TransientError() | SiteError() if case.state is State.CREATING:
            return
        case Account() if is_privileged(outcome, work.privileged):
            reason = _still(account, powers, "its roles were taken, and it has power all the same")
        case Account():
            case.account = outcome
        case Missing():
            pass
        case _:
            reason = _still(account, powers, str(outcome))
    settling.hold(case, reason)


def _still(account: Account, powers: str, error: str) -> Reason:
    return because(Why.STILL_POWERFUL, username=account.username, powers=powers, error=error)


def _why_stopped(held: Sequence[Case]) -> str:
    """What a person has to do; those that still have their power come first."""
    still = [one for one in held if one.change.why == Why.STILL_POWERFUL]
    case = (still or held)[0]
    first = "Take its power away there at once. " if still else ""
    return (
        f"Account {case.known_account.username} came back from the site with more power than "
        f"asked{', and still has it' if still else ''}. {first}See what gives it on the site, then "
        "load the rule again."
    )


def _roles_before(case: Case) -> frozenset[str]:
    """What the account had when Latchkey found it: nothing for one that was made now."""
    found = case.decision.account if case.decision else None
    return found.roles if found else frozenset()


def _put_links_right(work: Assignment, cases: Sequence[Case]) -> None:
    if not cases:
        return
    by_account = {case.known_account.id: case for case in cases}
    with talking_to(work.row.crm):
        found = {link.account_id: link for link in work.crm.links(account_ids=list(by_account))}
        wrong = [
            Link(case.change.contact_id, account_id, _id(found.get(account_id)))
            for account_id, case in by_account.items()
            if account_id not in found or found[account_id].contact_id != case.change.contact_id
        ]
        addresses = {
            link.account_id: by_account[link.account_id].known_account.email for link in wrong
        }
        outcomes = work.crm.save_links(wrong, addresses) if wrong else []
        stop_if_unavailable(outcomes)
    for link, outcome in zip(wrong, outcomes, strict=True):
        if isinstance(outcome, RemoteError):
            case = by_account[link.account_id]
            name = case.known_account.username
            settling.fail(work, case, because(Why.NOT_LINKED, username=name, error=outcome))


def _id(link: Link | None) -> int | None:
    return link.id if link else None


def _record(work: Assignment, cases: Sequence[Case]) -> None:
    """The account is there, right and linked: from here on it is never made again."""
    for case in cases:
        case.change.account_id = case.known_account.id
        case.change.state = State.MADE
    accounts.record(work.row.site, work.row.crm, [_known(work, case) for case in cases])
    changes.save([case.change for case in cases])


def _known(work: Assignment, case: Case) -> accounts.Known:
    given = work.rule.roles - _roles_before(case)
    return accounts.Known(
        account=case.known_account,
        contact_id=case.change.contact_id,
        roles_given=given,
        created_by_us=case.change.verdict == Verdict.CREATE,
    )
