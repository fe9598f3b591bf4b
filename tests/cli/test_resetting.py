"""`latchkey reset-passwords` on a practice world."""

import json

import pytest

from cli.conftest import Call
from service.conftest import Workplace

INTO_GROUP = """INSERT INTO civicrm_group_contact (group_id, contact_id, status)
SELECT id, ?, 'Added' FROM civicrm_group WHERE title = 'Website users'"""


@pytest.fixture
def member(call: Call, workplace: Workplace) -> int:
    """A contact with an account, in the group that asks for a reset."""
    workplace.rule(reset_group="Website users", history_group=None, notify="off")
    call("run", "members", "--json", on=workplace.installation)
    contact_id = max(note.contact_id for note in workplace.world.notes("Completed"))
    workplace.world.rows(INTO_GROUP, contact_id)
    return contact_id


def email_of(workplace: Workplace, contact_id: int) -> str:
    return workplace.world.users()[workplace.world.links()[contact_id]].email


def test_everybody_in_the_reset_group_is_mailed_and_leaves_it(
    call: Call, workplace: Workplace, member: int
) -> None:
    result = call("reset-passwords", "members", "--json", on=workplace.installation)

    summary = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (summary["seen"], summary["sent"]) == (1, 1)
    assert len(workplace.world.mails_to(email_of(workplace, member))) == 1
    assert workplace.world.members("Website users") == set()


def test_asked_again_nobody_is_mailed_twice(call: Call, workplace: Workplace, member: int) -> None:
    call("reset-passwords", "members", on=workplace.installation)

    again = call("reset-passwords", "members", on=workplace.installation)

    assert again.stdout.splitlines()[-1].startswith("members: 0 seen")
    assert len(workplace.world.mails_to(email_of(workplace, member))) == 1


def test_contact_without_an_account_is_refused_with_the_reason(
    call: Call, workplace: Workplace
) -> None:
    workplace.rule(reset_group="Website users", history_group=None)
    workplace.world.rows(INTO_GROUP, 40)

    result = call("reset-passwords", "members", on=workplace.installation)

    assert "refused\t40\t" in result.stdout
    assert "has no account on the site" in result.stdout
    assert "1 seen" in result.stdout


def test_reset_makes_no_account(call: Call, workplace: Workplace, member: int) -> None:
    workplace.world.rows(
        "UPDATE civicrm_group_contact SET status = 'Added' WHERE contact_id <> ?", member
    )
    before = workplace.world.users()

    call("reset-passwords", "members", on=workplace.installation)

    assert workplace.world.users() == before


def test_rule_without_reset_trigger_is_status_2(call: Call, workplace: Workplace) -> None:
    workplace.rule()

    result = call("reset-passwords", "members", on=workplace.installation)

    assert result.exit_code == 2
    assert "neither a reset_group nor a reset_tag" in result.stderr
