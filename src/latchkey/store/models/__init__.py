"""The rows: one module a noun; everybody imports them from here."""

from latchkey.store.models.accounts import Account
from latchkey.store.models.connections import Connection
from latchkey.store.models.errands import Errand, ErrandRow
from latchkey.store.models.imports import ColumnMemory, Import, ImportRow
from latchkey.store.models.people import Alert, SettingChange, User
from latchkey.store.models.rules import Cursor, Pause, Rule
from latchkey.store.models.states import MID_FLIGHT, UNDER_WAY, State, Task, Told
from latchkey.store.models.visits import Visit
from latchkey.store.models.work import (
    REVISED,
    SEEN_IN_PLAN,
    AddressInUse,
    AttemptEnded,
    AttemptStarted,
    Change,
    Plan,
    Run,
)

__all__ = [
    "MID_FLIGHT",
    "REVISED",
    "SEEN_IN_PLAN",
    "UNDER_WAY",
    "Account",
    "AddressInUse",
    "Alert",
    "AttemptEnded",
    "AttemptStarted",
    "Change",
    "ColumnMemory",
    "Connection",
    "Cursor",
    "Errand",
    "ErrandRow",
    "Import",
    "ImportRow",
    "Pause",
    "Plan",
    "Rule",
    "Run",
    "SettingChange",
    "State",
    "Task",
    "Told",
    "User",
    "Visit",
]
