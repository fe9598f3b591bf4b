"""Ways to bring the lab into the state that a recorded request met."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from latchkey.practice import database
from latchkey.practice.civicrm import hosting, rows, saving, settings
from latchkey.practice.civicrm.drafts import draft
from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.errors import ApiError
from latchkey.practice.civicrm.sight import Sight
from practice.civicrm.lab import ADMIN, ANA, email_of, make, person
from practice.replay import Recording

Arrange = Callable[[sqlite3.Connection, Recording], None]


def row(entity: str, **columns: Any) -> Arrange:
    """A row with these values, with its recorded id."""
    return lambda db, _: _insert(db, entity, columns)


def without(entity: str, row_id: int) -> Arrange:
    """One row less."""
    return lambda db, _: rows.remove(db, ENTITIES[entity], row_id)


def made(entity: str, **values: Any) -> Arrange:
    """One record, made by the administrator."""
    return lambda db, _: _ignored(make(db, entity, **values))


def saved(entity: str, records: list[dict[str, Any]], **more: Any) -> Arrange:
    """A bulk save that may break in the middle, as the recorded ones did."""

    def arrange(db: sqlite3.Connection, _: Recording) -> None:
        with suppress(ApiError):
            saving.save(Sight.of(db, ADMIN), ENTITIES[entity], {"records": records, **more})

    return arrange


def updated(entity: str, where: list[Any], **values: Any) -> Arrange:
    """A change that was made before."""
    told = {"where": where, "values": values}
    return lambda db, _: _ignored(saving.update(Sight.of(db, ADMIN), ENTITIES[entity], told))


def deleted(entity: str, where: list[Any]) -> Arrange:
    """What was deleted before."""
    told = {"where": where}
    return lambda db, _: _ignored(saving.delete(Sight.of(db, ADMIN), ENTITIES[entity], told))


def modified(contact_id: int, moment: str) -> Arrange:
    """The contact's date, whatever the clock of this machine says."""
    sql = "UPDATE civicrm_contact SET modified_date = ? WHERE id = ?"
    return lambda db, _: _ignored(db.execute(sql, (moment, contact_id)))


def guards(*names: str) -> Arrange:
    """The guards that a log-in has to satisfy."""
    return lambda db, _: _ignored(settings.put(db, {"authx_guards": list(names)}))


def link(row_id: int, uf_id: int, uf_name: str, contact_id: int) -> Arrange:
    """A link with its recorded id."""
    told = {"id": row_id, "uf_id": uf_id, "uf_name": uf_name, "contact_id": contact_id}
    return row("UFMatch", domain_id=1, **told)


def holder(contact_id: int, first_name: str, last_name: str, email: str | None) -> Arrange:
    """A contact, and its address if it has one."""

    def arrange(db: sqlite3.Connection, _: Recording) -> None:
        person(db, contact_id, first_name, last_name)
        if email is not None:
            email_of(db, contact_id, email)

    return arrange


def user(user_id: int, email: str, first_name: str, last_name: str) -> Arrange:
    """A user that the site made, and what CiviCRM did at it."""
    return lambda db, _: hosting.user_created(db, user_id, email, first_name, last_name)


def user_met_deadlock(db: sqlite3.Connection, _: Recording) -> None:
    """A user whose contact could not be made."""
    database.set_switch(db, "deadlocks", 1)
    with suppress(hosting.Deadlock):
        hosting.user_created(db, 21381, "dl1@example.org", "D", "L")


def smart_group(db: sqlite3.Connection, _: Recording) -> None:
    """The saved search behind the smart group."""
    search = {"where": [["contact_type:name", "=", "Individual"], ["last_name", "=", "Lima"]]}
    saved = {"id": 12, "name": "lab_smart", "api_entity": "Contact", "api_params": search}
    _insert(db, "SavedSearch", saved)


def everyone_recorded_is_called_lima(db: sqlite3.Connection, recording: Recording) -> None:
    """The members that the smart group was recorded with."""
    for row in recording.body["values"]:
        if row["id"] != ANA:
            person(db, row["id"], "Any", "Lima")


def exactly_the_recorded_groups(db: sqlite3.Connection, recording: Recording) -> None:
    """The groups of the recording and no others."""
    db.execute("DELETE FROM civicrm_group")
    for row in recording.body["values"]:
        _insert(db, "Group", row)


def _insert(db: sqlite3.Connection, entity: str, given: Mapping[str, Any]) -> None:
    columns = draft(Sight.of(db, ADMIN), ENTITIES[entity], given).columns
    rows.insert(db, ENTITIES[entity], {"id": given.get("id"), **columns})


def _ignored(_: object) -> None:
    return None
