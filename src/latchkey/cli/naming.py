"""From a name on the command line to the row that it means."""

from latchkey.cli.status import Unknown
from latchkey.service.configuration.problems import nearest
from latchkey.store import connections, rules
from latchkey.store.models import Connection, Rule


def rule_named(name: str) -> Rule:
    """The rule, also when written `rule.NAME`. Raises Unknown."""
    found = rules.find(name.removeprefix("rule."))
    if found is None:
        names = [rule.name for rule in rules.every()]
        raise Unknown(f"There is no rule {name!r}; {nearest(name, names)}")
    return found


def connections_named(name: str) -> list[Connection]:
    """The connections of a name, `main` or `crm.main`. Raises Unknown."""
    every = connections.every()
    found = [row for row in every if name in {row.name, str(row)}]
    if not found:
        raise Unknown(
            f"There is no connection {name!r}; {nearest(name, [str(row) for row in every])}"
        )
    return found
