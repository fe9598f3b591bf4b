"""`latchkey preview`, `run` and `provision` on a practice world."""

import json

from cli.conftest import Call
from latchkey.policy.planning import Verdict
from latchkey.store import plans
from latchkey.store.clock import now
from latchkey.store.models import Change, State
from service.conftest import Workplace

OUTCOMES = ("created", "linked", "updated", "already", "held", "refused", "failed", "waiting")


def test_preview_writes_nothing(call: Call, workplace: Workplace) -> None:
    workplace.rule()
    before = workplace.world.users()

    result = call("preview", "members", "--json", on=workplace.installation)

    assert result.exit_code == 0
    assert {one["verdict"] for one in json.loads(result.stdout)} >= {"create", "hold", "refuse"}
    assert workplace.world.users() == before


def test_run_prints_json_alone_on_stdout_and_says_that_some_are_left(
    call: Call, workplace: Workplace
) -> None:
    workplace.rule()

    result = call("run", "members", "--json", on=workplace.installation)

    summary = json.loads(result.stdout)
    assert result.exit_code == 1
    assert summary["seen"] == sum(summary[one] for one in OUTCOMES)
    assert summary["created"] > 0


def test_run_names_whoever_has_no_account_with_the_reason(call: Call, workplace: Workplace) -> None:
    workplace.rule()

    result = call("run", "members", on=workplace.installation)

    assert "is deceased" in result.stdout
    assert "had no account" not in result.stdout
    assert result.stdout.splitlines()[-1].startswith("members: ")


def test_run_asks_on_a_terminal_and_yes_skips_the_question(
    call: Call, workplace: Workplace
) -> None:
    workplace.rule()
    terminal = {"in_is_terminal": True, "out_is_terminal": True}

    asked = call("run", "members", on=workplace.installation, **terminal)
    answered = call("run", "members", "--yes", on=workplace.installation, **terminal)

    assert "Carry out members" in asked.output
    assert asked.exit_code == 1
    assert "created" in answered.output


def test_yes_skips_no_brake(call: Call, workplace: Workplace) -> None:
    workplace.rule(brake=1)

    result = call("run", "members", "--yes", "--json", on=workplace.installation)

    assert result.exit_code == 1
    assert json.loads(result.stdout)["created"] == 0


def test_run_says_what_a_brake_holds_and_how_it_goes_on(call: Call, workplace: Workplace) -> None:
    workplace.rule(brake=1)

    result = call("run", "members", on=workplace.installation)

    [plan] = plans.held()
    assert "more than the brake of 1. " in result.stderr
    assert f"`latchkey release {plan.pk}` lets it go on." in result.stderr


def test_provision_shows_each_step_of_one_contact(call: Call, workplace: Workplace) -> None:
    workplace.rule()
    ordinary = max(workplace.world.members("Active Members"))

    result = call("provision", "members", str(ordinary), on=workplace.installation)

    assert result.exit_code == 0
    assert "deciding" in result.stderr
    assert f"contact {ordinary}" in result.stdout
    assert ": done, account " in result.stdout


def test_provision_of_somebody_held_says_why_and_what_to_do(
    call: Call, workplace: Workplace
) -> None:
    rule = workplace.rule()
    workplace.run(rule)
    held = Change.objects.filter(state=State.HELD)[0]

    result = call("provision", "members", str(held.contact_id), on=workplace.installation)

    assert result.exit_code == 1
    assert held.reason is not None
    assert held.reason.sentence in result.stdout
    assert "`latchkey holds`" in result.stderr


def test_contact_that_is_not_there_is_status_2(call: Call, workplace: Workplace) -> None:
    workplace.rule()

    result = call("preview", "members", "--contact", "999999", on=workplace.installation)

    assert result.exit_code == 2
    assert "no contact 999999" in result.stderr


def test_rule_that_is_not_there_is_status_2_with_the_nearest(
    call: Call, workplace: Workplace
) -> None:
    workplace.rule()

    result = call("run", "member", on=workplace.installation)

    assert result.exit_code == 2
    assert "did you mean members?" in result.stderr


def test_connection_that_is_down_is_status_3(call: Call, workplace: Workplace) -> None:
    workplace.rule()
    workplace.practice.stop()

    result = call("run", "members", on=workplace.installation)

    assert result.exit_code == 3
    assert "Traceback" not in result.output


def test_retry_begins_anew_for_whoever_was_given_up(call: Call, workplace: Workplace) -> None:
    rule = workplace.rule()
    Change.objects.create(
        rule=rule,
        contact_id=7,
        state=State.GIVEN_UP,
        verdict=Verdict.CREATE,
        is_open=False,
        entered_at=now(),
    )

    result = call("retry", "members", on=workplace.installation)

    assert "1 contact will be tried again" in result.stdout
    assert Change.objects.filter(contact_id=7, is_open=True, episode=2).exists()
