"""`latchkey link-users` and `latchkey doctor`."""

import json

import pytest

from cli.conftest import Call
from latchkey.store.models import Connection
from service.conftest import Workplace


def test_dry_run_shows_what_would_be_linked_and_writes_nothing(call: Call, workplace: Workplace):
    before = workplace.world.links()

    result = call("link-users", "www", "--dry-run", "--json", on=workplace.installation)

    outcomes = {one["outcome"] for one in json.loads(result.stdout)}
    assert {"link", "hold"} <= outcomes
    assert result.exit_code == 1
    assert workplace.world.links() == before


def test_accounts_are_linked_and_the_second_time_there_is_less_to_show(
    call: Call, workplace: Workplace
):
    first = call("link-users", "site.www", "--json", on=workplace.installation)

    again = call("link-users", "www", "--json", on=workplace.installation)

    linked = [one for one in json.loads(first.stdout) if one["outcome"] == "link"]
    links = workplace.world.links()
    assert linked
    assert all(links[one["contact_id"]] == int(one["account_id"]) for one in linked)
    assert not [one for one in json.loads(again.stdout) if one["outcome"] == "link"]


def test_site_that_wants_no_links_is_left_alone(call: Call, workplace: Workplace):
    Connection.objects.filter(name="www").update(settings={"users_to_contacts": "off"})

    result = call("link-users", "www", on=workplace.installation)

    assert result.exit_code == 2
    assert "users_to_contacts" in result.stderr


def test_doctor_says_how_each_link_could_be_put_right(call: Call, workplace: Workplace):
    result = call("doctor", "--json", on=workplace.installation)

    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert {one["ailment"] for one in found} >= {"unlinked"}
    assert all(one["site"] == "www" and one["repair"] for one in found)


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize("command", ["link-users", "doctor"])
def test_site_that_is_not_there_is_named(call: Call, workplace: Workplace, command: str):
    result = call(command, "wwww", on=workplace.installation)

    assert result.exit_code == 2
    assert "'wwww'" in result.stderr
