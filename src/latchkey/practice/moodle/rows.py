"""Users as rows, and as what one user may see of another."""

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from latchkey.practice.moodle import switches
from latchkey.practice.moodle.parameters import FIELDS
from latchkey.practice.wordpress.passwords import hashed

COLUMNS: Final = (*FIELDS, "username", "auth", "email", "idnumber", "lang", "suspended")
VIEW_ALL: Final = "moodle/user:viewalldetails"


@dataclass(frozen=True, slots=True)
class Caller:
    """The user of the token, with its capabilities and where the site is."""

    db: sqlite3.Connection
    id: int
    site: str

    def may(self, capability: str) -> bool:
        """Whether the caller has a capability in the whole system."""
        return capability in switches.of(self.db, "capabilities")


def matching(
    db: sqlite3.Connection, column: str, values: Sequence[str], *, like: bool = False
) -> list[sqlite3.Row]:
    """The living users whose column is one of the values, compared as the database does."""
    ignores = like or switches.of(db, "database_ignores_case")
    collation = "NOCASE" if ignores else "BINARY"
    cursor = db.cursor()
    cursor.row_factory = sqlite3.Row
    if like:
        statement = f"SELECT * FROM mdl_user WHERE deleted = 0 AND {column} LIKE ? ORDER BY id"  # noqa: S608 - a column of ours
        return cursor.execute(statement, (values[0],)).fetchall()
    marks = ", ".join("?" * len(values))
    compared = column if column == "id" else f"{column} COLLATE {collation}"
    return cursor.execute(
        f"SELECT * FROM mdl_user WHERE deleted = 0 AND {compared} IN ({marks})"  # noqa: S608 - as above
        " ORDER BY id",
        tuple(values),
    ).fetchall()


def insert(db: sqlite3.Connection, user: Mapping[str, Any]) -> int:
    """Add a user; the id, which may be given."""
    columns = {name: user[name] for name in ("id", *COLUMNS) if name in user}
    columns["password"] = hashed(str(user.get("password", "")))
    names = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    cursor = db.execute(
        f"INSERT INTO mdl_user ({names}) VALUES ({marks})",  # noqa: S608 - columns of ours
        tuple(columns.values()),
    )
    id_ = int(cursor.lastrowid or 0)
    store_custom(db, id_, user.get("customfields") or ())
    return id_


def change(db: sqlite3.Connection, id_: int, user: Mapping[str, Any]) -> None:
    """Change what is given of a user."""
    columns = {name: user[name] for name in COLUMNS if name in user}
    if "password" in user:
        columns["password"] = hashed(str(user["password"]))
    for name, value in columns.items():
        db.execute(f"UPDATE mdl_user SET {name} = ? WHERE id = ?", (value, id_))  # noqa: S608 - as above
    store_custom(db, id_, user.get("customfields") or ())


def store_custom(db: sqlite3.Connection, id_: int, fields: Iterable[Mapping[str, str]]) -> None:
    """Keep the custom fields that there are; others are dropped without a word."""
    known = {row[0] for row in db.execute("SELECT shortname FROM mdl_user_info_field")}
    for field in fields:
        if field.get("type") in known:
            db.execute(
                "INSERT OR REPLACE INTO mdl_user_info_data (userid, shortname, value)"
                " VALUES (?, ?, ?)",
                (id_, field["type"], field.get("value", "")),
            )


def shown(caller: Caller, user: sqlite3.Row) -> dict[str, Any] | None:
    """What the caller sees of a user; None where that is nothing."""
    own = user["id"] == caller.id
    if not own and not caller.may("moodle/user:viewdetails"):
        return None
    picture = f"{caller.site}/theme/image.php/boost/core/1795300155/u"
    details: dict[str, Any] = {
        "id": user["id"],
        "fullname": f"{user['firstname']} {user['lastname']}",
        "profileimageurl": f"{picture}/f1",
        "profileimageurlsmall": f"{picture}/f2",
        "firstaccess": user["firstaccess"],
        "lastaccess": user["lastaccess"],
        "suspended": bool(user["suspended"]),
    }
    details |= {name: user[name] for name in ("city", "country") if user[name]}
    if caller.may("moodle/site:viewfullnames"):
        details |= {"firstname": user["firstname"], "lastname": user["lastname"]}
    if own or caller.may("moodle/site:viewuseridentity"):
        details["email"] = user["email"]
    if caller.may("moodle/user:viewhiddendetails"):
        details |= {n: user[n] for n in ("address", "phone1", "phone2") if user[n]}
    return {
        **details,
        **(_all_details(user) if own or caller.may(VIEW_ALL) else {}),
        **_custom(caller, user),
    }


def _all_details(user: sqlite3.Row) -> dict[str, Any]:
    given = {name: user[name] for name in ("idnumber", "institution") if user[name]}
    return {
        **given,
        "username": user["username"],
        "department": user["department"],
        "auth": user["auth"],
        "confirmed": True,
        "lang": user["lang"],
        "theme": "",
        "timezone": "99",
        "mailformat": 1,
        "trackforums": 0,
    }


def _custom(caller: Caller, user: sqlite3.Row) -> dict[str, Any]:
    rows = caller.db.execute(
        "SELECT f.name, f.shortname, d.value FROM mdl_user_info_data d"
        " JOIN mdl_user_info_field f USING (shortname) WHERE d.userid = ?",
        (user["id"],),
    ).fetchall()
    fields = [
        {"type": "text", "value": value, "displayvalue": value, "name": name, "shortname": short}
        for name, short, value in rows
    ]
    return {"customfields": fields} if fields else {}


def delete(db: sqlite3.Connection, id_: int) -> None:
    """Mark a user deleted, and free the name and the address."""
    db.execute("DELETE FROM mdl_cohort_members WHERE userid = ?", (id_,))
    db.execute(
        "UPDATE mdl_user SET deleted = 1, username = email || '.' || ?, email = id, idnumber = ''"
        " WHERE id = ?",
        (int(time.time()), id_),
    )
