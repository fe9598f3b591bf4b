"""Stored rows as the tables that would be loaded from a file: for a dump, and to compare."""

from typing import Any

from latchkey.service.configuration.credentials import STORED
from latchkey.service.configuration.rules import table_of
from latchkey.service.configuration.schema import CrmTable, SiteTable, Table
from latchkey.service.configuration.shapes import as_written
from latchkey.sites.registry import KINDS
from latchkey.store.models import Connection, Rule

Row = dict[str, Any]


def connection_table(row: Connection) -> Row:
    """The table of a connection: a credential by its reference, or as "stored"."""
    model: type[Table] = CrmTable if row.role == Connection.Role.CRM else SiteTable
    of_kind = KINDS[row.kind].settings if row.kind in KINDS else ()
    own = as_written(row.settings, of_kind)
    table: Row = {"key": str(row.key), "kind": row.kind, "url": row.url, **own}
    table |= {name: row.references.get(name, STORED) for name in row.sealed}
    if row.hosts_crm is not None:
        table["hosts_crm"] = row.hosts_crm.name
    if row.mails_per_minute is not None:
        table["mails_per_minute"] = row.mails_per_minute
    table |= {"connections": row.connections, "allow_http": row.allow_http}
    return {
        name: value
        for name, value in table.items()
        if name in {"key", "kind"} or value != _default(model, name)
    }


def rule_table(row: Rule) -> Row:
    """The table of a rule, without what is as it would be anyway."""
    table = table_of(row)
    whole = table.model_dump(mode="json", exclude_none=True)
    given: Row = table.model_dump(mode="json", exclude_defaults=True)
    shown = {name: whole[name] for name in whole if name in given or name == "enabled"}
    if len(table.when) == 1 and "when" in shown:
        shown["when"] = table.when[0]
    if "telling" in given:
        shown["telling"] = given["telling"]
    return shown


def _default(model: type[Table], name: str) -> object:
    field = model.model_fields.get(name)
    return field.get_default() if field is not None else None
