"""Groups and tags: what triggers are, and putting contacts into them and out of them."""

import time
from collections.abc import Callable, Iterable, Sequence

from latchkey.crm.civicrm.proof import Proof
from latchkey.crm.contract import Refused, Trigger, TriggerKind
from latchkey.remote.civicrm.answers import Asked, Row, id_of, require
from latchkey.remote.civicrm.api import Api, Call, chunks
from latchkey.remote.errors import Missing, RejectedError, UnknownOutcome

CONTACT_TABLE = "civicrm_contact"
# So long answers may get lost before it is no longer looked for whose fault that is, in seconds.
PATIENCE = 180.0
GROUP_FIELDS = ["id", "name", "title", "saved_search_id", "children", "is_hidden"]
TAG_FIELDS = ["id", "name", "label", "used_for"]
ALL_GROUPS = Call(
    "Group",
    "get",
    {"select": GROUP_FIELDS, "where": [["is_active", "=", True]], "orderBy": {"title": "ASC"}},
)
# Tags have a label since 5.68 only, so they are compared here, not in the filter.
ALL_TAGS = Call("Tag", "get", {"select": TAG_FIELDS, "orderBy": {"name": "ASC"}})


class Groups:
    """The groups and tags of one CiviCRM."""

    def __init__(self, api: Api, proof: Proof) -> None:
        self._api = api
        self._proof = proof

    def triggers(self, groups: Sequence[str], tags: Sequence[str]) -> list[Trigger]:
        """Those named, groups first, in the order asked."""
        if not groups and not tags:
            return []
        self._proof()
        found_groups, found_tags = self._api.all([ALL_GROUPS, ALL_TAGS])
        require(found_groups.rows, GROUP_FIELDS, Asked("Group", "get", reads=True))
        all_groups = [_group(row) for row in found_groups.rows]
        all_tags = [_tag(row) for row in found_tags.rows if _is_for_contacts(row)]
        return [_named(name, all_groups, "group") for name in groups] + [
            _named(name, all_tags, "tag") for name in tags
        ]

    def groups(self) -> list[Trigger]:
        """Every group that people see."""
        self._proof()
        rows = self._api.call(ALL_GROUPS.entity, ALL_GROUPS.action, ALL_GROUPS.params).rows
        require(rows, GROUP_FIELDS, Asked("Group", "get", reads=True))
        return [_group(row) for row in rows if not row["is_hidden"]]

    def tags(self) -> list[Trigger]:
        """Every tag for contacts."""
        self._proof()
        rows = self._api.call(ALL_TAGS.entity, ALL_TAGS.action, ALL_TAGS.params).rows
        return [_tag(row) for row in rows if _is_for_contacts(row)]

    def add_to_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:
        """Add to a static group. RejectedError for a smart one: its search says who is in it."""
        _refuse_tag(group)
        if group.kind is TriggerKind.SMART:
            raise RejectedError(
                f'The group "{group.title}" is a smart group: its search decides who is in it. '
                "Choose a group without a search."
            )
        defaults = {"group_id": group.id, "status": "Added"}
        match = ["contact_id", "group_id"]
        return self._save("GroupContact", "contact_id", contact_ids, defaults, match)

    def remove_from_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:
        """Take out of a static group, which keeps them as Removed.

        ValueError for the other kinds: a Removed row would keep people out of a smart group for
        good, and a parent group keeps its children's contacts whatever is written.
        """
        _refuse_tag(group)
        if not group.can_be_emptied:
            raise ValueError(
                f'contacts cannot be taken out of the {group.kind} group "{group.title}"'
            )

        def remove(part: Sequence[int]) -> None:
            where = [
                ["group_id", "=", group.id],
                ["contact_id", "IN", list(part)],
                ["status", "=", "Added"],
            ]
            change = {"values": {"status": "Removed"}, "where": where}
            self._api.call("GroupContact", "update", change)

        return _each(contact_ids, remove)

    def add_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:
        """Tag the contacts."""
        _require_tag(tag)
        defaults = {"entity_table": CONTACT_TABLE, "tag_id": tag.id}
        match = ["entity_id", "entity_table", "tag_id"]
        return self._save("EntityTag", "entity_id", contact_ids, defaults, match)

    def remove_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:
        """Untag the contacts."""
        _require_tag(tag)

        def remove(part: Sequence[int]) -> None:
            where = [
                ["tag_id", "=", tag.id],
                ["entity_table", "=", CONTACT_TABLE],
                ["entity_id", "IN", list(part)],
            ]
            self._api.call("EntityTag", "delete", {"where": where})

        return _each(contact_ids, remove)

    def _save(
        self,
        entity: str,
        field: str,
        contact_ids: Sequence[int],
        defaults: dict[str, object],
        match: list[str],
    ) -> Refused:
        def save(part: Sequence[int]) -> None:
            records = [{field: contact_id} for contact_id in part]
            asked = {"records": records, "defaults": defaults, "match": match}
            self._api.call(entity, "save", asked)

        return _each(contact_ids, save)


def _each(contact_ids: Sequence[int], act: Callable[[Sequence[int]], None]) -> Refused:
    """Do it for all, in as few requests as possible; with whom it could not be done."""
    until = time.monotonic() + PATIENCE
    refused: dict[int, RejectedError | UnknownOutcome] = {}
    for part in chunks(list(contact_ids)):
        refused |= _isolated(part, act, until)
    return refused


def _isolated(
    part: Sequence[int], act: Callable[[Sequence[int]], None], until: float
) -> dict[int, RejectedError | UnknownOutcome]:
    """At the first bad record CiviCRM leaves the later ones undone, so the part is halved until the
    bad ones stand alone. One that brings CiviCRM down is bad, too. Doing it twice does nothing.
    """
    try:
        act(part)
    except (RejectedError, UnknownOutcome) as error:
        gives_up = isinstance(error, UnknownOutcome) and time.monotonic() > until
        if len(part) == 1 or gives_up:
            return dict.fromkeys(part, error)
        middle = len(part) // 2
        return _isolated(part[:middle], act, until) | _isolated(part[middle:], act, until)
    return {}


def _named(name: str, triggers: Iterable[Trigger], what: str) -> Trigger:
    """The one of that machine name, else of that title. Missing when it is none, or several."""
    known = list(triggers)
    for attribute in ("name", "title"):
        found = [one for one in known if getattr(one, attribute).casefold() == name.casefold()]
        if len(found) > 1:
            raise Missing(f'CiviCRM has several {what}s called "{name}": give the machine name.')
        if found:
            return found[0]
    raise Missing(f'CiviCRM has no active {what} called "{name}".')


def _group(row: Row) -> Trigger:
    kind = TriggerKind.STATIC
    if row["children"]:
        kind = TriggerKind.PARENT
    if row["saved_search_id"]:
        kind = TriggerKind.SMART
    return Trigger(kind, id_of(row), str(row["name"]), str(row["title"] or row["name"]))


def _tag(row: Row) -> Trigger:
    title = str(row.get("label") or row["name"])
    return Trigger(TriggerKind.TAG, id_of(row), str(row["name"]), title)


def _is_for_contacts(row: Row) -> bool:
    used_for = row.get("used_for") or []
    return CONTACT_TABLE in (used_for if isinstance(used_for, list) else str(used_for).split(","))


def _require_tag(tag: Trigger) -> None:
    if tag.kind is not TriggerKind.TAG:
        raise ValueError(f'"{tag.title}" is not a tag')


def _refuse_tag(group: Trigger) -> None:
    if group.kind is TriggerKind.TAG:
        raise ValueError(f'"{group.title}" is not a group')
