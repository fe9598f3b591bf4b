"""Finding users. Moodle hides what its user may not see without a word, so sight is proved first.

Every look-up carries a witness: an account that is known to be there. Where even that one is
missing from the answer, the answer says nothing about the others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from threading import Lock

from latchkey.policy.values import Account, same_address
from latchkey.remote.errors import SiteError
from latchkey.sites.moodle.calls import Calls, rows_in, under
from latchkey.sites.moodle.cohorts import Cohorts
from latchkey.sites.moodle.refusals import FIND, LACKING, LIST, SITE_INFO, UnfitError
from latchkey.sites.moodle.users import NEEDED, account_from

FIRST_IDS = range(1, 101)  # the administrator is among them
GUEST = "guest"
KEY = "idnumber"
AT_ONCE = 400  # PHP takes no more than some thousand values in a request
SEARCHES = 25
PAGE = 500
SIGHT = {"username": "moodle/user:viewalldetails", "email": "moodle/site:viewuseridentity"}
BLIND = LACKING.format(capability="moodle/user:viewdetails") + " Without it Moodle shows nobody."
HALF_BLIND = (
    "Moodle leaves the {field} out of its answers. Give the connection's user the capability "
    "{capability} by a system role, and leave the e-mail address among the fields that "
    "'Show user identity' shows."
)
KEY_NOT_SHOWN = (
    "Moodle finds an account by the ID number, which holds Latchkey's key, and leaves it out of "
    "its answer. Give the connection's user the capability moodle/user:viewalldetails by a system "
    "role; where that is not enough, add the ID number to what 'Show user identity' shows."
)

User = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Me:
    """The token's user, and the functions that its service has."""

    id: str
    username: str
    administrator: bool
    functions: frozenset[str]
    release: str
    language: str


@dataclass(frozen=True, slots=True)
class Witness:
    """An account of somebody else, which every look-up has to find."""

    user: User

    def value(self, field: str) -> list[str]:
        """What finds it by this field; empty where it has none."""
        return [str(self.user[field])] if self.user.get(field) and field in ("id", *SIGHT) else []

    def is_among(self, users: Sequence[User]) -> bool:
        """Whether it was found."""
        return any(user.get("id") == self.user["id"] for user in users)


class Reader:
    """Reads users. `protected` are usernames that count as privileged."""

    def __init__(self, calls: Calls, cohorts: Cohorts, protected: frozenset[str]) -> None:
        self._calls = calls
        self._cohorts = cohorts
        self._protected = protected
        self._lock = Lock()
        self._witness: Witness | None = None
        self._ignores_case: bool | None = None
        self.languages: set[str] = set()

    def me(self) -> Me:
        """Who we are. SiteError when Moodle does not know the token."""
        told = self._calls(SITE_INFO)
        if not isinstance(told, dict) or "userid" not in told:
            raise SiteError("Moodle does not tell whose token this is: check the address.")
        functions = frozenset(str(one.get("name")) for one in under(told, "functions"))
        self.languages.add(str(told.get("lang") or ""))
        return Me(
            id=str(told["userid"]),
            username=str(told.get("username")),
            administrator=bool(told.get("userissiteadmin")),
            functions=functions,
            release=str(told.get("release") or ""),
            language=str(told.get("lang") or ""),
        )

    def witness(self) -> Witness:
        """Somebody whom we see; looked for once. SiteError naming the capability that lacks."""
        with self._lock:
            if self._witness is None:
                self._witness = self._look_for_witness(self.me())
            return self._witness

    def look_anew(self) -> None:
        """Prove our sight again at the next look-up: permissions change."""
        with self._lock:
            self._witness = None

    def find(self, field: str, values: Sequence[str]) -> list[Account]:
        """The accounts whose field is one of the values, as the database compares them."""
        wanted = sorted(set(values))
        if not wanted:
            return []
        parts = [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]
        found = self._calls.door.together([partial(self._certain, field, one) for one in parts])
        users = {str(user["id"]): user for user in chain.from_iterable(found)}
        if field == KEY and not all(user.get(KEY) for user in users.values()):
            raise SiteError(KEY_NOT_SHOWN)
        return self.accounts_from(list(users.values()))

    def find_by_emails(self, emails: Sequence[str]) -> dict[str, list[Account]]:
        """The accounts with exactly these addresses, keyed by `same_address`."""
        wanted = {same_address(email) for email in emails} - {""}
        spellings = {*wanted, *(email.strip() for email in emails)} - {""}
        accounts = self.find("email", sorted(spellings))
        lacking = wanted - {same_address(one.email) for one in accounts}
        if lacking and not self._database_ignores_case():
            accounts += self._in_any_spelling(sorted(lacking))
        found: dict[str, list[Account]] = {}
        for account in accounts:
            if same_address(account.email) in wanted:
                found.setdefault(same_address(account.email), []).append(account)
        return found

    def every(self) -> Iterator[list[Account]]:
        """All accounts by ascending id: Moodle gives them in one piece."""
        self.witness()
        users = self._search("%")
        users.sort(key=lambda user: int(str(user["id"])))
        for start in range(0, len(users), PAGE):
            yield self.accounts_from(users[start : start + PAGE])

    def accounts_from(self, users: Sequence[User]) -> list[Account]:
        """The users as accounts, with the cohorts that they are in."""
        for user in users:
            for field in NEEDED:
                if field not in user:
                    raise _half_blind(field)
            self.languages.add(str(user.get("lang") or ""))
        roles = self._cohorts.roles_of([str(user["id"]) for user in users])
        return [account_from(user, roles[str(user["id"])], self._protected) for user in users]

    def _look_for_witness(self, me: Me) -> Witness:
        ids = [str(id_) for id_ in FIRST_IDS if str(id_) != me.id]
        others = [
            user
            for user in rows_in(self._calls(FIND, {"field": "id", "values": ids}))
            if user.get("username") != GUEST
        ]
        if not others:
            raise SiteError(BLIND)
        for user in others:
            if all(user.get(field) for field in SIGHT):
                return Witness(user)
        raise _half_blind(next(field for field in SIGHT if not others[0].get(field)))

    def _certain(self, field: str, values: Sequence[str]) -> list[User]:
        witness = self.witness()
        found = self._asked(field, values, witness)
        if not witness.value(field) or witness.is_among(found):
            return [user for user in found if self._was_asked_for(user, field, values, witness)]
        self.look_anew()
        witness = self.witness()
        found = self._asked(field, values, witness)
        if not witness.is_among(found):
            raise SiteError(BLIND)
        return [user for user in found if self._was_asked_for(user, field, values, witness)]

    def _was_asked_for(
        self, user: User, field: str, values: Sequence[str], witness: Witness
    ) -> bool:
        if user.get("id") != witness.user["id"]:
            return True
        return str(user.get(field)).casefold() in {value.casefold() for value in values}

    def _asked(self, field: str, values: Sequence[str], witness: Witness) -> list[User]:
        """The users found. One value that Moodle does not take would spoil the whole question."""
        asked = list(dict.fromkeys([*values, *witness.value(field)]))
        try:
            return rows_in(self._calls(FIND, {"field": field, "values": asked}))
        except UnfitError as error:
            if not values:
                raise _not_taken(error) from None
        if len(values) == 1:
            return self._asked(field, [], witness) if witness.value(field) else []
        middle = len(values) // 2
        halves = values[:middle], values[middle:]
        return [user for half in halves for user in self._asked(field, half, witness)]

    def _database_ignores_case(self) -> bool:
        """Whether `=` ignores case: MariaDB's does, PostgreSQL's does not. Asked once."""
        if self._ignores_case is None:
            witness = self.witness()
            other = str(witness.user["email"]).swapcase()
            found = rows_in(self._calls(FIND, {"field": "email", "values": [other]}))
            self._ignores_case = witness.is_among(found)
        return self._ignores_case

    def _in_any_spelling(self, emails: Sequence[str]) -> list[Account]:
        if len(emails) > SEARCHES:
            return self.accounts_from(self._search("%"))
        searches: list[Callable[[], list[User]]] = [partial(self._search, one) for one in emails]
        found = chain.from_iterable(self._calls.door.together(searches))
        return self.accounts_from(list({str(user["id"]): user for user in found}.values()))

    def _search(self, email: str) -> list[User]:
        """By LIKE: `%` and `_` stand for anything, so that the finds have to be compared."""
        criteria = [{"key": "email", "value": email}]
        try:
            users = under(self._calls(LIST, {"criteria": criteria}), "users")
        except UnfitError as error:
            raise _not_taken(error) from None
        return [user for user in users if user.get("username") != GUEST]


def _not_taken(error: UnfitError) -> SiteError:
    return SiteError(f"Moodle did not take our question. {error}")


def _half_blind(field: str) -> SiteError:
    capability = SIGHT.get(field, "moodle/user:viewdetails")
    return SiteError(HALF_BLIND.format(field=field, capability=capability))
