"""The functions about cohorts."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from latchkey.practice.moodle.errors import MoodleError, invalid, no_permission
from latchkey.practice.moodle.rows import Caller


def search(caller: Caller, params: Mapping[str, Any]) -> dict[str, Any]:
    """core_cohort_search_cohorts, over all contexts."""
    _require_view(caller)
    start, number = int(params.get("limitfrom", 0)), int(params.get("limitnum", 25))
    found = caller.db.execute(
        "SELECT id, name, idnumber FROM mdl_cohort WHERE name LIKE '%' || ? || '%'"
        " ORDER BY name, idnumber LIMIT ? OFFSET ?",
        (params.get("query", ""), number, start),
    ).fetchall()
    return {"cohorts": [_shown(*row) for row in found]}


def members(caller: Caller, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """core_cohort_get_cohort_members."""
    _require_view(caller)
    return [
        {"cohortid": int(id_), "userids": _members(caller.db, id_)}
        for id_ in params.get("cohortids", [])
    ]


def add(caller: Caller, params: Mapping[str, Any]) -> dict[str, Any]:
    """core_cohort_add_cohort_members: one warning for each that is not put in."""
    rows = params.get("members")
    if not isinstance(rows, list):
        raise invalid("Missing required key in single structure: members")
    warnings = [warning for row in rows if (warning := _added(caller, row))]
    return {"warnings": [{"warningcode": code, "message": said} for code, said in warnings]}


def remove(caller: Caller, params: Mapping[str, Any]) -> None:
    """core_cohort_delete_cohort_members; who is not in it is no error."""
    for row in params.get("members", []):
        if not _cohort(caller.db, "id", row["cohortid"]):
            raise _missing()
        _require_assign(caller)
        caller.db.execute(
            "DELETE FROM mdl_cohort_members WHERE cohortid = ? AND userid = ?",
            (row["cohortid"], row["userid"]),
        )


def _added(caller: Caller, row: Mapping[str, Any]) -> tuple[str, str] | None:
    group, person = row["cohorttype"], row["usertype"]
    cohort = _cohort(caller.db, group["type"], group["value"])
    if cohort is None:
        return "2", f"cohort {group['type']}={group['value']} not exists"
    user = caller.db.execute(
        f"SELECT id FROM mdl_user WHERE deleted = 0 AND {_column(person['type'])} = ?",  # noqa: S608 - a column of ours
        (person["value"],),
    ).fetchone()
    if user is None:
        return "2", f"user {person['type']}={person['value']} not exists"
    if user[0] in _members(caller.db, cohort):
        which = f"{group['type']}={group['value']} {person['type']}={person['value']}"
        return "3", f"record already exists: cohort({which})"
    _require_assign(caller)
    caller.db.execute("INSERT INTO mdl_cohort_members VALUES (?, ?)", (cohort, user[0]))
    return None


def _cohort(db: sqlite3.Connection, column: str, value: str) -> int | None:
    found = db.execute(
        f"SELECT id FROM mdl_cohort WHERE {_column(column)} = ?",  # noqa: S608 - as above
        (value,),
    ).fetchone()
    return None if found is None else int(found[0])


def _column(name: str) -> str:
    if name not in ("id", "idnumber", "username"):
        raise invalid(f"invalid parameter: {name}")
    return name


def _members(db: sqlite3.Connection, cohort: Any) -> list[int]:
    if not _cohort(db, "id", str(cohort)):
        raise _missing()
    found = db.execute(
        "SELECT userid FROM mdl_cohort_members WHERE cohortid = ? ORDER BY userid", (cohort,)
    )
    return [row[0] for row in found]


def _missing() -> MoodleError:
    return MoodleError(
        "dml_missing_record_exception", "invalidrecord", "Can't find data record in database."
    )


def _shown(id_: int, name: str, idnumber: str) -> dict[str, Any]:
    return {
        "id": id_,
        "name": name.replace("&", "&amp;"),
        "idnumber": idnumber,
        "description": "",
        "descriptionformat": 1,
        "visible": True,
    }


def _require_view(caller: Caller) -> None:
    if not caller.may("moodle/cohort:view"):
        raise no_permission("View site-wide cohorts")


def _require_assign(caller: Caller) -> None:
    if not caller.may("moodle/cohort:assign"):
        raise no_permission("Add and remove cohort members")
