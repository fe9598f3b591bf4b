"""Makes, links and updates accounts: the intent is written down before anything remote."""

from collections.abc import Sequence

from latchkey.policy.planning import Verdict, wanted_fields
from latchkey.policy.reasons import Why, because
from latchkey.policy.rules import Language
from latchkey.policy.values import Account, AccountChange, NewAccount, account_key, same_address
from latchkey.remote.errors import Conflict, Missing, RejectedError, RemoteError, UnknownOutcome
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment, RuleError
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.examining import look_again
from latchkey.service.provisioning.planning import first_free, stem_of
from latchkey.service.provisioning.talking import stop_if_unavailable, talking_to
from latchkey.sites.contract import Support
from latchkey.store import attempts, crossings, rules
from latchkey.store.models import State

LOST_ANSWERS = 3
CLASHES = 50


def make(work: Assignment, cases: Sequence[Case]) -> None:
    """Give every due case its account, as it was decided."""
    _take_addresses(work, at(cases, State.DUE, State.CREATING))
    _start(at(cases, State.DUE, State.CREATING))
    _create(work, _to_create(cases))
    _take_over(work, cases)


def _take_addresses(work: Assignment, cases: Sequence[Case]) -> None:
    """One creation at a time per site and address: sites accept doubles in parallel."""
    creating = [case for case in cases if case.change.verdict == Verdict.CREATE]
    wanted = [
        (case.change, same_address(case.known_contact.email or ""))
        for case in creating
        if case.account is None
    ]
    mine = crossings.take_addresses(work.row.site, wanted) if wanted else set()
    for case in creating:
        if case.account is None and case.change.pk not in mine:
            settling.put_off(work, case)


def _start(cases: Sequence[Case]) -> None:
    """Write the intent down: from here on, look before trying again."""
    for case in cases:
        if case.change.verdict == Verdict.CREATE:
            case.change.state = State.CREATING
    attempts.start([case.change for case in cases])


def _to_create(cases: Sequence[Case]) -> list[Case]:
    waiting = [case for case in at(cases, State.CREATING) if case.account is None]
    return [case for case in waiting if case.change.verdict == Verdict.CREATE]


def _create(work: Assignment, cases: Sequence[Case]) -> None:
    """Create, and create again what clashed or got lost; every round makes the rest smaller."""
    waiting = list(cases)
    while waiting:
        with talking_to(work.row.site):
            outcomes = work.site.create([_wanted(work, case) for case in waiting])
            stop_if_unavailable(outcomes)
        doubtful = [
            case
            for case, outcome in zip(waiting, outcomes, strict=True)
            if _is_doubtful(work, case, outcome)
        ]
        look_again(work, doubtful)
        waiting = _to_create(waiting)
        if waiting:
            _start(waiting)


def _is_doubtful(work: Assignment, case: Case, outcome: Account | RemoteError) -> bool:
    """Take in one outcome; True when we have to look before the case can go on."""
    match outcome:
        case Account():
            case.account = outcome
            return False
        case Conflict():
            return _is_ours_to_look_at(work, case, outcome)
        case UnknownOutcome():
            return _is_looked_at_again(work, case, outcome)
        case RejectedError(unknown_role=str() as role):
            rules.stop(work.row, f"The site {work.rule.site} does not know the role {role}.")
            raise RuleError(
                f"The site {work.rule.site} does not know the role {role!r}; the rule is stopped. "
                "Correct its roles and load it again."
            )
        case _:
            settling.fail(work, case, because(Why.REJECTED, error=outcome))
            return False


def _is_looked_at_again(work: Assignment, case: Case, error: RemoteError) -> bool:
    """There may be an account that was made for this contact; it is not looked for endlessly."""
    case.lost += 1
    if case.lost < LOST_ANSWERS:
        return True
    settling.fail(work, case, because(Why.REJECTED, error=error))
    return False


def _is_ours_to_look_at(work: Assignment, case: Case, clash: Conflict) -> bool:
    """An account in the way: of the same address it has to be looked at, else the name moves on."""
    email = same_address(case.known_contact.email or "")
    same = clash.existing is not None and same_address(clash.existing.email) == email
    if clash.on == "key":
        return _is_looked_at_again(work, case, clash)
    if clash.on == "email" and not same:
        settling.fail(work, case, because(Why.REJECTED, error=clash))
        return False
    if same:
        return True
    case.clashes.add(case.change.intended_username.lower())
    if len(case.clashes) > CLASHES:
        settling.fail(work, case, because(Why.REJECTED, error=clash))
        return False
    stem = stem_of(work, case.known_contact)
    mine = [case.change.pk]
    case.change.intended_username = first_free(work, stem, set(case.clashes), mine)
    return False


def _wanted(work: Assignment, case: Case) -> NewAccount:
    contact = case.known_contact
    carries_key = work.spec.capabilities.key is not Support.NONE
    preferred = work.rule.language is Language.PREFERRED
    return NewAccount(
        username=case.change.intended_username,
        email=(contact.email or "").strip(),
        password=work.password_for(contact.id),
        roles=work.rule.roles,
        fields=wanted_fields(work.rule, contact),
        language=contact.language if preferred else None,
        key=account_key(work.row.crm.key, contact.id, work.row.site.key) if carries_key else None,
        contact_id=contact.id if work.hosted else None,
    )


def _take_over(work: Assignment, cases: Sequence[Case]) -> None:
    """Give accounts that exist what they lack."""
    existing = [case for case in at(cases, State.DUE, State.CREATING) if case.account is None]
    for case in existing:
        case.account = case.decision.account if case.decision else None
    lacking = [case for case in existing if case.decision and _lacks(case)]
    if not lacking:
        return
    wanted = [_addition(case) for case in lacking]
    with talking_to(work.row.site):
        outcomes = work.site.update(wanted)
        stop_if_unavailable(outcomes)
    for case, outcome in zip(lacking, outcomes, strict=True):
        _updated(work, case, outcome)


def _lacks(case: Case) -> bool:
    return bool(case.decision and (case.decision.roles or case.decision.fields))


def _addition(case: Case) -> AccountChange:
    account, decision = case.known_account, case.decision
    roles = decision.roles if decision else frozenset()
    return AccountChange(
        account,
        roles=account.roles | roles if roles else None,
        fields=decision.fields if decision else {},
    )


def _updated(work: Assignment, case: Case, outcome: Account | RemoteError) -> None:
    match outcome:
        case Account():
            case.account = outcome
        case Missing():
            gone = because(Why.ACCOUNT_GONE, account_id=case.known_account.id)
            settling.hold(case, gone)
        case _:
            settling.fail(work, case, because(Why.REJECTED, error=outcome))
