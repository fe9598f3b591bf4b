"""`latchkey plans`, `release` and `reject` on a practice world."""

import json
from typing import Any

import pytest

from cli.conftest import Call
from latchkey.store.models import Plan, SettingChange
from service.conftest import Workplace

TERMINAL = {"in_is_terminal": True, "out_is_terminal": True}


@pytest.fixture
def held(call: Call, workplace: Workplace) -> Plan:
    """A plan that the brake holds."""
    workplace.rule(brake=5)
    call("run", "members", "--json", on=workplace.installation)
    return Plan.objects.get(state=Plan.State.HELD)


def contacts_of(call: Call, workplace: Workplace, plan: Plan) -> list[dict[str, Any]]:
    shown = call("plans", str(plan.pk), "--json", on=workplace.installation)
    return json.loads(shown.stdout)


def served(workplace: Workplace) -> set[int]:
    return {note.contact_id for note in workplace.world.notes("Completed")}


def test_plans_say_what_holds_each_and_how_many_contacts(
    call: Call, workplace: Workplace, held: Plan
) -> None:
    [shown] = json.loads(call("plans", "--json", on=workplace.installation).stdout)

    assert shown["plan"] == held.pk
    assert "brake of 5" in shown["reason"]
    assert shown["create"] > 5


def test_plan_lists_its_contacts_with_reasons(call: Call, workplace: Workplace, held: Plan) -> None:
    [overview] = json.loads(call("plans", "--json", on=workplace.installation).stdout)

    rows = contacts_of(call, workplace, held)

    creating = [row for row in rows if row["verdict"] == "create"]
    assert len(creating) == overview["create"]
    assert {row["reason"] for row in creating} == {"has no account yet"}
    assert all(row["username"] and row["name"] for row in creating)


def test_released_plan_is_carried_out_by_the_next_run(
    call: Call, workplace: Workplace, held: Plan
) -> None:
    rows = contacts_of(call, workplace, held)

    said = call("release", str(held.pk), on=workplace.installation, by="anna")
    call("run", "members", "--json", on=workplace.installation)

    assert f"{len(rows)} changes released" in said.stdout
    assert served(workplace) == {row["contact_id"] for row in rows}
    assert SettingChange.objects.get().by == "anna"


def test_release_says_who_was_decided_anew_since_the_plan_was_made(
    call: Call, workplace: Workplace, held: Plan
) -> None:
    Plan.objects.update(revision=1)
    change = held.changes.filter(state="due")[0]
    held.changes.filter(pk=change.pk).update(details={**change.details, "revised": 1})

    said = call("release", str(held.pk), on=workplace.installation)

    assert "1 contact of it decided anew since the plan was made." in said.stderr
    assert "changes released" in said.stdout


def test_part_of_a_plan_can_be_released(call: Call, workplace: Workplace, held: Plan) -> None:
    some = [str(row["contact_id"]) for row in contacts_of(call, workplace, held)[:2]]

    said = call(
        "release", str(held.pk), "--only", some[0], "--only", some[1], on=workplace.installation
    )
    call("run", "members", "--json", on=workplace.installation)

    assert "2 changes released" in said.stdout
    assert served(workplace) == {int(contact_id) for contact_id in some}


def test_contact_that_is_not_in_the_plan_releases_nothing(
    call: Call, workplace: Workplace, held: Plan
) -> None:
    result = call("release", str(held.pk), "--only", "999999", on=workplace.installation)

    held.refresh_from_db()
    assert result.exit_code == 2
    assert "contact 999999" in result.stderr
    assert held.state == Plan.State.HELD


def test_rejected_plan_is_never_carried_out(call: Call, workplace: Workplace, held: Plan) -> None:
    said = call("reject", str(held.pk), on=workplace.installation, by="anna")
    call("run", "members", "--json", on=workplace.installation)

    assert "rejected" in said.stdout
    assert served(workplace) == set()
    assert call("plans", on=workplace.installation).stderr == "No plan waits.\n"


@pytest.mark.parametrize("command", ["plans", "release", "reject"])
def test_plan_that_is_not_there_is_status_2(call: Call, workplace: Workplace, command: str) -> None:
    result = call(command, "4711", on=workplace.installation)

    assert result.exit_code == 2
    assert result.stderr == "There is no plan 4711. `latchkey plans` lists those that wait.\n"


def test_decision_is_asked_for_on_a_terminal_and_yes_skips_the_question(
    call: Call, workplace: Workplace, held: Plan
) -> None:
    asked = call("release", str(held.pk), on=workplace.installation, **TERMINAL)
    answered = call("release", str(held.pk), "--yes", on=workplace.installation, **TERMINAL)

    assert f"Release plan {held.pk} of members" in asked.output
    assert asked.exit_code == 1
    assert "changes released" in answered.output
