"""Finding users: Joomla looks for parts of words, we for exactly these."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from latchkey.policy.values import Account, same_address
from latchkey.remote.errors import SiteError
from latchkey.sites.joomla.api import USERS, Api, Attributes
from latchkey.sites.joomla.groups import Groups, Tree
from latchkey.sites.joomla.users import (
    account_from,
    group_ids,
    group_titles,
    is_id,
    searchable,
)

AHEAD = 4  # pages asked for at once while a list is read
CUT = (
    "Joomla leaves the username, e-mail address or state out of its users: a plugin cuts its "
    "answers. Let the connection's user through."
)


@dataclass(frozen=True, slots=True)
class Column:
    """What is searched for. `key` is the form in which it is compared, `sought` what is typed."""

    key: Callable[[Account], str]
    sought: Callable[[str], str]


# `%` and `_` stand for anything in a search (recording lookup_search_underscore_wildcard): it may
# find more than is sought, never less.
EMAIL = Column(lambda one: same_address(one.email), searchable)
USERNAME = Column(lambda one: one.username.casefold(), lambda key: f"username:{key}")
ID = Column(lambda one: one.id, lambda key: f"id:{key}")


class Reader:
    """Reads users; keeps none."""

    def __init__(self, api: Api, groups: Groups) -> None:
        self._api = api
        self._groups = groups

    def find(self, keys: Sequence[str], column: Column) -> dict[str, list[Account]]:
        """The accounts that have exactly one of these keys.

        Reads the whole list or searches singly, whichever takes fewer requests.
        """
        wanted = frozenset(keys)
        if len(wanted) < 2:  # noqa: PLR2004 - one search is never dearer than a list
            return self._by_searches(wanted, column)
        first = self._api.page(USERS, 1)
        if first.pages - 1 > len(wanted):
            return self._by_searches(wanted, column)
        others = chain.from_iterable(self._pages(2, first.pages))
        return _sorted_out(chain(self._accounts(first.rows), others), wanted, column)

    def every_page(self) -> Iterator[list[Account]]:
        """All users, by their names, which is the only order that Joomla's API knows.

        It pages by number: where somebody is added meanwhile a user may come twice, which is seen
        here, and where somebody is deleted one may be passed over.
        """
        first = self._api.page(USERS, 1)
        told: set[str] = set()
        pages = chain([self._accounts(first.rows)], self._pages(2, first.pages))
        for page in pages:
            new = [account for account in page if account.id not in told]
            told |= {account.id for account in new}
            yield new

    def user(self, account_id: str) -> Attributes | None:
        """One user with the ids of its groups; None when there is none of this id."""
        return self._api.user(account_id) if is_id(account_id) else None

    def account(self, user: Attributes) -> Account:
        """The account that a user with the ids of its groups is."""
        ids = group_ids(user)
        account = account_from(user, ids, self._groups.covering(ids))
        if account is None:
            raise SiteError(CUT)
        return account

    def _accounts(self, rows: Iterable[Attributes]) -> list[Account]:
        listed = list(rows)
        titles = {title for row in listed for title in group_titles(row) or ()}
        tree = self._groups.entitling(titles)
        accounts = [self._listed(row, tree) for row in listed]
        return [account for account in accounts if account is not None]

    def _listed(self, row: Attributes, tree: Tree) -> Account | None:
        """The account of a row, whose groups are titles; None when it has gone meanwhile.

        A title that several groups have, or none any more, sends us to the user by itself.
        """
        if "id" not in row:
            raise SiteError(CUT)
        titles = group_titles(row)
        ids = None if titles is None else tree.of_titles(titles)
        if ids is None:
            user = self._api.user(str(row["id"]))
            return None if user is None else self.account(user)
        account = account_from(row, ids, tree)
        if account is None:
            raise SiteError(CUT)
        return account

    def _pages(self, first: int, last: int) -> Iterator[list[Account]]:
        for start in range(first, last + 1, AHEAD):
            numbers = range(start, min(start + AHEAD, last + 1))
            calls = [partial(self._api.page, USERS, number) for number in numbers]
            yield from (self._accounts(page.rows) for page in self._api.door.together(calls))

    def _by_searches(self, wanted: frozenset[str], column: Column) -> dict[str, list[Account]]:
        calls = [partial(self._search, column.sought(key)) for key in sorted(wanted)]
        rows = chain.from_iterable(self._api.door.together(calls))
        return _sorted_out(self._accounts(rows), wanted, column)

    def _search(self, text: str) -> list[Attributes]:
        found: list[Attributes] = []
        number, pages = 1, 1
        while number <= pages:
            page = self._api.page(USERS, number, {"filter[search]": text})
            found += page.rows
            number, pages = number + 1, page.pages
        return found


def _sorted_out(
    accounts: Iterable[Account], wanted: frozenset[str], column: Column
) -> dict[str, list[Account]]:
    found: dict[str, dict[str, Account]] = {}
    for account in accounts:
        key = column.key(account)
        if key in wanted:
            found.setdefault(key, {})[account.id] = account
    return {key: list(ones.values()) for key, ones in found.items()}


def singly(found: Mapping[str, list[Account]]) -> dict[str, Account]:
    """The one account of each key, where a key can have one only."""
    return {key: accounts[0] for key, accounts in found.items()}
