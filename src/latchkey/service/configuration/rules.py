"""From the stored definition of a rule to the value that policy decides by, and back."""

import hashlib
import json
from datetime import timedelta
from typing import Any, assert_never

from latchkey.policy.rules import Rule, Telling
from latchkey.policy.schedules import Schedule
from latchkey.policy.tokens import CRM_TOKENS, IMPORT_TOKENS, Pattern
from latchkey.service.configuration.imports import ImportTable
from latchkey.service.configuration.schema import RuleTable
from latchkey.store import models

# Kept in columns of their own.
COLUMNS = frozenset({"crm", "site", "enabled"})
VERSION_LENGTH = 16


def definition_of(table: RuleTable) -> dict[str, Any]:
    """What is stored of a table: everything but what has a column of its own."""
    return table.model_dump(mode="json", exclude=set(COLUMNS))


def version_of(definition: dict[str, Any], crm: models.Connection, site: models.Connection) -> str:
    """A short hash of what the rule says: another version means that it is to be decided again."""
    canonical = json.dumps([definition, str(crm.key), str(site.key)], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]


def table_of(row: models.Rule) -> RuleTable:
    """The table that a stored rule was loaded from."""
    columns = {"crm": row.crm.name, "site": row.site.name, "enabled": row.enabled}
    model = ImportTable if row.kind == models.Rule.Kind.IMPORT else RuleTable
    return model.model_validate({**row.definition, **columns})


def rule_value(row: models.Rule) -> Rule:
    """The rule as policy knows it. The row's connections are read when they are not there yet."""
    table = table_of(row)
    tokens = IMPORT_TOKENS if row.kind == models.Rule.Kind.IMPORT else CRM_TOKENS
    return Rule(
        name=row.name,
        crm=table.crm,
        site=table.site,
        username=Pattern.parse(table.username, namespaces=tokens),
        roles=frozenset(table.roles),
        groups=table.groups,
        tags=table.tags,
        fields={
            name: Pattern.parse(text, namespaces=tokens) for name, text in table.fields.items()
        },
        enabled=table.enabled,
        contact_types=frozenset(table.contact_types),
        existing=table.existing,
        shared_email=table.shared_email,
        language=table.language,
        notify=table.notify,
        telling=Telling(table.telling.subject, table.telling.text, table.telling.html),
        history_group=table.history_group,
        history_tag=table.history_tag,
        reset_group=table.reset_group,
        reset_tag=table.reset_tag,
        afterwards=table.afterwards,
        review=_review(table),
        brake=table.brake,
        per_minute=table.per_minute,
        per_run=table.per_run,
        give_up_after=timedelta(days=table.give_up_after),
    )


def schedule_of(row: models.Rule) -> Schedule:
    """When the rule works."""
    table = table_of(row)
    return Schedule.parse(table.when, table.timezone, table.hours)


def _review(table: RuleTable) -> int | None:
    match table.review:
        case "never":
            return None
        case "always":
            return 0
        case int() as number:
            return number
        case _:
            assert_never(table.review)
