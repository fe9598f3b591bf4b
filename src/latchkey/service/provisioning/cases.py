"""One contact on its way through a slice."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from latchkey.policy.planning import Decision
from latchkey.policy.values import Account, Contact
from latchkey.store.attempts import Outcome
from latchkey.store.models import Change, State


@dataclass(slots=True)
class Case:
    """A claimed change with what is known of its contact just now.

    `decision` and `account` are None until they are found. `was_due` says that a try was to be made
    when the change was claimed; otherwise only what is owed is written. `owed_before` says that an
    activity was owed then, so that an earlier answer may have been lost, `was_creating` that an
    earlier try may have made the account. `outcome` is None as long
    as the case goes on. `clashes` are usernames that the site refused; `lost` counts the answers
    lost in this try.
    """

    change: Change
    was_due: bool
    owed_before: bool
    was_creating: bool = False
    outcome: Outcome | None = None
    contact: Contact | None = None
    decision: Decision | None = None
    account: Account | None = None
    clashes: set[str] = field(default_factory=set)
    lost: int = 0

    @property
    def is_due(self) -> bool:
        """Whether the case is still to be tried."""
        return self.was_due and self.outcome is None

    @property
    def state(self) -> State:
        """How far the change has come."""
        return State(self.change.state)

    @property
    def known_contact(self) -> Contact:
        """The contact, for steps that come after it was read."""
        if self.contact is None:
            raise LookupError(f"contact {self.change.contact_id} has not been read")
        return self.contact

    @property
    def known_account(self) -> Account:
        """The account, for steps that come after it was found or made."""
        if self.account is None:
            raise LookupError(f"change {self.change.pk} has no account yet")
        return self.account


def at(cases: Iterable[Case], *states: State) -> list[Case]:
    """The cases that are to be tried now and have come this far and no further."""
    return [case for case in cases if case.is_due and case.state in states]
