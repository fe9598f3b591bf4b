"""The welcome page's work: a visitor whom the CRM vouches for gets the account while watching."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import structlog

from latchkey.jobs.contract import Task as Job
from latchkey.policy.checksums import parse
from latchkey.policy.planning import Verdict
from latchkey.policy.roles import is_privileged
from latchkey.policy.values import Account
from latchkey.remote.errors import (
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.secrets import KeyringError, Secret
from latchkey.service.configuration.rules import table_of
from latchkey.service.installation import Installation
from latchkey.service.provisioning.assignment import Assignment, RuleError
from latchkey.service.provisioning.carrying import carry_next
from latchkey.service.provisioning.planning import finish, plan_asked
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.talking import talking_to
from latchkey.sites.contract import one_time_links
from latchkey.store import episodes, plans, rules, runs, visits
from latchkey.store.models import (
    UNDER_WAY,
    Change,
    Connection,
    Plan,
    Rule,
    State,
    Task,
    Told,
    Visit,
)

# Within WINDOW so many visits from one place, and so many for one contact.
WINDOW = timedelta(minutes=10)
FROM_ONE_PLACE = 60
FOR_ONE_CONTACT = 5
# Whoever watches is told to wait for the mail after so long.
PATIENCE = timedelta(seconds=90)
AGAIN = timedelta(seconds=1)
# Digits of a number that a row can hold.
LONGEST_ID = 18

log = structlog.get_logger()
# None when the rule is not to be carried out now.
Opening = Callable[[Rule], Assignment | None]


class TooManyVisitsError(Exception):
    """So many came from one place, or for one contact, that the next has to wait for WINDOW."""


class UsedError(Exception):
    """This checksum was used before."""


class NotNowError(Exception):
    """The CRM could not be asked just now."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody came with: the parts of the link as they were typed."""

    rule: str
    cid: str
    cs: str

    @property
    def contact_id(self) -> int:
        """0, which nobody has, where it is no number."""
        digits = self.cid.isascii() and self.cid.isdecimal() and len(self.cid) <= LONGEST_ID
        return int(self.cid) if digits else 0


def ask(installation: Installation, shown: Shown, token: str, place: str) -> None:
    """Write down that somebody pressed the button; a worker looks whether it is well founded.

    `token` is what the browser follows the visit by, `place` where it is. TooManyVisitsError, or
    UsedError. Whether there is such a rule or contact makes no difference here.
    """
    contact_id = shown.contact_id
    address, since = digest(place), installation.now() - WINDOW
    if visits.number_from(address, since) >= FROM_ONE_PLACE:
        raise TooManyVisitsError
    if visits.number_for(contact_id, since) >= FOR_ONE_CONTACT:
        raise TooManyVisitsError
    row = rules.find(shown.rule)
    checksum = parse(shown.cs)
    good = row is not None and checksum is not None
    visit = visits.begin(
        row,
        contact_id,
        token=digest(token),
        used=checksum.mark(row.crm.key, contact_id) if row and checksum else None,
        checksum=installation.keyring.seal(Secret(shown.cs)) if good else "",
        address=address,
    )
    if visit is None:
        raise UsedError


def found(token: str) -> Visit | None:
    """The visit that a browser follows, None when there is none."""
    return visits.of_token(digest(token))


def link_for(installation: Installation, token: str) -> str:
    """The way in, once; empty when there is none (any more)."""
    visit = found(token)
    sealed = visits.hand_over(visit) if visit else ""
    return installation.keyring.open(sealed).reveal() if sealed else ""


def visit_jobs() -> list[Job]:
    """The visits that a worker has to see to now."""
    return [Job("visit", str(pk)) for pk in visits.waiting()]


def receive(
    installation: Installation,
    key: str,
    opening: Opening,
    takes: Callable[[Connection], bool],
) -> Sequence[Job]:
    """See to one visit. UnavailableError when an end cannot be used: it is seen to again."""
    visit = visits.take(int(key))
    if visit is None:
        return []
    visits.forget_old()
    try:
        _receive(installation, visit, opening, takes)
    except (RejectedError, RuleError, KeyringError) as error:
        log.warning("visit came to nothing", rule=str(visit.rule), reason=str(error))
        visits.end(visit, Visit.State.ENDED)
    except NotNowError:
        visits.put_back(visit, AGAIN)
    except BaseException:
        visits.put_back(visit)
        raise
    return []


def _receive(
    installation: Installation,
    visit: Visit,
    opening: Opening,
    takes: Callable[[Connection], bool],
) -> None:
    rule = visit.rule
    late = installation.now() - visit.asked_at > PATIENCE
    welcome = rule is not None and rule.enabled and table_of(rule).welcome
    work = opening(rule) if rule is not None and welcome and not late else None
    if work is None:
        visits.end(visit, Visit.State.ENDED)
        return
    if not takes(work.row.site):
        visits.put_back(visit, AGAIN)
        return
    if visit.change is None and not _is_admitted(work, visit):
        visits.end(visit, Visit.State.ENDED)
        return
    change = visit.change or _asked_for(work, visit.contact_id)
    visits.admit(visit, change)
    carry_next(work, Task.ACCOUNT, Silent(), only=[change.pk])
    change.refresh_from_db()
    _take_in(work, visit, change)


def _is_admitted(work: Assignment, visit: Visit) -> bool:
    """Whether the CRM knows the checksum, it is recent, and the contact is in the trigger.

    The CRM is asked about the checksum first: who has none learns nothing, not by the time either.
    """
    if not visit.checksum:
        return False
    cs = work.installation.keyring.open(visit.checksum).reveal()
    checksum = parse(cs)
    if checksum is None or not checksum.is_fresh(visit.asked_at):
        return False
    if not visit.contact_id or not _is_vouched_for(work, visit, cs):
        return False
    with talking_to(work.row.crm):
        return bool(work.crm.members_among(work.triggers, [visit.contact_id]))


def _is_vouched_for(work: Assignment, visit: Visit, cs: str) -> bool:
    """Whether the CRM made the checksum. NotNowError when it cannot say.

    What strangers write must not make a connection look unusable.
    """
    try:
        return work.crm.validate_checksum(visit.contact_id, cs)
    except (TransientError, UnknownOutcome) as error:
        raise NotNowError from error
    except RemoteError as error:
        log.warning("checksum not verified", rule=work.rule.name, reason=str(error))
        return False


def _asked_for(work: Assignment, contact_id: int) -> Change:
    [change] = episodes.ask_for(work.row, [contact_id])
    if change.state != State.NOTICED:
        return change
    run = runs.begin(work.row)
    try:
        written = plans.begin(run)
        plan_asked(work, run, written)
        finish(work, written)
    finally:
        runs.end(run)
    change.refresh_from_db()
    return change


def _take_in(work: Assignment, visit: Visit, change: Change) -> None:
    """What came of it; still under way, it is looked at again soon."""
    waits = change.plan is not None and change.plan.state in Plan.WAITING
    if change.state in UNDER_WAY and not waits:
        visits.put_back(visit, AGAIN)
        return
    account = _account(work, change) if change.state == State.DONE else None
    if account is None or _is_blocked(work, account):
        visits.end(visit, Visit.State.ENDED)
        return
    made_now = _was_made_since(visit, change)
    link = _one_time_link(work, account) if made_now else ""
    if link:
        sealed = work.installation.keyring.seal(Secret(link))
        visits.end(visit, Visit.State.ENTERED, sealed)
        return
    told = made_now and change.told in {Told.TOLD, Told.PERHAPS}
    if told or (_mailed(work, account, change.contact_id) and made_now):
        visits.end(visit, Visit.State.MADE)
    else:
        visits.end(visit, Visit.State.ENDED)


def _account(work: Assignment, change: Change) -> Account | None:
    with talking_to(work.row.site):
        return work.site.get([change.account_id]).get(change.account_id)


def _is_blocked(work: Assignment, account: Account) -> bool:
    """Whether this account is none to be let in from here: it is powerful, or the rule says so."""
    blocked = {role.casefold() for role in table_of(work.row).blocked_roles}
    held = {role.casefold() for role in account.roles}
    return bool(blocked & held) or is_privileged(account, work.privileged) or not account.active


def _was_made_since(visit: Visit, change: Change) -> bool:
    """Whether it is an account that nobody can have used: made since the button was pressed."""
    tries = change.attempts_started.filter(at__gte=visit.asked_at)
    return change.verdict == Verdict.CREATE and tries.exists()


def _one_time_link(work: Assignment, account: Account) -> str:
    """Empty when the site gives none; then the mail has to do."""
    with talking_to(work.row.site):
        [link] = one_time_links(work.site, [account])
        if isinstance(link, TransientError | SiteError):
            raise link
    if isinstance(link, RemoteError):
        return ""
    return link if link.startswith(("https://", "http://")) else ""


def _mailed(work: Assignment, account: Account, contact_id: int) -> bool:
    """The site's mail with a link, to the address that the site knows; whether it was asked for."""
    with talking_to(work.row.crm):
        contact = work.crm.contacts_by_id([contact_id], frozenset()).get(contact_id)
    if contact is None or contact.do_not_email:
        return False
    with talking_to(work.row.site):
        [error] = work.site.tell([account])
        if isinstance(error, TransientError | SiteError):
            raise error
    return not isinstance(error, RejectedError)


def digest(text: str) -> str:
    """What a token or a place is known by in the rows."""
    return sha256(text.encode()).hexdigest()
