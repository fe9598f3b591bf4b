"""The stored configuration as a TOML file, without a single secret."""

import tomli_w

from latchkey.service.configuration.tables import Row, connection_table, rule_table
from latchkey.store import connections, rules
from latchkey.store.models import Connection


def dump() -> str:
    """A file that loads to what is stored; credentials are references, or "stored"."""
    rows = connections.every()
    tables: dict[str, dict[str, Row]] = {
        "crm": {row.name: connection_table(row) for row in rows if row.role == Connection.Role.CRM},
        "site": {
            row.name: connection_table(row) for row in rows if row.role == Connection.Role.SITE
        },
        "rule": {row.name: rule_table(row) for row in rules.every()},
    }
    return tomli_w.dumps({role: named for role, named in tables.items() if named})
