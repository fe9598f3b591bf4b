"""Finding users: WordPress looks for parts of words, we for exactly these."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from latchkey.policy.values import Account
from latchkey.remote.errors import SiteError
from latchkey.remote.http import Answer
from latchkey.sites.wordpress.rest import USERS, Rest, parsed
from latchkey.sites.wordpress.users import (
    ASKED,
    POWERS,
    account_from,
    is_id,
    powerful_role,
)

PAGE = 100  # the most that WordPress gives (recording users-list-per-page-too-big)
AHEAD = 4  # pages asked for at once while a list is read


@dataclass(frozen=True, slots=True)
class Page:
    """One page of users, and how many pages there are."""

    accounts: list[Account]
    pages: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is searched. `key` is the form in which its values are compared."""

    name: str
    key: Callable[[Account], str]
    sought: Callable[[str], str]


class Reader:
    """Reads users; remembers only the names of roles which it came across, never a user."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self.roles: set[str] = set()
        self.powerful: set[str] = set()

    def find(self, keys: Sequence[str], column: Column) -> dict[str, list[Account]]:
        """The accounts whose column has exactly one of these keys.

        Reads the whole list or searches singly, whichever takes fewer requests.
        """
        wanted = frozenset(keys)
        if len(wanted) < 2:  # noqa: PLR2004 - one search is never dearer than a list
            return self._by_searches(wanted, column)
        first = self.page(1)
        if first.pages - 1 > len(wanted):
            return self._by_searches(wanted, column)
        others = chain.from_iterable(self._pages(2, first.pages))
        return _sorted_out(chain(first.accounts, others), wanted, column)

    def by_ids(self, ids: Sequence[str]) -> dict[str, Account]:
        """These users; the ones that are gone are absent."""
        wanted = sorted(filter(is_id, set(ids)), key=int)
        slices = [wanted[start : start + PAGE] for start in range(0, len(wanted), PAGE)]
        calls = [partial(self.page, 1, include=",".join(part)) for part in slices]
        pages = self._rest.door.together(calls)
        known = frozenset(wanted)
        return {one.id: one for page in pages for one in page.accounts if one.id in known}

    def every_page(self) -> Iterator[list[Account]]:
        """All users by ascending id, some pages ahead of the reader.

        WordPress pages by number: where users are deleted meanwhile one may be passed over.
        """
        first = self.page(1)
        yield first.accounts
        yield from self._pages(2, first.pages)

    def look_around(self) -> None:
        """Come across the roles of the oldest, the newest and the powerful users."""
        first = self.page(1)
        if first.pages > 1:
            self.page(1, order="desc")
        self.page(1, capabilities=",".join(sorted(POWERS)))

    def page(self, number: int, **filters: str) -> Page:
        """One page of the users that the filters leave."""
        query: dict[str, str | int] = {"context": "edit", "per_page": PAGE, "page": number}
        query |= {"orderby": "id", "order": "asc", "_fields": ASKED, **filters}
        answer = self._rest.read(USERS, query)
        users = parsed(answer)
        if not isinstance(users, list):
            raise answer.unexpected("answered a list of users with something else")
        return Page([self._account(user) for user in users], _pages(answer, number, len(users)))

    def _account(self, user: object) -> Account:
        account = account_from(user)
        if account is None:
            raise SiteError(
                "WordPress leaves the username, e-mail address or roles out of its users: "
                "a plugin cuts its answers. Let the connection's user through."
            )
        self.roles |= account.roles
        role = powerful_role(user)
        if role:
            self.powerful.add(role)
        return account

    def _pages(self, first: int, last: int) -> Iterator[list[Account]]:
        for start in range(first, last + 1, AHEAD):
            numbers = range(start, min(start + AHEAD, last + 1))
            ahead = self._rest.door.together([partial(self.page, number) for number in numbers])
            yield from (page.accounts for page in ahead)

    def _by_searches(self, wanted: frozenset[str], column: Column) -> dict[str, list[Account]]:
        calls = [partial(self._search, key, column) for key in sorted(wanted)]
        found = self._rest.door.together(calls)
        return _sorted_out(chain.from_iterable(found), wanted, column)

    def _search(self, key: str, column: Column) -> list[Account]:
        filters = {"search": column.sought(key), "search_columns": column.name}
        found: list[Account] = []
        number, pages = 1, 1
        while number <= pages:
            page = self.page(number, **filters)
            found += [account for account in page.accounts if column.key(account) == key]
            number, pages = number + 1, page.pages
        return found


def _sorted_out(
    accounts: Iterable[Account], wanted: frozenset[str], column: Column
) -> dict[str, list[Account]]:
    found: dict[str, list[Account]] = {}
    for account in accounts:
        key = column.key(account)
        if key in wanted:
            found.setdefault(key, []).append(account)
    return found


def _pages(answer: Answer, number: int, users: int) -> int:
    """How many pages there are; where a proxy drops the header, a full page means one more."""
    told = answer.headers.get("x-wp-totalpages", "")
    if told.isdigit():
        return int(told)
    return number + 1 if users == PAGE else number


def singly(found: Mapping[str, list[Account]]) -> dict[str, Account]:
    """The one account of each key, where a key can have one only."""
    return {key: accounts[0] for key, accounts in found.items()}
