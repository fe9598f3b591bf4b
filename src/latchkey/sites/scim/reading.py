"""Finding users by filters, by the whole list, or singly: whichever the service takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from math import ceil
from threading import Lock
from urllib.parse import quote
from uuid import UUID

from latchkey.policy.values import Account, same_address
from latchkey.remote.errors import Missing, SiteError
from latchkey.sites.scim.calls import USERS, Calls, Row, listed, objects, quoted
from latchkey.sites.scim.groups import Groups
from latchkey.sites.scim.refusals import NoFilterError
from latchkey.sites.scim.users import account_from

FEW = 4  # so many are asked for singly, which every service can answer
CHAIN = 20  # values in one filter: some services, and what stands before them, limit an address
UNPROVED = (
    "The service shows no user, and answers as much to somebody without the token: whether it is "
    "empty cannot be told. Check the token."
)


class Reader:
    """Reads users. `protected` are usernames, casefolded, that count as privileged."""

    def __init__(self, calls: Calls, groups: Groups, protected: frozenset[str]) -> None:
        self._calls = calls
        self._groups = groups
        self._protected = protected
        self._lock = Lock()
        self._total: int | None = None
        self._somebody: Row = {}
        self._filtered_well: set[str] = set()
        self._unfiltered: set[str] = set()
        self._unchained = False

    def prove(self) -> int:
        """How many users there are; asked once, and none only when our token is what counts."""
        with self._lock:
            if self._total is None:
                body = self._calls.read(USERS, {"startIndex": 1, "count": 1})
                rows, total = listed(body, USERS)
                self._somebody = next(iter(rows), {})
                if not total and self._calls.anonymous_is_let_in():
                    raise SiteError(UNPROVED)
                self._total = total
            return self._total

    def look_anew(self) -> None:
        """Prove the credential again at the next look-up, and try what was not taken."""
        with self._lock:
            self._total = None
            self._filtered_well = set()
            self._unfiltered = set()
            self._unchained = False

    def find_by_emails(self, emails: Sequence[str]) -> dict[str, list[Account]]:
        """The accounts whose primary address is one of these, keyed by `same_address`."""
        wanted = {same_address(email) for email in emails} - {""}
        spellings = sorted({*wanted, *(email.strip() for email in emails)} - {""})
        found_rows, is_everybody = self._found("emails.value", spellings)
        rows = _by_id(found_rows)
        if not is_everybody:
            # One who has no address but a name that is one: no filter for addresses finds that.
            rows |= _by_id(row for row in self.find("userName", spellings) if not row.get("emails"))
        accounts = self.accounts_from(list(rows.values()))
        found: dict[str, list[Account]] = {}
        for account in accounts:
            if same_address(account.email) in wanted:
                found.setdefault(same_address(account.email), []).append(account)
        return found

    def find_by_usernames(self, usernames: Sequence[str]) -> dict[str, Account]:
        """The accounts with these usernames, keyed by the casefolded name."""
        wanted = {name.casefold() for name in usernames} - {""}
        spellings = {*wanted, *usernames} - {""}
        accounts = self.accounts_from(self.find("userName", sorted(spellings)))
        named = {one.username.casefold(): one for one in accounts}
        return {name: one for name, one in named.items() if name in wanted}

    def find_by_keys(self, keys: Sequence[UUID]) -> dict[UUID, Account]:
        """The accounts whose externalId is one of our keys."""
        wanted = set(keys)
        accounts = self.accounts_from(self.find("externalId", sorted(map(str, wanted))))
        return {one.key: one for one in accounts if one.key in wanted}

    def get(self, account_ids: Sequence[str]) -> list[Account]:
        """These accounts; the ones that are gone are left out."""
        return self.accounts_from(list(self.rows_of(account_ids).values()))

    def rows_of(self, account_ids: Sequence[str]) -> dict[str, Row]:
        """The users with these ids, as the service shows them now.

        One that no filter finds is asked for by its address, before it is said to be gone.
        """
        self.prove()
        wanted = list(dict.fromkeys(account_ids))
        found = {}
        if len(wanted) > FEW:
            found = {str(row.get("id")): row for row in self.find("id", wanted)}
        lacking = [partial(self._one, id_) for id_ in wanted if id_ and id_ not in found]
        singly = self._calls.door.together(lacking) if lacking else []
        found |= {str(row.get("id")): row for row in singly if row is not None}
        return {id_: found[id_] for id_ in wanted if id_ in found}

    def every(self) -> Iterator[list[Account]]:
        """All accounts, in the service's order, each once: its pages may shift while we read."""
        self.prove()
        seen: set[str] = set()
        for page in self._calls.rows(USERS):
            fresh = [row for row in page if str(row.get("id")) not in seen]
            seen |= {str(row.get("id")) for row in fresh}
            yield self.accounts_from(fresh)

    def accounts_from(self, rows: Sequence[Row]) -> list[Account]:
        """The users as accounts, with the groups that they are in."""
        memberships = self._groups.of([str(row.get("id")) for row in rows])
        return [account_from(row, memberships[str(row.get("id"))], self._protected) for row in rows]

    def find(self, attribute: str, values: Sequence[str]) -> list[Row]:
        """Users whose attribute may be one of the values: the caller compares."""
        return self._found(attribute, values)[0]

    def _found(self, attribute: str, values: Sequence[str]) -> tuple[list[Row], bool]:
        """The same, and whether it is everybody: where that is cheaper, or no filter is taken."""
        total = self.prove()
        if not values:
            return [], True
        pages = ceil(max(total, 1) / self._calls.abilities().page)
        if self._takes(attribute) and self._requests(len(values)) <= pages:
            rows = self._filtered(attribute, values)
            if rows is not None:
                return rows, False
        return list(_by_id(chain.from_iterable(self._calls.rows(USERS))).values()), True

    def _takes(self, attribute: str) -> bool:
        """Whether a filter for it can be believed: some services find nobody by what they lack."""
        if not self._calls.abilities().filters or attribute in self._unfiltered:
            return False
        if attribute not in self._filtered_well:
            value = _value(self._somebody, attribute)
            there = not value or self._filtered(attribute, [value])
            (self._filtered_well if there else self._unfiltered).add(attribute)
        return attribute in self._filtered_well

    def _requests(self, values: int) -> int:
        return values if self._unchained else ceil(values / CHAIN)

    def _filtered(self, attribute: str, values: Sequence[str]) -> list[Row] | None:
        """What the filters find; None where the service does not take them."""
        size = 1 if self._unchained else CHAIN
        parts = [values[start : start + size] for start in range(0, len(values), size)]
        try:
            pages = self._calls.door.together([partial(self._asked, attribute, p) for p in parts])
        except NoFilterError:
            if size > 1 and len(values) > 1:
                self._unchained = True
                return self._filtered(attribute, values)
            self._unfiltered.add(attribute)
            return None
        return list(_by_id(chain.from_iterable(pages)).values())

    def _asked(self, attribute: str, values: Sequence[str]) -> list[Row]:
        filter_ = " or ".join(f'{attribute} eq "{quoted(value)}"' for value in values)
        return [row for page in self._calls.rows(USERS, filter_) for row in page]

    def _one(self, account_id: str) -> Row | None:
        try:
            row = self._calls.read(f"{USERS}/{quote(account_id, safe='')}")
        except Missing:
            return None
        return row if isinstance(row, Mapping) else None


def _value(row: Row, attribute: str) -> str:
    """The value by which a filter for the attribute has to find this user; empty without one."""
    if attribute == "emails.value":
        return str(next(iter(objects(row.get("emails"))), {}).get("value") or "")
    return str(row.get(attribute) or "")


def _by_id(rows: Iterable[Row]) -> dict[str, Row]:
    return {str(row.get("id")): row for row in rows}
