"""What CiviCRM fills in when groups, tags, options, searches and custom fields are made."""

import re
import sqlite3
from typing import Any, Final

from latchkey.practice.civicrm import groups, rows
from latchkey.practice.civicrm.drafts import Draft
from latchkey.practice.civicrm.errors import ApiError
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.values import compact, now, shown

_DOMAIN: Final = 1
_NEXT: Final = (
    "SELECT COALESCE(MAX(CAST(value AS INTEGER)), 0) + 1, COALESCE(MAX(weight), 0) + 1"
    " FROM civicrm_option_value WHERE option_group_id = ?"
)


def munged(title: str) -> str:
    """A name made from a title."""
    return re.sub(r"\W+", "_", title).strip("_")


def write_plain(sight: Sight, draft: Draft) -> dict[str, Any]:
    """An entity with nothing to fill in."""
    if draft.is_new:
        needed = [each.name for each in draft.entity.fields if each.required]
        draft.require("create", *needed)
    return draft.answer(_store(sight.db, draft))


def write_group(sight: Sight, draft: Draft) -> dict[str, Any]:
    """A group; name and title serve for each other (recording group-create-missing-title)."""
    me = sight.requester.contact_id
    parents = draft.columns.get("parents")
    if draft.is_new:
        title = draft.columns.get("title") or draft.columns.get("name")
        if title:
            draft.fill(title=title, name=munged(title), frontend_title=title)
        draft.require("create", "name", "title")
        draft.fill(created_id=me)
    else:
        draft.fill(modified_id=me)
    row_id = _store(sight.db, draft)
    if parents:
        groups.nest(sight.db, row_id, [int(each) for each in str(parents).split(",")])
    sight.forget()
    return draft.answer(row_id)


def write_tag(sight: Sight, draft: Draft) -> dict[str, Any]:
    """A tag; name and label serve for each other."""
    if not draft.is_new:
        return draft.answer(_store(sight.db, draft))
    label = draft.columns.get("label") or draft.columns.get("name")
    if label:
        draft.fill(label=label, name=munged(label))
    draft.require("create", "name", "label")
    draft.fill(created_id=sight.requester.contact_id, created_date=now())
    row_id = _store(sight.db, draft)
    sight.forget()
    return draft.answer(row_id) | {"created_date": compact(draft.columns["created_date"])}


def write_entity_tag(sight: Sight, draft: Draft) -> dict[str, Any]:
    """A tag on a contact, whose id no constraint holds."""
    draft.fill(entity_table="civicrm_contact")
    return write_plain(sight, draft)


def write_link(sight: Sight, draft: Draft) -> dict[str, Any]:
    """A UFMatch; the domain is told back even where it was not given (ufmatch-update-relink)."""
    if draft.is_new:
        draft.require("create", "uf_id")
        draft.fill(domain_id=_DOMAIN)
    return {"domain_id": _DOMAIN, **draft.answer(_store(sight.db, draft))}


def write_option_value(sight: Sight, draft: Draft) -> dict[str, Any]:
    """An option; its value is the next free number of its group."""
    if draft.is_new:
        draft.require("create", "option_group_id", "label")
        _number_option(sight.db, draft)
        draft.fill(name=munged(draft.columns["label"]))
    row_id = _store(sight.db, draft)
    sight.forget()
    return draft.answer(row_id)


def _number_option(db: sqlite3.Connection, draft: Draft) -> None:
    group_id = draft.columns["option_group_id"]
    value, weight = db.execute(_NEXT, (group_id,)).fetchone()
    if draft.columns.get("value") is not None:
        taken = db.execute(
            "SELECT 1 FROM civicrm_option_value WHERE option_group_id = ? AND value = ?",
            (group_id, str(draft.columns["value"])),
        ).fetchone()
        if taken is not None:
            raise ApiError("Value already exists in the database")
    draft.fill(value=str(value), weight=weight)


def write_saved_search(sight: Sight, draft: Draft) -> dict[str, Any]:
    """A saved search (recording savedsearch-create)."""
    me, moment = sight.requester.contact_id, now()
    if not draft.is_new:
        draft.fill(modified_id=me, modified_date=moment)
        return draft.answer(_store(sight.db, draft))
    draft.fill(created_id=me, modified_id=me, created_date=moment)
    told = draft.answer(_store(sight.db, draft))
    return told | {"created_date": compact(moment), "modified_date": None}


def write_custom_group(sight: Sight, draft: Draft) -> dict[str, Any]:
    """A set of custom fields (recording customgroup-create)."""
    if not draft.is_new:
        return draft.answer(_store(sight.db, draft))
    draft.require("create", "title")
    draft.fill(name=munged(draft.columns["title"]), extends="Contact")
    row_id = _store(sight.db, draft)
    table = f"civicrm_value_{draft.columns['name'].lower()}_{row_id}"
    made = {"weight": row_id, "table_name": table, "max_multiple": 0}
    rows.change(sight.db, draft.entity, row_id, made)
    sight.forget()
    return draft.answer(row_id) | made | {"extends_entity_column_value": ["null"]}


def write_custom_field(sight: Sight, draft: Draft) -> dict[str, Any]:
    """A custom field (recording customfield-create)."""
    if draft.is_new:
        draft.require("create", "custom_group_id", "label")
        draft.fill(name=munged(draft.columns["label"]), data_type="String", html_type="Text")
    row_id = _store(sight.db, draft)
    column = f"{str(draft.columns.get('name')).lower()}_{row_id}"
    if draft.is_new:
        rows.change(sight.db, draft.entity, row_id, {"column_name": column})
    sight.forget()
    kept = rows.row(sight.db, draft.entity, row_id)
    told = {
        name: shown(draft.entity.by_name[name], value)
        for name, value in kept.items()
        if value is not None
    }
    return told | dict.fromkeys([*draft.unknown, "custom", "check_permissions", "option_type"])


def _store(db: sqlite3.Connection, draft: Draft) -> int:
    if draft.row_id is None:
        return rows.insert(db, draft.entity, draft.columns)
    rows.change(db, draft.entity, draft.row_id, draft.columns)
    return draft.row_id
