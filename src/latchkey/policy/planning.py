"""What is to happen with one contact: the decisions of a rule, in their order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from latchkey.policy.matching import Match
from latchkey.policy.reasons import Reason, Why, because
from latchkey.policy.roles import is_privileged
from latchkey.policy.rules import Existing, Rule, SharedEmail
from latchkey.policy.values import Account, Contact


class Verdict(StrEnum):
    """What is to be done about one contact."""

    CREATE = "create"
    LINK = "link"
    UPDATE = "update"
    ALREADY = "already"
    HOLD = "hold"
    REFUSE = "refuse"
    DISABLE = "disable"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its reason.

    `account` is the account concerned, None where there is none yet. `roles` are the roles that it
    lacks, `fields` the values that it lacks; for Create they are all that the rule gives.
    """

    verdict: Verdict
    reason: Reason
    account: Account | None = None
    roles: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def gives(self) -> str:
        """The roles and field values in words, empty where it gives none."""
        fields = (f"{name}={value}" for name, value in sorted(self.fields.items()))
        return ", ".join((*sorted(self.roles), *fields))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person decided about a held contact; None and False leave the rule to decide.

    `account_id` is to be this contact's account, whoever has it now. `email` is used instead of
    the primary address. With `despite_sharing` the contact gets an account although others have
    the same address.
    """

    account_id: str | None = None
    email: str | None = None
    despite_sharing: bool = False


NO_WISH = Wish()


def as_wished(contact: Contact, wish: Wish) -> Contact:
    """The contact with the address that a person chose for it."""
    if wish.email is None:
        return contact
    return replace(contact, email=wish.email, on_hold=False)


def decide(  # noqa: PLR0911 - one return a decision, in the order of the design
    rule: Rule,
    contact: Contact,
    found: Match,
    privileged: frozenset[str],
    wish: Wish = NO_WISH,
) -> Decision:
    """The decision about a contact. `privileged` are the site's powerful roles, lower case."""
    if contact.doubt:
        return Decision(Verdict.HOLD, because(Why.FILE_DIFFERS, difference=contact.doubt))
    if found.linked_id is not None:
        return _about_linked(rule, contact, found, privileged)
    if refusal := ineligible(rule, contact):
        return Decision(Verdict.REFUSE, refusal)
    if wished := _wished(found, wish):
        return _about_wished(rule, contact, found, wished, privileged)
    if trouble := _about_candidates(contact, found):
        return Decision(Verdict.HOLD, trouble, account=found.candidates[0])
    if not wish.despite_sharing and (shared := _about_sharing(rule, contact, found)):
        return shared
    if found.candidates:
        return _about_existing(rule, contact, found, privileged)
    wanted = wanted_fields(rule, contact)
    return Decision(Verdict.CREATE, because(Why.NO_ACCOUNT_YET), roles=rule.roles, fields=wanted)


def ineligible(rule: Rule, contact: Contact) -> Reason | None:
    """Why the contact can have no account by this rule, None when it can."""
    email = (contact.email or "").strip()
    checks = (
        (contact.is_deleted, because(Why.TRASHED)),
        (contact.is_deceased, because(Why.DECEASED)),
        (
            contact.contact_type not in rule.contact_types,
            because(Why.WRONG_TYPE, contact_type=contact.contact_type),
        ),
        (not email, because(Why.NO_EMAIL)),
        (not valid_address(email), because(Why.BAD_EMAIL, email=email)),
        (contact.on_hold, because(Why.ON_HOLD, email=email)),
    )
    return next((reason for applies, reason in checks if applies), None)


# An address is looked at when it is planned, when accounts are looked for, and when it is its turn.
@lru_cache(maxsize=4096)
def valid_address(email: str) -> bool:
    """Whether the syntax is that of an address which sites accept; nothing is looked up."""
    try:
        validate_email(
            email.strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False
        )
    except EmailNotValidError:
        return False
    return True


def wanted_fields(rule: Rule, contact: Contact) -> dict[str, str]:
    """The fields that the rule gives; a value that comes out empty is not given."""
    rendered = {name: pattern.render(contact.values) for name, pattern in rule.fields.items()}
    return {name: value for name, value in rendered.items() if value}


def _about_linked(
    rule: Rule, contact: Contact, found: Match, privileged: frozenset[str]
) -> Decision:
    if found.linked is None:
        return Decision(Verdict.HOLD, because(Why.ACCOUNT_GONE, account_id=found.linked_id))
    return _keep_right(rule, contact, found.linked, privileged)


def _keep_right(
    rule: Rule, contact: Contact, account: Account, privileged: frozenset[str]
) -> Decision:
    if is_privileged(account, privileged):
        return _held_as_privileged(account)
    roles, fields = lacking(rule, contact, account)
    if not roles and not fields:
        return Decision(Verdict.ALREADY, because(Why.HAS_ALL, username=account.username), account)
    names = ", ".join(sorted(roles) + sorted(fields))
    reason = because(Why.LACKS, username=account.username, lacking=names)
    return Decision(Verdict.UPDATE, reason, account, roles, fields)


def lacking(
    rule: Rule, contact: Contact, account: Account
) -> tuple[frozenset[str], dict[str, str]]:
    """The roles and field values that the rule gives and the account does not have."""
    wanted = wanted_fields(rule, contact)
    fields = {
        name: value
        for name, value in wanted.items()
        if not rule.keeps(name, value, account.fields.get(name, ""))
    }
    return rule.roles - account.roles, fields


def _wished(found: Match, wish: Wish) -> Account | None:
    return next((one for one in found.candidates if one.id == wish.account_id), None)


def _about_wished(
    rule: Rule, contact: Contact, found: Match, account: Account, privileged: frozenset[str]
) -> Decision:
    if is_privileged(account, privileged):
        return _held_as_privileged(account)
    if elsewhere := _owned_elsewhere(account, found):
        return Decision(Verdict.HOLD, elsewhere, account)
    return _link(rule, contact, account, Why.LINKED_BY_PERSON)


def _owned_elsewhere(account: Account, found: Match) -> Reason | None:
    """No person's word takes it from there: the other CRM would take it back."""
    if account.id not in found.elsewhere:
        return None
    owner = found.elsewhere[account.id]
    return because(Why.OWNED_ELSEWHERE, username=account.username, owner=owner)


def _about_candidates(contact: Contact, found: Match) -> Reason | None:
    if len(found.candidates) > 1:
        by_name = sorted(found.candidates, key=lambda account: account.username)
        return because(
            Why.SEVERAL_ACCOUNTS,
            email=contact.email,
            usernames=", ".join(account.username for account in by_name),
            account_ids=", ".join(account.id for account in by_name),
        )
    for account in found.candidates:
        if account.id in found.owners:
            owner = found.owners[account.id]
            return because(Why.CROSSED, username=account.username, contact_id=owner)
        if elsewhere := _owned_elsewhere(account, found):
            return elsewhere
    return None


def _about_sharing(rule: Rule, contact: Contact, found: Match) -> Decision | None:
    if not found.sharers:
        return None
    others = ", ".join(str(contact_id) for contact_id in found.sharers)
    reason = because(Why.SHARED_EMAIL, email=contact.email, contact_ids=others)
    match rule.shared_email:
        case SharedEmail.HOLD:
            return Decision(Verdict.HOLD, reason)
        case SharedEmail.REFUSE:
            return Decision(Verdict.REFUSE, reason)
        case SharedEmail.OLDEST if contact.id < found.sharers[0]:
            return None
        case SharedEmail.OLDEST:
            oldest = because(Why.SHARED_NOT_OLDEST, contact_id=found.sharers[0])
            return Decision(Verdict.REFUSE, oldest)


def _about_existing(
    rule: Rule, contact: Contact, found: Match, privileged: frozenset[str]
) -> Decision:
    account = found.candidates[0]
    if is_privileged(account, privileged):
        return _held_as_privileged(account)
    if found.by_key:
        return _link(rule, contact, account, Why.LINKED_BY_KEY)
    match rule.existing:
        case Existing.LINK:
            return _link(rule, contact, account, Why.LINKED_BY_EMAIL)
        case Existing.HOLD:
            reason = because(Why.EXISTING_HELD, username=account.username)
            return Decision(Verdict.HOLD, reason, account)
        case Existing.REFUSE:
            reason = because(Why.EXISTING_REFUSED, username=account.username)
            return Decision(Verdict.REFUSE, reason, account)


def _link(rule: Rule, contact: Contact, account: Account, why: Why) -> Decision:
    roles, fields = lacking(rule, contact, account)
    reason = because(why, username=account.username)
    return Decision(Verdict.LINK, reason, account, roles, fields)


def _held_as_privileged(account: Account) -> Decision:
    reason = because(Why.ACCOUNT_PRIVILEGED, username=account.username)
    return Decision(Verdict.HOLD, reason, account)
