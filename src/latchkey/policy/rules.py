"""A rule as a value: who gets an account on which site, in which shape, and what follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from latchkey.policy.tokens import Pattern


class Existing(StrEnum):
    """What to do when exactly one account, linked to nobody, has the contact's address."""

    LINK = "link"
    HOLD = "hold"
    REFUSE = "refuse"


class SharedEmail(StrEnum):
    """What to do when other living people have the same primary address."""

    HOLD = "hold"
    OLDEST = "oldest"
    REFUSE = "refuse"


class Notify(StrEnum):
    """Whose mail tells the person about a new account."""

    OFF = "off"
    SITE = "site"
    LATCHKEY = "latchkey"
    BOTH = "both"

    @property
    def by_site(self) -> bool:
        """Whether the site sends its own mail."""
        return self in {Notify.SITE, Notify.BOTH}

    @property
    def by_latchkey(self) -> bool:
        """Whether Latchkey sends a mail."""
        return self in {Notify.LATCHKEY, Notify.BOTH}


class Afterwards(StrEnum):
    """Whether a contact leaves the trigger when the rule is finished with it."""

    REMOVE = "remove"
    KEEP = "keep"


class Language(StrEnum):
    """Which language a new account gets."""

    PREFERRED = "preferred"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Telling:
    """Latchkey's own mail; subject, text and html may hold tokens. Empty html: text only."""

    subject: str
    text: str
    html: str = ""


DEFAULT_TELLING = Telling(
    subject="Your login for {site.name}",
    text=(
        "Dear {contact.display_name},\n\n"
        "you now have a login for {site.name}.\n"
        "Your username is {account.username}.\n\n"
        "Choose your password here:\n{account.link}\n"
    ),
)


# Of a field's name, what it was given and what it holds: whether the two amount to the same.
Keeps = Callable[[str, str, str], bool]


def as_given(name: str, wanted: str, kept: str) -> bool:  # noqa: ARG001 - a Keeps
    """Of a site that changes nothing of what it is given, but for white space around it."""
    return wanted.strip() == kept.strip()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, checked. `groups` and `tags` are its triggers, by machine name or title.

    `review` None never asks for a review, else a plan with more changes than that waits for one.
    `brake` bounds the creations of one plan and of a sliding day; `per_minute` and `per_run` are
    None without a limit. `keeps` compares field values as the site does.
    """

    name: str
    crm: str
    site: str
    username: Pattern
    roles: frozenset[str]
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fields: Mapping[str, Pattern] = field(default_factory=dict)
    enabled: bool = True
    contact_types: frozenset[str] = frozenset({"Individual"})
    existing: Existing = Existing.LINK
    shared_email: SharedEmail = SharedEmail.HOLD
    language: Language = Language.PREFERRED
    notify: Notify = Notify.BOTH
    telling: Telling = DEFAULT_TELLING
    history_group: str | None = None
    history_tag: str | None = None
    reset_group: str | None = None
    reset_tag: str | None = None
    afterwards: Afterwards = Afterwards.REMOVE
    review: int | None = None
    brake: int = 500
    per_minute: int | None = None
    per_run: int | None = None
    give_up_after: timedelta = timedelta(days=30)
    keeps: Keeps = as_given

    @property
    def token_fields(self) -> frozenset[str]:
        """The contact fields that have to be read to shape an account of this rule."""
        return self.username.fields.union(*(pattern.fields for pattern in self.fields.values()))
