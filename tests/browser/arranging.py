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
FRIENDS = "Friends"
FRIEND = ("Eve", "Robin")
GIVEN_UP = ("Gwen", "Givenup")
HELD_PLAN = """SELECT plan.id FROM store_change change
JOIN store_plan plan ON plan.id = change.plan_id
WHERE plan.state = 'held' AND change.contact_name = 'Ada Quill'"""
PEOPLE = """E-Mail,First Name,Last Name,Password,Member No.
ida@example.org,Ida,Imported,secret-1,M-1
ian@example.org,Ian,Imported,secret-2,M-2
,Ivo,Imported,secret-3,M-3
"""
RULE = """
[rule.board]
crm = "main"
site = "www"
groups = ["Board"]
username = "{contact.first_name}.{contact.last_name}"
roles = ["author"]
review = "always"

[rule.friends]
enabled = false
crm = "main"
site = "www"
groups = ["Friends"]
username = "{contact.first_name}.{contact.last_name}"
roles = ["subscriber"]
"""


def fill(home: Path) -> None:
    """Make a home: the demo's job done, a plan of the board held, one person given up.

    And one file imported, another one only uploaded.
    """
    home.mkdir()
    gwen = _people(home)
    latchkey(home, "demo", "--once", "--json")
    rules = home.with_suffix(".toml")
    rules.write_text(RULE)
    latchkey(home, "config", "load", str(rules))
    _script(home, "browser.giving_up", str(gwen), *GIVEN_UP)
    people = home.with_suffix(".csv")
    people.write_text(PEOPLE)
    shape = ("--site", "www", "--username", "{contact.first_name}", "--role", "subscriber")
    latchkey(home, "import", str(people), *shape, "--json")
    _script(home, "browser.uploading", str(people))


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


def _script(home: Path, module: str, *arguments: str) -> None:
    """Run one that needs Django's rows, in a process of its own."""
    subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, "LATCHKEY_HOME": str(home), "PYTHONPATH": _tests()},
        check=True,
        timeout=60,
    )


def _people(home: Path) -> int:
    """The board, and the one that will be given up; the id of the latter."""
    practice = start_practice(home, contacts=CONTACTS)
    try:
        crm = Client(practice.url, API_KEY)
        for group, people in ((BOARD, BOARD_MEMBERS), (FRIENDS, [FRIEND])):
            crm.values("Group", "create", values={"title": group})
            for first, last in people:
                add_to_group(crm, add_contact(crm, first, last), group)
        return add_contact(crm, *GIVEN_UP)
    finally:
        practice.stop()


def _tests() -> str:
    return str(Path(__file__).parents[1])
