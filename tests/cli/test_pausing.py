"""`latchkey pause` and `resume` on a practice world."""

import pytest

from cli.conftest import Call
from latchkey.store.models import Pause, Rule, SettingChange
from service.conftest import Workplace

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        (None, "latchkey resume"),
        ("www", "latchkey resume site.www"),
        ("site.www", "latchkey resume site.www"),
        ("crm.main", "latchkey resume crm.main"),
        ("members", "latchkey resume rule.members"),
        ("rule.members", "latchkey resume rule.members"),
    ],
)
def test_what_is_paused_writes_nothing_until_it_is_resumed(
    call: Call, workplace: Workplace, name: str | None, remedy: str
) -> None:
    workplace.rule()
    named = [name] if name else []

    paused = call("pause", *named, on=workplace.installation, by="anna")
    stopped = call("run", "members", on=workplace.installation)
    before = workplace.world.notes()
    resumed = call("resume", *named, on=workplace.installation, by="anna")
    call("run", "members", on=workplace.installation)

    assert paused.stdout == f"Paused: {name or 'everything'}.\n"
    assert stopped.exit_code == 1
    assert f"was paused by anna. `{remedy}` lets it go on." in stopped.stderr
    assert before == []
    assert resumed.stdout == f"Going on: {name or 'everything'}.\n"
    assert workplace.world.notes("Completed")


@pytest.mark.parametrize("command", [["run"], ["provision", "41"], ["reset-passwords"]])
@pytest.mark.parametrize(
    ("stands", "says"),
    [
        ({"enabled": False}, "The rule members is off. Write enabled = true into it, and load it."),
        (
            {"stopped_reason": "Its group is gone."},
            "is stopped: Its group is gone. Then `latchkey resume rule.members` lets it go on.",
        ),
    ],
    ids=["off", "stopped"],
)
def test_rule_that_is_off_or_stopped_does_nothing_and_says_so(
    call: Call, workplace: Workplace, command: list[str], stands: dict[str, object], says: str
) -> None:
    workplace.rule()
    Rule.objects.update(**stands)

    result = call(command[0], "members", *command[1:], on=workplace.installation)

    assert result.exit_code == 1
    assert says in " ".join(result.stderr.split())
    assert workplace.world.notes() == []


def test_pauses_are_noted_with_the_person(call: Call, workplace: Workplace) -> None:
    workplace.rule()

    call("pause", "members", on=workplace.installation, by="anna")
    call("resume", "members", on=workplace.installation, by="bo")

    assert [one.by for one in SettingChange.objects.order_by("pk")] == ["anna", "bo"]


def test_resuming_what_was_not_paused_says_so(call: Call, workplace: Workplace) -> None:
    result = call("resume", on=workplace.installation)

    assert result.exit_code == 0
    assert result.stdout == "Was not paused: everything.\n"


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_name_of_nothing_is_status_2_and_lists_what_there_is(
    call: Call, workplace: Workplace, command: str
) -> None:
    workplace.rule()

    result = call(command, "nonsense", on=workplace.installation)

    assert result.exit_code == 2
    assert "rule.members, crm.main, site.www" in result.stderr


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_name_that_several_have_stops_none_of_them(
    call: Call, workplace: Workplace, command: str
) -> None:
    workplace.rule("www")

    result = call(command, "www", on=workplace.installation)

    assert result.exit_code == 2
    assert "Write which is meant: rule.www, site.www." in result.stderr
    assert not Pause.objects.exists()
