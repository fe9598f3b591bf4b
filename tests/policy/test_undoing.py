"""Which accounts of an import may be taken back."""

import pytest

from latchkey.policy.undoing import Fate, Made, weigh
from latchkey.policy.values import Account

MADE = Made("7", "zoe.novak", "zoe@example.org")
NOW = Account("7", "zoe.novak", "ZOE@example.org", frozenset({"member"}))


@pytest.mark.parametrize(
    ("now", "tells", "fate"),
    [
        (NOW, True, Fate.TAKE_BACK),
        (NOW, False, Fate.ASK),
        (None, True, Fate.KEEP),
        (Account("7", "zoe.novak", "zoe@example.org", last_login="2026-01-02"), True, Fate.KEEP),
        (Account("7", "zoe.novak", "zoe@example.org", last_login="2026-01-02"), False, Fate.KEEP),
        (Account("7", "zoe.novak", "other@example.org"), True, Fate.ASK),
        (Account("7", "z", "zoe@example.org"), True, Fate.ASK),
        (Account("7", "zoe.novak", "zoe@example.org", frozenset({"Editor"})), True, Fate.KEEP),
    ],
)
def test_fate_of_an_account_follows_from_what_happened_to_it(now, tells, fate):
    weighed = weigh(MADE, now, frozenset(), tells=tells)

    assert weighed.fate is fate
    assert weighed.reason.sentence
