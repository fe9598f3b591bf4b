"""How far each trigger was polled."""

from collections.abc import Mapping

from latchkey.store.bulk import insert_or_renew
from latchkey.store.clock import now
from latchkey.store.models import Cursor, Rule


def of_rule(rule: Rule) -> dict[str, Cursor]:
    """The cursors of a rule by trigger."""
    return {cursor.trigger: cursor for cursor in Cursor.objects.filter(rule=rule)}


def move(rule: Rule, positions: Mapping[str, int | None]) -> None:
    """Note how far each trigger was polled, now."""
    moment = now()
    insert_or_renew(
        [
            Cursor(rule=rule, trigger=trigger, position=position, polled_at=moment)
            for trigger, position in positions.items()
        ],
        ("rule", "trigger"),
        ("position", "polled_at"),
    )
