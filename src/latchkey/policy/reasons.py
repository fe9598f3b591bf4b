"""Why something was decided: a code that stays, and a sentence for a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# What NO_ACCOUNT_YET says once there is one.
HAD_NONE = "had no account"


class Why(StrEnum):
    """Every reason Latchkey gives. The code is stored; the sentence may be reworded."""

    NO_ACCOUNT_YET = "no_account_yet"
    ADDRESS_IN_USE = "address_in_use"
    LINKED_BY_EMAIL = "linked_by_email"
    LINKED_BY_KEY = "linked_by_key"
    LINKED_BY_PERSON = "linked_by_person"
    LACKS = "lacks"
    HAS_ALL = "has_all"
    NO_EMAIL = "no_email"
    BAD_EMAIL = "bad_email"
    ON_HOLD = "on_hold"
    TRASHED = "trashed"
    DECEASED = "deceased"
    WRONG_TYPE = "wrong_type"
    GONE_FROM_CRM = "gone_from_crm"
    ACCOUNT_PRIVILEGED = "account_privileged"
    ACCOUNT_GONE = "account_gone"
    SEVERAL_ACCOUNTS = "several_accounts"
    CROSSED = "crossed"
    OWNED_ELSEWHERE = "owned_elsewhere"
    SHARED_EMAIL = "shared_email"
    SHARED_NOT_OLDEST = "shared_not_oldest"
    EXISTING_HELD = "existing_held"
    EXISTING_REFUSED = "existing_refused"
    CAME_BACK_POWERFUL = "came_back_powerful"
    STILL_POWERFUL = "still_powerful"
    ROLES_DIFFER = "roles_differ"
    REJECTED = "rejected"
    NOT_LINKED = "not_linked"
    CHANGED_SINCE_PLAN = "changed_since_plan"
    LEFT_TRIGGER = "left_trigger"
    PLAN_REJECTED = "plan_rejected"
    IGNORED = "ignored"
    RESET_ASKED = "reset_asked"
    NO_ACCOUNT = "no_account"
    FILE_DIFFERS = "file_differs"
    NO_CONTACT_ID = "no_contact_id"
    CONTACT_TWICE = "contact_twice"
    IMPORT_CANCELLED = "import_cancelled"
    UNUSED = "unused"
    USED_SINCE = "used_since"
    USE_UNKNOWN = "use_unknown"
    ACCOUNT_CHANGED = "account_changed"
    UNDONE = "undone"


SENTENCES: Mapping[Why, str] = {
    Why.NO_ACCOUNT_YET: "has no account yet",
    Why.ADDRESS_IN_USE: (
        "waits, because rule {rule} has begun an account with the same address for contact "
        "{contact_id}"
    ),
    Why.LINKED_BY_EMAIL: "account {username} has the same e-mail address and belongs to nobody yet",
    Why.LINKED_BY_KEY: "account {username} was made for this contact",
    Why.LINKED_BY_PERSON: "account {username} was given to this contact by a person",
    Why.LACKS: "account {username} lacks {lacking}",
    Why.HAS_ALL: "account {username} has everything that the rule gives",
    Why.NO_EMAIL: "has no primary e-mail address",
    Why.BAD_EMAIL: "the primary e-mail address {email} is not a valid address",
    Why.ON_HOLD: "the primary e-mail address {email} is on hold, because mail to it bounced",
    Why.TRASHED: "is in the trash of the CRM",
    Why.DECEASED: "is deceased",
    Why.WRONG_TYPE: "is of contact type {contact_type}, which the rule is not for",
    Why.GONE_FROM_CRM: "no longer exists in the CRM",
    Why.ACCOUNT_PRIVILEGED: "account {username} is privileged; Latchkey does not touch it",
    Why.ACCOUNT_GONE: "the linked account {account_id} no longer exists on the site",
    Why.SEVERAL_ACCOUNTS: "several accounts have the address {email}: {usernames}",
    Why.CROSSED: "account {username} has this address and belongs to contact {contact_id}",
    Why.OWNED_ELSEWHERE: "account {username} has this address and belongs to {owner}",
    Why.SHARED_EMAIL: "shares the primary address {email} with someone else: contact {contact_ids}",
    Why.SHARED_NOT_OLDEST: "contact {contact_id} has the same primary address and is older",
    Why.EXISTING_HELD: "account {username} has this address; the rule asks before it is linked",
    Why.EXISTING_REFUSED: "account {username} has this address; the rule does not link accounts",
    Why.CAME_BACK_POWERFUL: "account {username} came back with more power than asked: {powers}",
    Why.STILL_POWERFUL: (
        "account {username} came back with more power than asked, {powers}, and still has it: "
        "{error}"
    ),
    Why.ROLES_DIFFER: "account {username} came back without the roles {lacking}",
    Why.REJECTED: "{error}",
    Why.NOT_LINKED: "account {username} could not be linked to the contact: {error}",
    Why.CHANGED_SINCE_PLAN: "changed after the plan was shown: {difference}",
    Why.LEFT_TRIGGER: "is no longer in the trigger",
    Why.PLAN_REJECTED: "{by} rejected the plan",
    Why.IGNORED: "{by} decided to leave it as it is",
    Why.RESET_ASKED: "account {username} was sent the mail to set a new password",
    Why.NO_ACCOUNT: "has no account on the site",
    Why.FILE_DIFFERS: "is not as the file says: {difference}",
    Why.NO_CONTACT_ID: "the row holds no contact ID, which is a whole number",
    Why.CONTACT_TWICE: "row {number} of the file has the same contact ID",
    Why.IMPORT_CANCELLED: "{by} cancelled the import",
    Why.UNUSED: "account {username} was made by this import and has not been used",
    Why.USED_SINCE: "account {username} has been used since, last on {when}",
    Why.USE_UNKNOWN: "the site does not tell whether account {username} has been used",
    Why.ACCOUNT_CHANGED: "account {username} was changed since: {difference}",
    Why.UNDONE: "account {username} was taken back with the import",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with what its sentence names. Equal reasons mean that nothing new is known."""

    why: Why
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """In English, without the person as subject: "has no primary e-mail address"."""
        return SENTENCES[self.why].format(**self.details)


def because(why: Why, **details: object) -> Reason:
    """A reason whose details are shown as text."""
    return Reason(why, {name: str(value) for name, value in details.items()})
