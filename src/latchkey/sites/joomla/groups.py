"""The groups of a Joomla: which names they have in a rule, which ids, and which have power."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from latchkey.sites.joomla.api import GROUPS, Api, Attributes

# As every Joomla is installed with: Manager, Administrator, Super Users. Their titles are in the
# site's language (recording groups_list), their ids are not.
POWERFUL = frozenset({6, 7, 8})
SUPER_USERS = 8


class Naming(StrEnum):
    """What rules call groups by."""

    TITLE = "title"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Tree:
    """The groups as they are now; `names` are those of a rule, by id.

    The root, "Public", is no role: everybody is in it, and an account in nothing else is one
    without roles, which Joomla would not store.
    """

    root: int
    names: Mapping[int, str]
    titles: Mapping[str, tuple[int, ...]]
    powerful: frozenset[int]
    super_users: frozenset[int]

    def ids(self, roles: Iterable[str]) -> tuple[list[int], list[str]]:
        """The ids of these roles, the root where there are none; and the unknown roles."""
        by_name = {name: group for group, name in self.names.items()}
        asked = sorted(roles)
        known = sorted(by_name[role] for role in asked if role in by_name)
        return known or [self.root], [role for role in asked if role not in by_name]

    def roles(self, ids: Iterable[int]) -> frozenset[str]:
        """The roles of these groups; one that is not known goes by its id."""
        return frozenset(self.names.get(one, str(one)) for one in ids if one != self.root)

    def of_titles(self, titles: Collection[str]) -> frozenset[int] | None:
        """The groups with these titles; None where a title is unknown, or that of several."""
        found = [self.titles.get(title, ()) for title in titles]
        return frozenset(ids[0] for ids in found) if all(len(i) == 1 for i in found) else None


class Groups:
    """The tree of one site, kept until something is not in it. Safe to share between threads."""

    def __init__(self, api: Api, naming: Naming) -> None:
        self._api = api
        self._naming = naming
        self._lock = Lock()
        self._tree: Tree | None = None

    def tree(self) -> Tree:
        """The tree as it was last read."""
        with self._lock:
            known = self._tree
        return known or self.fresh()

    def fresh(self) -> Tree:
        """The tree as it is now."""
        tree = tree_of(self._api.every(GROUPS), self._naming)
        with self._lock:
            self._tree = tree
        return tree

    def ids(self, roles: Iterable[str]) -> tuple[list[int], list[str]]:
        """As `Tree.ids`; a role is unknown only when the site has just said so."""
        asked = list(roles)
        ids, unknown = self.tree().ids(asked)
        return (ids, unknown) if not unknown else self.fresh().ids(asked)

    def covering(self, ids: Collection[int]) -> Tree:
        """A tree that holds these groups, if any does."""
        tree = self.tree()
        return tree if tree.names.keys() | {tree.root} >= set(ids) else self.fresh()

    def entitling(self, titles: Collection[str]) -> Tree:
        """A tree in which groups have these titles, if any has."""
        tree = self.tree()
        return tree if tree.titles.keys() >= set(titles) else self.fresh()


def tree_of(rows: Iterable[Attributes], naming: Naming) -> Tree:
    """The tree that a list of groups describes. A title of several groups names none of them."""
    listed = [row for row in rows if isinstance(row.get("id"), int)]
    parents = {_id(row, "id"): _id(row, "parent_id") for row in listed}
    titles: dict[str, tuple[int, ...]] = {}
    for row in listed:
        title = str(row.get("title", ""))
        titles[title] = (*titles.get(title, ()), _id(row, "id"))
    root = next((group for group, parent in parents.items() if parent == 0), 1)
    names = {group: str(group) for group in parents if group != root}
    if naming is Naming.TITLE:
        alone = {ids[0]: title for title, ids in titles.items() if len(ids) == 1}
        names = {group: alone.get(group, name) for group, name in names.items()}
    return Tree(root, names, titles, _below(parents, POWERFUL), _below(parents, {SUPER_USERS}))


def _below(parents: Mapping[int, int], tops: Collection[int]) -> frozenset[int]:
    """These groups and all that inherit from them."""
    below = frozenset(tops)
    while more := {group for group, parent in parents.items() if parent in below} - below:
        below |= more
    return below


def _id(row: Attributes, name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) else 0
