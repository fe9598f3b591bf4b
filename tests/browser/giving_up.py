"""A script: somebody was tried four times, and given up. Django's rows need a process of their own.

Four attempts take 36 minutes, so the last one is written down as if it had been made.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
django.setup()

from latchkey.policy.planning import Verdict  # noqa: E402 - models need Django to be set up
from latchkey.policy.reasons import Why  # noqa: E402 - as above
from latchkey.store.clock import now  # noqa: E402 - as above
from latchkey.store.models import Change, Rule, State  # noqa: E402 - as above


def give_up(contact: int, first: str, last: str) -> None:
    """Write down that a contact of the rule `members` was given up."""
    Change.objects.create(
        rule=Rule.objects.get(name="members"),
        contact_id=contact,
        contact_name=f"{first} {last}",
        email=f"{first}.{last}@example.org".lower(),
        state=State.GIVEN_UP,
        verdict=Verdict.CREATE,
        why=Why.REJECTED,
        details={"error": "the site had no room for it"},
        attempts=4,
        is_open=False,
        entered_at=now(),
    )


if __name__ == "__main__":
    give_up(int(sys.argv[1]), *sys.argv[2:4])
