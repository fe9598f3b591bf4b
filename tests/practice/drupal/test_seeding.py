"""Who is at the practice Drupal before anything has happened."""

import json
from pathlib import Path
from typing import Any

from fakes.practice import RunningPractice, start_practice
from latchkey.practice.people import people
from practice.browsing import send


def test_thirty_have_an_account_and_some_of_them_are_contacts(tmp_path: Path) -> None:
    running = start_practice(tmp_path, site="drupal", contacts=50)

    accounts = _accounts(running)
    running.stop()

    contacts = {person.email for person in people(50, 1) if person.email}
    known = [one for one in accounts if one["mail"] in contacts]
    assert len(accounts) == 34
    assert len(known) == 12
    assert {role for one in known for role in one["roles"]} == {
        "administrator",
        "editor_x",
        "member",
    }


def test_restart_seeds_nothing_twice(tmp_path: Path) -> None:
    first = start_practice(tmp_path, site="drupal")
    before = _accounts(first)
    first.stop()

    again = start_practice(tmp_path, site="drupal", contacts=70)
    after = _accounts(again)
    again.stop()

    assert before == after


def _accounts(running: RunningPractice) -> list[dict[str, Any]]:
    shown = send(running.url, "GET", "/practice/control", None, {})
    accounts: list[dict[str, Any]] = json.loads(shown.text)["accounts"]
    return accounts
