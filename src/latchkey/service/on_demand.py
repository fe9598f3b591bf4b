"""What is asked for about one contact and done now: an account, its mail again, a reset."""

from contextlib import AbstractContextManager, nullcontext

from latchkey.remote.errors import Missing, RejectedError
from latchkey.service.importing.stored import remembered
from latchkey.service.installation import Installation
from latchkey.service.pausing import stop_if_paused
from latchkey.service.provisioning import run as provisioning
from latchkey.service.provisioning.assignment import Assignment, open_assignment
from latchkey.service.provisioning.carrying import carry_all
from latchkey.service.provisioning.cases import Case
from latchkey.service.provisioning.talking import talking_to
from latchkey.service.provisioning.telling import NOT_SENT, send_again
from latchkey.store import changes, episodes, errands, runs
from latchkey.store.models import Change, Errand, ErrandRow, Rule, State, Task, Told
from latchkey.store.pauses import although_stopped

STEP = "step"
# The mode of an errand that is asked for by somebody who may release plans.
BY_APPROVER = "by approver"


class Steps:
    """Writes each step of an errand down as it happens."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._is_settled = False

    def stage(self, text: str) -> None:
        """See Progress."""
        self.came(STEP, text)

    def planned(self, total: int) -> None:
        """See Progress; there is one contact."""

    def settled(self, change: Change, outcome: str, sentence: str) -> None:
        """See Progress."""
        self._is_settled = True
        self.came(outcome, sentence, change)

    def ended(self, change: Change) -> None:
        """What became of it, unless that was said: where nothing is carried out nothing settles."""
        if not self._is_settled:
            self.came(_came_to(change), change.reason.sentence if change.reason else "", change)

    def came(self, outcome: str, sentence: str, change: Change | None = None) -> None:
        """One row."""
        row = ErrandRow(contact_id=self._errand.contact_id, outcome=outcome, sentence=sentence)
        if change is not None:
            row.name, row.username = change.contact_name, change.intended_username
            row.account_id = change.account_id
        errands.add(self._errand, [row])


def provision_errand(installation: Installation, errand: Errand) -> None:
    """Give one contact the account that the rule gives, in its trigger or not.

    ReviewError when it waits in a held plan, or was rejected, and whoever asked may not release it.
    """
    rule, contact_id = _about(errand)
    approver = errand.by if errand.mode == BY_APPROVER else None
    steps = Steps(errand)
    steps.ended(provisioning.provision(installation, rule, contact_id, steps, approver))


def resend_errand(installation: Installation, errand: Errand) -> None:
    """Send the mail about an account again. Missing when the contact or the account is gone."""
    rule, contact_id = _about(errand)
    with _passing_over_the_end(rule):
        _resend(installation, rule, contact_id, Steps(errand))


def _resend(installation: Installation, rule: Rule, contact_id: int, steps: Steps) -> None:
    stop_if_paused(rule)
    steps.stage("reading the contact and the account")
    work = open_assignment(installation, rule)
    change = episodes.last_with_account(rule, contact_id)
    if change is None:
        raise Missing(f"Contact {contact_id} has no account by the rule {rule.name}.")
    case = _read(work, change)
    steps.stage("sending the mail")
    changes.save([change], release=True)
    send_again(work, case)
    changes.save([change], release=True)
    if change.told == Told.FAILED:
        reason = change.details.get(NOT_SENT, "")
        raise RejectedError(f"The mail could not be sent. {reason}".strip())
    steps.came(change.told, "the mail was sent again", change)


def reset_errand(installation: Installation, errand: Errand) -> None:
    """Let the site send one person the mail to choose a new password."""
    rule, contact_id = _about(errand)
    stop_if_paused(rule)
    steps = Steps(errand)
    steps.stage("reading the contact and the account")
    work = open_assignment(installation, rule)
    run = runs.begin(rule)
    try:
        episodes.begin_resets(rule, [contact_id], run)
        [change] = episodes.notice(rule, [contact_id], run, Task.RESET)
        provisioning.prepare(work)
        steps.stage("asking the site for its reset mail")
        carry_all(work, steps, only=[change.pk])
    finally:
        runs.end(run, Task.RESET)


def _came_to(change: Change) -> str:
    """The outcome of a change that nothing was carried out for."""
    match State(change.state):
        case State.HELD | State.REFUSED | State.GIVEN_UP | State.IGNORED as ended:
            return ended.value
        case State.DONE:
            return "already"
        case _:
            return "waiting"


def _read(work: Assignment, change: Change) -> Case:
    with talking_to(work.row.crm):
        contacts = work.crm.contacts_by_id([change.contact_id], work.fields)
    with talking_to(work.row.site):
        accounts = work.site.get([change.account_id])
    contact, account = contacts.get(change.contact_id), accounts.get(change.account_id)
    if contact is None and work.row.kind == Rule.Kind.IMPORT:
        with talking_to(work.row.crm):
            contact = remembered(work.installation, change, work.fields)
    if contact is None or account is None:
        raise Missing("The contact or the account is no longer there.")
    case = Case(change=change, was_due=False, owed_before=False)
    case.contact, case.account = contact, account
    change.told = Told.INTENDED
    return case


def _passing_over_the_end(rule: Rule) -> AbstractContextManager[None]:
    """An import that has ended is off, which is no reason to send nobody of it a mail again."""
    has_ended = rule.kind == Rule.Kind.IMPORT and not rule.stopped_reason
    return although_stopped() if has_ended else nullcontext()


def _about(errand: Errand) -> tuple[Rule, int]:
    if errand.rule is None or errand.contact_id is None:
        raise LookupError(f"errand {errand.pk} is about no contact of a rule")
    return errand.rule, errand.contact_id
