"""Finding users: exactly these, whatever the database thinks of upper and lower case."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from latchkey.policy.values import Account, same_address
from latchkey.remote.errors import SiteError
from latchkey.sites.drupal.documents import (
    PAGE,
    SMALL_PAGE,
    USERS,
    Page,
    Question,
    Row,
    after,
    among,
    document,
    either,
    parsed,
    slices_of,
)
from latchkey.sites.drupal.jsonapi import JsonApi
from latchkey.sites.drupal.refusals import LACKING, error_for
from latchkey.sites.drupal.roles import RoleBook
from latchkey.sites.drupal.users import account_from, uuids_among

OK = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A field that is looked in, and the form in which its values are compared.

    `loosely` is the operator by which every database ignores case: for names Drupal does so
    itself, for addresses no database does when it looks for a beginning.
    """

    path: str
    key: Callable[[Account], str]
    loosely: str


MAIL = Column("mail", lambda one: same_address(one.email), "STARTS_WITH")
NAME = Column("name", lambda one: one.username.casefold(), "=")


@dataclass(frozen=True, slots=True)
class Me:
    """Our own account, as it is there."""

    id: str
    username: str
    email: str
    roles: frozenset[str]
    is_almighty: bool
    version: str


class Reader:
    """Reads users; remembers of them only which roles there are."""

    def __init__(self, api: JsonApi, book: RoleBook) -> None:
        self._api = api
        self._book = book
        self._lock = Lock()
        self._ignores_case: bool | None = None

    def find(self, keys: Sequence[str], column: Column) -> dict[str, list[Account]]:
        """The accounts whose field is exactly one of these keys, upper and lower case apart."""
        wanted = frozenset(keys)
        if not wanted:
            return {}
        if self._database_ignores_case():
            asked = [among(column.path, part) for part in slices_of(sorted(wanted), PAGE)]
        else:
            parts = slices_of(sorted(wanted), SMALL_PAGE)
            asked = [either(column.path, column.loosely, part) for part in parts]
        found: dict[str, list[Account]] = {}
        for account in self._accounts(asked):
            if column.key(account) in wanted:
                found.setdefault(column.key(account), []).append(account)
        return found

    def same_in_database(self, path: str, value: str) -> list[Account]:
        """The accounts that the database takes for the same: MariaDB ignores accents too."""
        return self._accounts([{f"filter[{path}]": value, "page[limit]": PAGE}])

    def by_ids(self, ids: Sequence[str]) -> dict[str, Account]:
        """These users; the ones that are gone are absent."""
        wanted = uuids_among(ids)
        found = self._accounts([among("id", part) for part in slices_of(wanted, PAGE)])
        return {one.id: one for one in found}

    def every_page(self) -> Iterator[list[Account]]:
        """All users by ascending number, without the anonymous one."""
        last, more = 0, True
        while more:
            (page,) = self._api.pages(USERS, [after(last)])
            numbers = [document(row, "attributes").get("drupal_internal__uid") for row in page.rows]
            yield self._shown(page)
            more = page.more and bool(numbers)
            last = max((one for one in numbers if isinstance(one, int)), default=last)

    def number_of(self, account_id: str) -> int | None:
        """The number that the REST resource knows an account by; None when it is gone."""
        (page,) = self._api.pages(USERS, [among("id", uuids_among([account_id]))])
        numbers = [document(row, "attributes").get("drupal_internal__uid") for row in page.rows]
        return next((one for one in numbers if isinstance(one, int)), None)

    def me(self) -> Me:
        """Our own account. What it may see of itself it sees without any permission."""
        path = f"{USERS}/{self._api.access.session().me}"
        answer = self._api.read(path)
        if answer.status != OK:
            raise error_for(answer, self._api.asked)
        row = document(parsed(answer), "data")
        self._book.learn(row)
        attributes = document(row, "attributes")
        account = account_from(row, self._book.name_of)
        return Me(
            id=str(row.get("id")),
            username=str(attributes.get("name")),
            email=str(attributes.get("mail") or ""),
            roles=account.roles if account else frozenset(),
            is_almighty=bool(account and account.powers),
            version=_version(answer.headers.get("x-generator", "")),
        )

    def account_in(self, row: Row) -> Account:
        """The account that a resource is. SiteError when the permission to see it is lacking."""
        self._book.learn(row)
        account = account_from(row, self._book.name_of)
        if account is None:
            raise SiteError(LACKING)
        return account

    def _database_ignores_case(self) -> bool:
        """Whether addresses are compared without case: tried with our own, in the other case.

        MariaDB and MySQL ignore it, PostgreSQL and SQLite do not (recordings
        lookup_by_mail_other_case and mariadb_lookup_by_mail_other_case).
        """
        with self._lock:
            if self._ignores_case is None:
                email = self.me().email
                other = email.swapcase()
                (page,) = self._api.pages(USERS, [among("mail", [other])]) if email else (Page([]),)
                self._ignores_case = other != email and bool(page.rows)
            return self._ignores_case

    def _accounts(self, questions: Sequence[Question]) -> list[Account]:
        found: list[Account] = []
        start = 0
        waiting = list(questions)
        while waiting:
            asked = [{**one, "page[offset]": start} if start else one for one in waiting]
            pages = self._api.pages(USERS, asked)
            found += [account for page in pages for account in self._shown(page)]
            waiting = [one for one, page in zip(waiting, pages, strict=True) if page.more]
            start += PAGE
        return found

    def _shown(self, page: Page) -> list[Account]:
        if page.omitted:
            raise SiteError(LACKING)
        return [self.account_in(row) for row in page.rows]


def _version(generator: str) -> str:
    """What the header X-Generator tells: `Drupal 10 (https://www.drupal.org)`."""
    words = generator.split()
    return words[1] if words[:1] == ["Drupal"] and len(words) > 1 else ""
