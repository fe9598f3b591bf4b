"""A home in which something waits on every screen."""

import os
import subprocess
import sys
from pathlib import Path

from browser.serving import latchkey
from fakes.practice import API_KEY, start_practice
from practice.civicrm.client import Client

CONTACTS = 60
MEMBERS = "Active Members"
BOARD = "Board"
BOARD_MEMBERS = (("Ada", "Quill"), ("Ben", "Quill"), ("Cleo", "Quill"), ("Dan", "Quill"))
GIVEN_UP = ("Gwen", "Givenup")
HELD_PLAN = """SELECT plan.id FROM store_change change
JOIN store_plan plan ON plan.id = change.plan_id
WHERE plan.state = 'held' AND change.contact_name = 'Ada Quill'"""
RULE = """
[rule.board]
crm = "main"
site = "www"
groups = ["Board"]
username = "{contact.first_name}.{contact.last_name}"
roles = ["author"]
review = "always"
"""


def fill(home: Path) -> None:
    """Make a home: the demo's job done, a plan of the board held, and one person given up."""
    home.mkdir()
    gwen = _people(home)
    latchkey(home, "demo", "--once", "--json")
    rules = home.with_suffix(".toml")
    rules.write_text(RULE)
    latchkey(home, "config", "load", str(rules))
    subprocess.run(
        [sys.executable, "-m", "browser.giving_up", str(gwen), *GIVEN_UP],
        env={**os.environ, "LATCHKEY_HOME": str(home), "PYTHONPATH": _tests()},
        check=True,
        timeout=60,
    )


def add_contact(crm: Client, first: str, last: str) -> int:
    """Somebody new in the CRM, with an address; their id."""
    named = {"contact_type": "Individual", "first_name": first, "last_name": last}
    contact: int = crm.values("Contact", "create", values=named)[0]["id"]
    email = f"{first}.{last}@example.org".lower()
    crm.values("Email", "create", values={"contact_id": contact, "email": email})
    return contact


def add_to_group(crm: Client, contact: int, group: str) -> None:
    """What CiviCRM's staff do on a contact's tab Groups."""
    values = {"contact_id": contact, "group_id:name": group.replace(" ", "_"), "status": "Added"}
    crm.values("GroupContact", "create", values=values)


def _people(home: Path) -> int:
    """The board, and the one that will be given up; the id of the latter."""
    practice = start_practice(home, contacts=CONTACTS)
    try:
        crm = Client(practice.url, API_KEY)
        crm.values("Group", "create", values={"title": BOARD})
        for first, last in BOARD_MEMBERS:
            add_to_group(crm, add_contact(crm, first, last), BOARD)
        return add_contact(crm, *GIVEN_UP)
    finally:
        practice.stop()


def _tests() -> str:
    return str(Path(__file__).parents[1])
