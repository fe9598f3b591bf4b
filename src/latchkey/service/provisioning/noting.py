"""The activities that say in the CRM what became of a contact: owed first, written later."""

from datetime import datetime, timedelta
from typing import Any

from latchkey.crm.contract import ActivityKind, ActivityNote
from latchkey.policy.planning import Verdict
from latchkey.policy.reasons import HAD_NONE, Reason
from latchkey.policy.retries import ATTEMPTS, is_last, wait_after
from latchkey.service.provisioning.assignment import Assignment
from latchkey.store.models import Change, State, Task, Told

DONE_WORDS = {
    Verdict.CREATE: "created",
    Verdict.LINK: "linked",
    Verdict.UPDATE: "updated",
    Verdict.ALREADY: "already there",
}
RESET_WORDS = "was sent a password reset"
TOLD_SENTENCES = {
    Told.NOT_YET: "",
    Told.INTENDED: "",
    Told.REPEATED: "",
    Told.TOLD: "The person was sent a mail to set a password.",
    Told.PERHAPS: "The person was perhaps not told: the outcome of the mail is unknown.",
    Told.NOT_WANTED: "The person was not told.",
    Told.FAILED: "The mail to the person could not be sent.",
}


def complete(work: Assignment, change: Change, username: str) -> None:
    """The change came to its end: one Completed activity an episode."""
    if change.activity_id is not None or change.owed is not None:
        return
    done = RESET_WORDS if change.task == Task.RESET else DONE_WORDS[Verdict(change.verdict)]
    subject = f"Account {username} ({change.account_id}) {done} on {work.rule.site}"
    sentence = HAD_NONE if change.verdict == Verdict.CREATE else _sentence(change)
    details = f"{_capital(sentence)}. {TOLD_SENTENCES[Told(change.told)]}".strip()
    _owe(work, change, completed=True, subject=subject, details=details)


def refuse(work: Assignment, change: Change) -> None:
    """The contact cannot have an account: said once, and again when something changed."""
    change.refusals += 1
    change.state, change.due_at = State.REFUSED, None
    out = is_last(change.refusals) or is_too_old(work, change)
    if out:
        change.state = State.GIVEN_UP
    last = " It was taken out of the trigger." if out else ""
    _owe(
        work,
        change,
        completed=False,
        subject=f"{_nothing(change)} on {work.rule.site}: refused",
        details=f"{_capital(_sentence(change))}.{last}",
    )


def give_up(work: Assignment, change: Change) -> None:
    """There is nothing to be tried: said once, and the contact leaves the trigger."""
    change.state, change.due_at = State.GIVEN_UP, None
    _owe(
        work,
        change,
        completed=False,
        subject=f"{_nothing(change)} on {work.rule.site}",
        details=f"{_capital(_sentence(change))}. It was taken out of the trigger.",
    )


def fail(work: Assignment, change: Change, reason: Reason) -> None:
    """A try failed: it is made again later, or given up after the last."""
    change.attempts += 1
    change.why, change.details = reason.why, dict(reason.details)
    last = is_last(change.attempts)
    if last:
        change.state, change.due_at = State.GIVEN_UP, None
    else:
        wait = wait_after(change.attempts, work.installation.chance())
        change.due_at = work.installation.now() + wait
    _owe(
        work,
        change,
        completed=False,
        subject=f"{_nothing(change)} on {work.rule.site}: attempt {change.attempts} of {ATTEMPTS}",
        details=f"{_capital(reason.sentence)}."
        + (" It was taken out of the trigger." if last else ""),
    )


def ignored(change: Change, by: str, since: datetime) -> dict[str, Any]:
    """What is owed when a person leaves a held contact as it is."""
    return {
        "kind": _kind(change),
        "completed": False,
        "subject": f"{_nothing(change)} on {change.rule.site.name}: left as it is",
        "details": f"{by} decided to leave it as it is. It was taken out of the trigger.",
        "since": since.isoformat(),
    }


def note_of(change: Change) -> ActivityNote:
    """The activity that is owed for the change. LookupError when none is."""
    owed = _owed(change)
    return ActivityNote(
        contact_id=change.contact_id,
        kind=ActivityKind(owed["kind"]),
        completed=owed["completed"],
        subject=owed["subject"],
        details=owed["details"],
    )


def owed_since(change: Change) -> datetime:
    """When the activity was first meant to be written. LookupError when none is owed."""
    return datetime.fromisoformat(_owed(change)["since"])


def _owed(change: Change) -> dict[str, Any]:
    if change.owed is None:
        raise LookupError(f"no activity is owed for change {change.pk}")
    return dict(change.owed)


def _owe(work: Assignment, change: Change, *, completed: bool, subject: str, details: str) -> None:
    change.owed = {
        "kind": _kind(change),
        "completed": completed,
        "subject": subject[:250],
        "details": details,
        "since": work.installation.now().isoformat(),
    }


def is_too_old(work: Assignment, change: Change) -> bool:
    """Whether the rule has waited long enough for a contact that it cannot serve."""
    waited: timedelta = work.installation.now() - change.entered_at
    return waited > work.rule.give_up_after


def _kind(change: Change) -> ActivityKind:
    return ActivityKind.RESET if change.task == Task.RESET else ActivityKind.CREATION


def _nothing(change: Change) -> str:
    return "No password reset" if change.task == Task.RESET else "No account"


def _sentence(change: Change) -> str:
    return change.reason.sentence if change.reason else ""


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
