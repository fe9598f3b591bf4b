"""Makes, links and updates accounts: the intent is written down before anything remote."""

from collections.abc import Sequence

from latchkey.policy.planning import Verdict, wanted_fields
from latchkey.policy.reasons import Reason, Why, because
from latchkey.policy.rules import Language
from latchkey.policy.values import Account, AccountChange, NewAccount, account_key, same_address
from latchkey.remote.errors import (
    Conflict,
    Missing,
    Paused,
    RateLimited,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment, RuleError
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.examining import look_again, may_have_made
from latchkey.service.provisioning.planning import first_free, stem_of
from latchkey.service.provisioning.talking import (
    UnavailableError,
    stop_if_unavailable,
    talking_to,
)
from latchkey.sites.contract import Support
from latchkey.store import attempts, crossings, rules
from latchkey.store.models import Change, State

Outcome = Account | RemoteError

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
    wanted = {
        case.change.pk: (case.change, same_address(case.known_contact.email or ""))
        for case in creating
        if case.account is None
    }
    if not wanted:
        return
    mine = crossings.take_addresses(work.row.site, list(wanted.values()))
    others = [email for pk, (_, email) in wanted.items() if pk not in mine]
    first = crossings.first_in_line(work.row.site, others) if others else {}
    for case in creating:
        if case.change.pk in mine:
            _goes_on(case)
        elif case.change.pk in wanted:
            _waits_for(work, case, first.get(wanted[case.change.pk][1]))


def _waits_for(work: Assignment, case: Case, first: Change | None) -> None:
    """Somebody else has the address; None when that one was done just now."""
    if first is not None:
        _explain(
            case, because(Why.ADDRESS_IN_USE, rule=first.rule.name, contact_id=first.contact_id)
        )
    settling.put_off(work, case)


def _goes_on(case: Case) -> None:
    if case.change.why == Why.ADDRESS_IN_USE:
        _explain(case, because(Why.NO_ACCOUNT_YET))


def _explain(case: Case, reason: Reason) -> None:
    """What else is known of the change stays: a released plan is held to it."""
    case.change.why, case.change.details = reason.why, {**case.change.details, **reason.details}


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
        outcomes = _asked_to_create(work, waiting)
        try:
            with talking_to(work.row.site):
                stop_if_unavailable(outcomes)
            doubtful = [
                case
                for case, outcome in zip(waiting, outcomes, strict=True)
                if _is_doubtful(work, case, outcome)
            ]
        except (UnavailableError, RuleError):
            _let_go_of_refused(waiting, outcomes)
            raise
        look_again(work, doubtful)
        waiting = _to_create(waiting)
        if waiting:
            _start(waiting)


def _asked_to_create(work: Assignment, cases: Sequence[Case]) -> Sequence[Outcome]:
    """What came of each; what stops the site as a whole came of all of them."""
    try:
        return work.site.create([_wanted(work, case) for case in cases])
    except (TransientError, SiteError) as error:
        return [error] * len(cases)


def _let_go_of_refused(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> None:
    """The rule or the site stops, perhaps for good: who was refused is not half-way to an account.

    Whose answer was lost stays where it is. A role that is unknown is so whatever was tried
    before, and the site was looked at since.
    """
    for case, outcome in zip(cases, outcomes, strict=True):
        match outcome:
            case RejectedError(unknown_role=str()):
                case.change.state = State.DUE
            case RejectedError() | Paused() | RateLimited() if not may_have_made(case):
                case.change.state = State.DUE
            case _:
                pass


def _refused(work: Assignment, case: Case, error: RemoteError) -> None:
    """This try failed, and made nothing, unless one whose answer was lost did."""
    if not may_have_made(case):
        case.change.state = State.DUE
    settling.fail(work, case, because(Why.REJECTED, error=error))


def _is_doubtful(work: Assignment, case: Case, outcome: Outcome) -> bool:
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
            _refused(work, case, outcome)
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
        _refused(work, case, clash)
        return False
    if same:
        return True
    case.clashes.add(case.change.intended_username.lower())
    if len(case.clashes) > CLASHES:
        _refused(work, case, clash)
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


def _updated(work: Assignment, case: Case, outcome: Outcome) -> None:
    match outcome:
        case Account():
            case.account = outcome
        case Missing():
            gone = because(Why.ACCOUNT_GONE, account_id=case.known_account.id)
            settling.hold(case, gone)
        case _:
            settling.fail(work, case, because(Why.REJECTED, error=outcome))
