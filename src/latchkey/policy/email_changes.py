"""Whether the address of an account, or of its contact, follows the other."""

from dataclasses import dataclass
from enum import StrEnum

from latchkey.policy.planning import valid_address
from latchkey.policy.roles import is_privileged
from latchkey.policy.values import Account, Contact, same_address


class EmailChanges(StrEnum):
    """Which way changed addresses are carried."""

    OFF = "off"
    CRM_TO_SITE = "crm to site"
    SITE_TO_CRM = "site to crm"


class Course(StrEnum):
    """What is done about an account and its contact."""

    NOTHING = "nothing"
    CARRY = "carry"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class EmailChange:
    """What was found. `before` is the address to be replaced by `after`."""

    account: Account
    contact_id: int
    course: Course
    before: str = ""
    after: str = ""
    sentence: str = ""


def follow(
    account: Account, contact: Contact, way: EmailChanges, privileged: frozenset[str]
) -> EmailChange:
    """What is to be done, before anybody else who has the new address is looked for."""
    nothing = EmailChange(account, contact.id, Course.NOTHING)
    if way is EmailChanges.OFF or contact.is_deleted or contact.is_deceased:
        return nothing
    of_contact, of_account = contact.email or "", account.email
    if same_address(of_contact) == same_address(of_account):
        return nothing
    to_site = way is EmailChanges.CRM_TO_SITE
    before, after = (of_account, of_contact) if to_site else (of_contact, of_account)
    if not after or not valid_address(after) or (to_site and contact.on_hold):
        return nothing
    if is_privileged(account, privileged):
        sentence = f"account {account.username} has power: change its address by hand"
        return EmailChange(account, contact.id, Course.HOLD, before, after, sentence)
    sentence = f"{before or 'no address'} becomes {after}"
    return EmailChange(account, contact.id, Course.CARRY, before, after, sentence)
