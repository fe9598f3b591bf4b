"""What people may decide about a held contact: only what the systems can carry out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from latchkey.policy.planning import valid_address
from latchkey.policy.reasons import Why
from latchkey.service.installation import Installation
from latchkey.service.provisioning import noting
from latchkey.store import crossings, episodes, settings_log
from latchkey.store.models import Change, Rule, State, Task


class Choice(StrEnum):
    """One thing to decide."""

    LINK = "link"
    GIVE = "give"
    CREATE = "create"
    OTHER_ADDRESS = "other_address"
    GO_ON = "go_on"
    IGNORE = "ignore"


CHOICES: dict[Why, tuple[Choice, ...]] = {
    Why.EXISTING_HELD: (Choice.LINK, Choice.OTHER_ADDRESS, Choice.IGNORE),
    Why.SEVERAL_ACCOUNTS: (Choice.LINK, Choice.OTHER_ADDRESS, Choice.IGNORE),
    Why.CROSSED: (Choice.GIVE, Choice.OTHER_ADDRESS, Choice.IGNORE),
    Why.OWNED_ELSEWHERE: (Choice.OTHER_ADDRESS, Choice.IGNORE),
    Why.SHARED_EMAIL: (Choice.CREATE, Choice.OTHER_ADDRESS, Choice.IGNORE),
    Why.CHANGED_SINCE_PLAN: (Choice.GO_ON, Choice.IGNORE),
    Why.ACCOUNT_PRIVILEGED: (Choice.IGNORE,),
    Why.ACCOUNT_GONE: (Choice.IGNORE,),
    Why.CAME_BACK_POWERFUL: (Choice.IGNORE,),
    Why.STILL_POWERFUL: (Choice.IGNORE,),
}


TOO_LATE = "This contact does not wait for that decision any more."


class DecisionError(Exception):
    """This cannot be decided so; the text says why."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may be chosen. `value` goes with it: an account id or an address, or empty."""

    choice: Choice
    value: str
    says: str


def waits(change: Change) -> bool:
    """Whether the change waits for a person who decides about it by itself.

    What an import only showed is decided with the whole of it, what an undo asks by its ticks.
    """
    only_shown = change.rule.kind == Rule.Kind.IMPORT and not change.rule.enabled
    return change.state == State.HELD and change.task != Task.UNDO and not only_shown


def options(change: Change) -> list[Option]:
    """What may be decided about a held change, without its other addresses."""
    if not waits(change) or change.reason is None:
        return []
    return [
        option
        for choice in CHOICES.get(change.reason.why, (Choice.IGNORE,))
        for option in _options(choice, change)
    ]


def other_addresses(installation: Installation, change: Change) -> list[Option]:
    """The contact's other addresses as options; asks the CRM. RemoteError when that fails."""
    crm = installation.connect.crm(change.rule.crm)
    return [
        Option(Choice.OTHER_ADDRESS, email, f"Make the account with the address {email}.")
        for email in crm.addresses(change.contact_id)
        if email.casefold() != change.email.casefold()
    ]


def decide(installation: Installation, change: Change, choice: Choice, value: str, by: str) -> None:
    """Write a person's decision down; the next run or worker carries it out.

    DecisionError when the change does not wait for this decision.
    """
    allowed = CHOICES.get(change.reason.why, (Choice.IGNORE,)) if change.reason else ()
    if not waits(change) or choice not in allowed:
        raise DecisionError(TOO_LATE)
    if choice is Choice.IGNORE:
        owed = noting.ignored(change, by, installation.now())
        taken = episodes.ignore(change, by, owed)
    else:
        taken = episodes.wish(change, _wished(change, choice, value))
    if not taken:
        raise DecisionError(TOO_LATE)
    what = f"hold of contact {change.contact_id} by {change.rule.name}"
    settings_log.write(by, what, str(change.why), f"{choice} {value}".strip())


def _wished(change: Change, choice: Choice, value: str) -> dict[str, Any]:
    """What is wished of the change from now on. DecisionError when that cannot be.

    What was decided before about the same address still holds.
    """
    before = dict(change.wished or {})
    match choice:
        case Choice.LINK | Choice.GIVE:
            if value not in _accounts(change):
                raise DecisionError("That account is not one of those in question.")
            return {**before, "account_id": value}
        case Choice.OTHER_ADDRESS:
            return {"email": _usable(change, value.strip())}
        case Choice.CREATE:
            return {**before, "despite_sharing": True}
        case Choice.GO_ON | Choice.IGNORE:
            return before


def _usable(change: Change, email: str) -> str:
    """The address, as far as can be told here: the plan looks at the CRM and the site besides."""
    if not valid_address(email):
        raise DecisionError(f"{email!r} is not an e-mail address. Choose one of the contact's own.")
    other = crossings.user_of_address(change, email)
    if other is not None:
        raise DecisionError(
            f"Contact {other} uses the address {email} on {change.rule.site.name}. Choose another "
            "of this contact's addresses, or give this one to the contact that it belongs to."
        )
    return email


def _options(choice: Choice, change: Change) -> list[Option]:
    match choice:
        case Choice.LINK | Choice.GIVE:
            says = "Give this contact the account {}."
            if choice is Choice.GIVE:
                says = "Take the account {} from the other contact and give it to this one."
            return [
                Option(choice, account_id, says.format(username))
                for account_id, username in _accounts(change).items()
            ]
        case Choice.CREATE:
            return [Option(choice, "", "Make an account for this contact, not for the others.")]
        case Choice.GO_ON:
            return [Option(choice, "", "Carry it out as it is now.")]
        case Choice.IGNORE:
            return [Option(choice, "", "Leave it as it is and take the contact out.")]
        case Choice.OTHER_ADDRESS:
            return []


def _accounts(change: Change) -> dict[str, str]:
    """The usernames of the accounts in question, by id."""
    if change.why == Why.SEVERAL_ACCOUNTS:
        ids = change.details.get("account_ids", "").split(", ")
        names = change.details.get("usernames", "").split(", ")
        return dict(zip(ids, names, strict=True))
    return {change.account_id: change.details.get("username", "")} if change.account_id else {}
