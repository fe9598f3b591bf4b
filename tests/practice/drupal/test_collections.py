"""How the practice Drupal filters and pages its accounts."""

from typing import Any
from urllib.parse import urlencode

import pytest

from latchkey.practice.drupal import PASSWORD, SERVICE
from practice.browsing import Reply, basic
from practice.drupal.lab import Lab
from practice.drupal.scenes import ALICE, CAROL, CAROL_MEMBER, Scene

USERS = "/jsonapi/user/user"


@pytest.fixture
def both(lab: Lab) -> Lab:
    lab.set_up(Scene((ALICE, CAROL_MEMBER)))
    return lab


def test_addresses_are_compared_as_the_database_does(both: Lab) -> None:
    query = {"filter[mail]": "ALICE@example.org"}

    ignoring = _names(_asked(both, query))
    both.turn(ignores_case=False)
    minding = _names(_asked(both, query))

    assert (ignoring, minding) == (["alice"], [])


def test_beginning_of_an_address_ignores_case_on_every_database(both: Lab) -> None:
    both.turn(ignores_case=False)
    condition = "filter[a][condition]"

    found = _asked(
        both,
        {
            f"{condition}[path]": "mail",
            f"{condition}[operator]": "STARTS_WITH",
            f"{condition}[value]": "ALICE@",
        },
    )

    assert _names(found) == ["alice"]


def test_percent_sign_in_a_beginning_is_only_itself(both: Lab) -> None:
    condition = "filter[a][condition]"
    asked = {f"{condition}[path]": "name", f"{condition}[operator]": "STARTS_WITH"}

    assert _names(_asked(both, {**asked, f"{condition}[value]": "a%"})) == []


def test_group_joins_its_conditions_by_or(both: Lab) -> None:
    query = {
        "filter[g][group][conjunction]": "OR",
        "filter[a][condition][path]": "name",
        "filter[a][condition][value]": "alice",
        "filter[a][condition][memberOf]": "g",
        "filter[b][condition][path]": "id",
        "filter[b][condition][value]": str(CAROL.uuid),
        "filter[b][condition][memberOf]": "g",
    }

    assert _names(_asked(both, query)) == ["alice", "carol"]


def test_conditions_without_a_group_all_hold(both: Lab) -> None:
    query = {"filter[name]": "carol", "filter[mail]": "alice@example.org"}

    assert _names(_asked(both, query)) == []


def test_pages_lead_from_one_to_the_next(both: Lab) -> None:
    names: list[str] = []
    address: str | None = f"{USERS}?page[limit]=2"
    while address:
        page = both.ask("GET", address, **basic(SERVICE, PASSWORD)).json()
        names += [one["attributes"]["name"] for one in page["data"]]
        following = page["links"].get("next")
        address = following and following["href"].removeprefix(both.url)

    assert names == ["", "admin", "guest", "latchkey", "alice", "carol"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"filter[no_such]": "x"}, "does not exist"),
        ({"filter[a][condition][path]": "name", "filter[a][condition][operator]": "~"}, "operator"),
        ({"filter[a][condition][odd]": "name"}, "odd"),
    ],
)
def test_filter_that_makes_no_sense_is_refused(
    query: dict[str, str], words: str, both: Lab
) -> None:
    refused = _asked(both, query)

    assert refused.status == 400
    assert words in refused.text


def _asked(lab: Lab, query: dict[str, Any]) -> Reply:
    return lab.ask("GET", f"{USERS}?{urlencode(query)}", **basic(SERVICE, PASSWORD))


def _names(reply: Reply) -> list[str]:
    return [one["attributes"]["name"] for one in reply.json()["data"]]
