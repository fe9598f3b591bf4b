"""How API v4 is asked for the contacts of triggers."""

from collections.abc import Sequence

from latchkey.crm.contract import Trigger, TriggerKind

Clause = list[object]


def inside(triggers: Sequence[Trigger]) -> list[Clause]:
    """The filter for untrashed contacts in any of the triggers.

    `groups IN` covers static, smart and parent groups; `is_deleted` is spelt out because a filter
    on `id`, which paging adds, shows trashed contacts too. ValueError without a trigger, for which
    there is no filter that finds nobody.
    """
    if not triggers:
        raise ValueError("no trigger to look into")
    tags = [trigger.id for trigger in triggers if trigger.kind is TriggerKind.TAG]
    groups = [trigger.id for trigger in triggers if trigger.kind is not TriggerKind.TAG]
    asked: list[Clause] = [
        [field, "IN", ids] for field, ids in (("groups", groups), ("tags", tags)) if ids
    ]
    either: Clause = asked[0] if len(asked) == 1 else ["OR", asked]
    return [either, ["is_deleted", "=", False]]
