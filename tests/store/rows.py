"""Rows for the tests of the store, ordinary but for what a test names."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from latchkey.store.models import Change, Connection, Plan, Rule, Run, State


def rule(**different: Any) -> Rule:
    """A rule from a CRM of its own to a site of its own."""
    crm = Connection.objects.create(key=uuid4(), role="crm", name="main", kind="civicrm")
    site = Connection.objects.create(key=uuid4(), role="site", name="www", kind="wordpress")
    ordinary = {"name": "members", "position": 0, "crm": crm, "site": site, "definition": {}}
    return Rule.objects.create(**{**ordinary, **different})


def run(of: Rule) -> Run:
    """A run that has begun."""
    return Run.objects.create(rule=of, started_at=datetime.now(UTC))


def plan(of: Rule, state: Plan.State = Plan.State.HELD) -> Plan:
    """A plan in this state."""
    return Plan.objects.create(rule=of, run=run(of), state=state, created_at=datetime.now(UTC))


def change(of: Rule, contact_id: int, **different: Any) -> Change:
    """A creation that is due, as it is read from the database."""
    moment = datetime.now(UTC)
    ordinary = {
        "state": State.DUE,
        "verdict": "create",
        "entered_at": moment,
        "due_at": moment,
        "email": f"{contact_id}@example.org",
    }
    row = Change.objects.create(rule=of, contact_id=contact_id, **{**ordinary, **different})
    return Change.objects.select_related("plan").get(pk=row.pk)
