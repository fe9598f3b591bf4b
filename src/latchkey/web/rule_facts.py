"""A stored rule in words, for who reads it without changing it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from latchkey.service.configuration.rules import table_of
from latchkey.service.configuration.schema import RuleTable
from latchkey.store.models import Rule
from latchkey.web.rule_forms import RuleForm, initial_of
from latchkey.web.rule_words import PARTS, WORDS

# Shown at the head of the page, or only read together with another field.
_ELSEWHERE = {"name", "cron", "review_above"}


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule with its state: on, off, paused or stopped; `why` says it for the last two."""

    row: Rule
    table: RuleTable
    state: str
    why: str

    @property
    def triggers(self) -> list[str]:
        """What the rule watches."""
        return [*self.table.groups, *self.table.tags]


@dataclass(frozen=True, slots=True)
class Facts:
    """A part of a rule: label and value of what is set in it."""

    title: Any
    rows: list[tuple[Any, str]]


def shown(row: Rule, paused_by: str) -> ShownRule:
    """A rule as lists show it."""
    table = table_of(row)
    if row.stopped_reason:
        return ShownRule(row, table, "stopped", row.stopped_reason)
    if paused_by:
        return ShownRule(row, table, "paused", _("%(by)s paused it.") % {"by": paused_by})
    return ShownRule(row, table, "on" if row.enabled else "off", "")


def facts_of(row: Rule) -> list[Facts]:
    """What the rule says, part by part; what is left empty is left out."""
    values = initial_of(table_of(row)) | {"crm": row.crm.name, "site": row.site.name}
    form = RuleForm(before=row)
    found = []
    for part in PARTS:
        names = [name for name in part.fields if name not in _ELSEWHERE]
        rows = [(WORDS[name].label, _words(form, name, values)) for name in names]
        found.append(Facts(part.title, [(label, text) for label, text in rows if text]))
    return [part for part in found if part.rows]


def _words(form: RuleForm, name: str, values: dict[str, Any]) -> str:
    value = values.get(name)
    choices = dict(getattr(form.fields[name], "choices", ()))
    match value:
        case None | "" | [] | ():
            return ""
        case bool():
            return _("yes") if value else ""
        case list() | tuple():
            return ", ".join(str(choices.get(one, one)) for one in value)
        case _:
            text = str(choices.get(value, value))
    also = {"when": "cron", "review": "review_above"}.get(name)
    more = values.get(also) if also else None
    return f"{text}: {more}" if more is not None and more != "" else text
