"""What CiviCRM does at the users of the WordPress that hosts it."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from latchkey.practice import database
from latchkey.practice.civicrm import hosting, rows
from latchkey.practice.civicrm.entities import ENTITIES
from practice.civicrm import lab
from practice.civicrm.client import Client

USER = 500
ADDRESS = "ana.lima@example.org"


@pytest.fixture
def db(crm: Client) -> Iterator[sqlite3.Connection]:  # noqa: ARG001 - it opens the lab
    with database.transaction() as opened:
        yield opened


def linked(db: sqlite3.Connection, email: str = ADDRESS, user_id: int = USER) -> int:
    hosting.user_created(db, user_id, email, "New", "User")
    contact_id = hosting.contact_of(db, user_id)
    assert contact_id is not None
    return contact_id


def change(db: sqlite3.Connection, **columns: Any) -> None:
    rows.change(db, ENTITIES["Contact"], lab.ANA, columns)


def test_only_holder_of_the_address_is_linked(db: sqlite3.Connection) -> None:
    assert linked(db, ADDRESS.upper()) == lab.ANA


@pytest.mark.parametrize(
    "columns",
    [{"is_deleted": 1}, {"contact_type": "Organization"}],
    ids=["trashed", "organisation"],
)
def test_holder_who_is_no_living_person_is_passed_over(
    db: sqlite3.Connection, columns: dict[str, Any]
) -> None:
    change(db, **columns)

    assert linked(db) > lab.NO_EMAIL


def test_role_repair_links_what_a_deadlock_left(db: sqlite3.Connection) -> None:
    database.set_switch(db, "deadlocks", 1)

    with pytest.raises(hosting.Deadlock):
        hosting.user_created(db, USER, "nobody.yet@example.org", "New", "User")

    assert hosting.contact_of(db, USER) is None
    assert linked(db, "nobody.yet@example.org") > lab.NO_EMAIL


def test_no_deadlock_where_no_contact_is_made(db: sqlite3.Connection) -> None:
    database.set_switch(db, "deadlocks", 1)

    assert linked(db) == lab.ANA
    assert database.switch(db, "deadlocks") == 1


def test_deleted_user_leaves_the_contact_without_link(db: sqlite3.Connection) -> None:
    linked(db)

    hosting.user_deleted(db, USER)

    assert hosting.user_of(db, lab.ANA) is None
    assert db.execute("SELECT 1 FROM civicrm_contact WHERE id = ?", (lab.ANA,)).fetchone()


def test_linked_user_stays_with_its_contact(db: sqlite3.Connection) -> None:
    linked(db)

    assert linked(db, "dee@example.org") == lab.ANA


def test_what_a_member_edits_reaches_the_contact(db: sqlite3.Connection) -> None:
    linked(db)

    hosting.user_edited(db, USER, "anna@example.org", "Anna", "Lima")

    row = db.execute(
        "SELECT c.display_name, e.email, u.uf_name FROM civicrm_contact c"
        " JOIN civicrm_email e ON e.contact_id = c.id JOIN civicrm_uf_match u"
        " ON u.contact_id = c.id WHERE c.id = ?",
        (lab.ANA,),
    ).fetchone()
    assert row == ("Anna Lima", "anna@example.org", "anna@example.org")
