"""One person's story: what is written down about a contact, as sentences in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from latchkey.policy.reasons import Reason, Why
from latchkey.service import holding
from latchkey.service.provisioning.placing import NOT_IN_HISTORY, NOT_NOTED, NOT_TAKEN_OUT
from latchkey.service.provisioning.telling import NOT_SENT
from latchkey.store.models import (
    AttemptEnded,
    AttemptStarted,
    Change,
    Errand,
    Plan,
    SettingChange,
    State,
    Task,
    Told,
)
from latchkey.web.wording import translated
from latchkey.web.words import STATES

MAILS: Mapping[str, Any] = {
    Told.INTENDED: gettext_lazy("The mail is being sent."),
    Told.REPEATED: gettext_lazy("The mail is being sent again: it is not known whether it went."),
    Told.TOLD: gettext_lazy("The person was sent the mail."),
    Told.PERHAPS: gettext_lazy("Perhaps not told: it is not known whether the mail went out."),
    Told.NOT_WANTED: gettext_lazy(
        "No mail was sent: the contact wants none, the rule sends none, or the account was there."
    ),
    Told.FAILED: gettext_lazy("The mail could not be sent."),
}
# What the CRM did not take, by where the details of a change say why.
REFUSED: Mapping[str, Any] = {
    NOT_NOTED: gettext_lazy("The CRM did not take the activity."),
    NOT_IN_HISTORY: gettext_lazy("The CRM did not put the contact into the history."),
    NOT_TAKEN_OUT: gettext_lazy("The CRM did not let the contact out of the trigger."),
}


ASKED: Mapping[str, Any] = {
    Errand.Kind.PROVISION: gettext_lazy("%(by)s asked for the account now."),
    Errand.Kind.RESEND: gettext_lazy("%(by)s asked for the mail again."),
    Errand.Kind.RESET: gettext_lazy("%(by)s asked for a password reset."),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `icon` is one of the sprite, `tone` as of a state."""

    at: datetime
    icon: str
    text: str
    tone: str = "neutral"
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """One change with what stands for it now; `mail` says what is known of telling the person.

    `waits` says that somebody may decide about it.
    """

    change: Change
    summary: str
    mail: str
    can_resend: bool
    waits: bool


def events(
    changes: Sequence[Change], decisions: Iterable[SettingChange], errands: Iterable[Errand]
) -> list[Event]:
    """Everything that happened, latest first."""
    found = [event for change in changes for event in _of_change(change)]
    found += [
        Event(
            one.at,
            "hand-index-thumb",
            _("%(by)s decided: %(what)s") % {"by": one.by, "what": one.after},
        )
        for one in decisions
    ]
    found += [event for one in errands for event in _of_errand(one)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def episode(change: Change) -> Episode:
    """How a change stands."""
    found = change.reason
    summary = translated(found.sentence) if found else ""
    summary = summary[:1].upper() + summary[1:]
    if change.state == State.DONE and found is not None and found.why is Why.NO_ACCOUNT_YET:
        summary = _("Had no account; it was made.")
    if change.state == State.DUE and change.plan and change.plan.state == Plan.State.HELD:
        summary = _("Waits with plan %(n)d until somebody releases it.") % {"n": change.plan_id}
    has_account = bool(change.account_id) and change.task == Task.ACCOUNT
    can_resend = has_account and change.state in {State.TOLD, State.WRITTEN_BACK, State.DONE}
    return Episode(change, summary, _mail(change), can_resend, holding.waits(change))


def _mail(change: Change) -> str:
    """What is known of telling the person, with the reason where no mail went."""
    reason = change.details.get(NOT_SENT, "")
    match change.told:
        case Told.FAILED:
            return f"{MAILS[Told.FAILED]} {reason}".strip()
        case Told.NOT_YET if reason:
            return f"{_('The mail has to wait.')} {reason}"
        case _:
            return str(MAILS.get(change.told, ""))


def _of_change(change: Change) -> Iterator[Event]:
    names = {"rule": change.rule.name, "site": change.rule.site.name}
    if change.task == Task.RESET:
        text = _("A password reset on %(site)s was asked for, by rule %(rule)s.")
    elif change.on_demand:
        text = _("Somebody asked for an account on %(site)s, by rule %(rule)s.")
    else:
        text = _("Came into the trigger of rule %(rule)s, for an account on %(site)s.")
    yield Event(change.entered_at, "box-arrow-in-right", text % names)
    started = sorted(change.attempts_started.all(), key=lambda one: one.pk)
    for one in started:
        yield from _of_attempt(one, change)
    last = started[-1] if started else None
    ended = getattr(last, "ended", None) if last else None
    if ended is not None and change.told:
        tone = {Told.TOLD: "good", Told.FAILED: "bad"}.get(Told(change.told), "neutral")
        why = change.details.get(NOT_SENT, "") if change.told == Told.FAILED else ""
        yield Event(ended.at, "envelope", str(MAILS[change.told]), tone, why)
    if ended is not None:
        for where, text in REFUSED.items():
            if where in change.details:
                said = str(change.details[where])
                yield Event(ended.at, "x-circle", str(text), "bad", said)


def _of_attempt(one: AttemptStarted, change: Change) -> Iterator[Event]:
    text = _("Attempt %(n)d began") % {"n": one.number}
    if one.verdict:
        text = _("Attempt %(n)d began: %(what)s") % {
            "n": one.number,
            "what": STATES.get(one.verdict, one.verdict),
        }
    yield Event(one.at, "play-circle", text, note=one.intended_username)
    ended: AttemptEnded | None = getattr(one, "ended", None)
    if ended is None:
        return
    outcome = STATES.get(ended.outcome, ended.outcome)
    tone = {"done": "good", "failed": "bad", "refused": "bad", "held": "waiting"}
    reason = translated(Reason(Why(ended.why), ended.details).sentence) if ended.why else ""
    if ended.outcome == AttemptEnded.Outcome.DONE and change.activity_id:
        reason = _("written into the CRM as activity %(n)d") % {"n": change.activity_id}
    text = _("Attempt %(n)d ended: %(what)s") % {"n": one.number, "what": outcome}
    icon = "check-circle" if ended.outcome == AttemptEnded.Outcome.DONE else "x-circle"
    yield Event(ended.at, icon, text, tone.get(ended.outcome, "neutral"), reason)


def _of_errand(one: Errand) -> Iterator[Event]:
    text = str(ASKED.get(one.kind, one.kind)) % {"by": one.by}
    tone = "bad" if one.problem else "neutral"
    url = reverse("web:errand", args=[one.pk])
    yield Event(one.asked_at, "person", text, tone, translated(one.problem), url)
