"""`latchkey accounts`, `holds` and `failures`."""

import csv
import io
import json
from pathlib import Path

import pytest

from cli.conftest import Call
from latchkey.policy.reasons import Why
from latchkey.store.clock import now
from latchkey.store.models import Account, Change, Connection, Plan, Rule, Run, State
from service.configuration.files import WHOLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(call: Call, tmp_path: Path) -> Rule:
    """A stored rule that has not run yet."""
    file = tmp_path / "latchkey.toml"
    file.write_text(WHOLE)
    call("config", "load", str(file))
    return Rule.objects.select_related("crm", "site").get()


def account(rule: Rule, number: int, **different: object) -> Account:
    ordinary = {
        "site": rule.site,
        "crm": rule.crm,
        "account_id": str(number),
        "username": f"user{number}",
        "email": f"user{number}@example.org",
        "contact_id": number,
        "roles": ["subscriber"],
        "recorded_at": now(),
    }
    return Account(**{**ordinary, **different})


def change(rule: Rule, contact_id: int, state: State, **different: object) -> Change:
    return Change.objects.create(
        rule=rule, contact_id=contact_id, state=state, entered_at=now(), **different
    )


def test_accounts_as_json_have_exactly_the_promised_fields(call: Call, rule: Rule) -> None:
    account(rule, 7).save()

    result = call("accounts", "--json")

    assert json.loads(result.stdout) == [
        {
            "site": "www",
            "account_id": "7",
            "username": "user7",
            "email": "user7@example.org",
            "contact_id": 7,
            "crm": "main",
            "state": "active",
            "roles": ["subscriber"],
        }
    ]


def test_no_accounts_are_an_empty_array(call: Call) -> None:
    assert json.loads(call("accounts", "--json").stdout) == []


def test_more_accounts_than_a_page_are_all_listed(call: Call, rule: Rule) -> None:
    Account.objects.bulk_create(account(rule, number) for number in range(1, 4502))

    result = call("accounts")

    assert len(result.stdout.splitlines()) == 4501


def test_account_named_as_a_formula_is_harmless_in_csv(call: Call, rule: Rule) -> None:
    account(rule, 7, username="=HYPERLINK(1)").save()

    rows = list(csv.DictReader(io.StringIO(call("accounts", "--csv").stdout)))

    assert rows[0]["username"] == "'=HYPERLINK(1)"


def test_holds_say_why_each_contact_waits(call: Call, rule: Rule) -> None:
    change(rule, 7, State.HELD, why=Why.DECEASED, contact_name="Anna")
    change(rule, 8, State.DONE, why=Why.HAS_ALL)

    result = call("holds")

    assert result.stdout == "members\t7\tAnna\t\t\tis deceased\n"


def test_contacts_of_a_held_plan_are_holds(call: Call, rule: Rule) -> None:
    run = Run.objects.create(rule=rule, started_at=now())
    brake = {"kind": "plan", "limit": 1, "asked": 2}
    plan = Plan.objects.create(
        rule=rule, run=run, state=Plan.State.HELD, created_at=now(), brake=brake
    )
    change(rule, 7, State.DUE, plan=plan, why=Why.NO_ACCOUNT_YET)

    (held,) = json.loads(call("holds", "--json").stdout)

    assert held["plan"] == plan.pk
    assert "brake of 1" in held["reason"]


def test_failures_are_those_of_the_last_episode(call: Call, rule: Rule) -> None:
    change(rule, 7, State.GIVEN_UP, is_open=False, why=Why.REJECTED, details={"error": "no"})
    change(rule, 8, State.GIVEN_UP, is_open=False, why=Why.REJECTED, details={"error": "no"})
    change(rule, 8, State.DONE, episode=2, why=Why.HAS_ALL)
    change(rule, 9, State.DUE, attempts=1, due_at=now(), why=Why.REJECTED, details={"error": "no"})
    change(rule, 10, State.REFUSED, why=Why.NO_EMAIL)
    change(rule, 11, State.DUE, due_at=now())
    # As a try to make an account leaves it: the address and the username stay reserved.
    failed = {"why": Why.REJECTED, "details": {"error": "no"}}
    change(rule, 12, State.CREATING, attempts=1, due_at=now(), **failed)
    change(rule, 13, State.CREATING, due_at=now())

    found = json.loads(call("failures", "--json").stdout)

    assert [(one["contact_id"], one["state"]) for one in found] == [
        (7, "given_up"),
        (9, "due"),
        (10, "refused"),
        (12, "due"),
    ]


def test_json_and_csv_together_are_a_wrong_call(call: Call) -> None:
    assert call("accounts", "--json", "--csv").exit_code == 2


def test_table_is_for_terminals(call: Call, rule: Rule) -> None:
    account(rule, 7).save()

    piped, drawn = call("accounts"), call("accounts", out_is_terminal=True)

    assert "account id" not in piped.stdout
    assert "account id" in drawn.stdout
    assert Connection.objects.count() == 2
