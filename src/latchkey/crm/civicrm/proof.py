"""What has to be known before an empty answer of CiviCRM's may be believed."""

import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from latchkey.remote.civicrm.answers import PermissionLacking, Result, Row, number
from latchkey.remote.civicrm.api import Api, Call, Caller
from latchkey.remote.errors import RemoteError, SiteError
from latchkey.remote.http import Answer

PRIMARY_SINCE = (5, 53)

# What the proof asks for, all in one request.
LINKS = Call("UFMatch", "get", {"select": ["id"], "limit": 1})
WITNESS = Call("Contact", "get", {"select": ["id"], "orderBy": {"id": "ASC"}, "limit": 2})
DOMAINS = Call("Domain", "get", {"select": ["id", "name", "description", "version", "contact_id"]})
OUR_DOMAIN = Call("Domain", "get", {**DOMAINS.params, "where": [["is_active", "=", True]]})


@dataclass(frozen=True, slots=True)
class Proven:
    """What the credential was seen to be able to do, and where.

    `domain` is None where CiviCRM does not show it; `several_domains` says whether links of other
    domains have to be kept apart. `clock_ahead` is how far the CRM's clock is ahead of ours.
    """

    caller: Caller
    domain: Row | None
    several_domains: bool
    clock_ahead: timedelta

    @property
    def version(self) -> str:
        """CiviCRM's version, empty when it does not tell."""
        return str(self.domain.get("version") or "") if self.domain else ""

    @property
    def has_primary(self) -> bool:
        """Whether `email_primary` and its like may be expected."""
        return version_number(self.version) >= PRIMARY_SINCE if self.version else True

    @property
    def domain_id(self) -> int | None:
        """The id of the domain that links belong to, None where it does not matter or show."""
        if self.domain is None or not self.several_domains:
            return None
        return number(self.domain, "id")


class Proof:
    """Proves the credential once, when it is first needed. Only success is remembered."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._proven: Proven | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Proven:
        """The proof. SiteError names the permission that is lacking."""
        with self._lock:
            if self._proven is None:
                self._proven = self._prove()
            return self._proven

    def _prove(self) -> Proven:
        caller, answer = self._api.who_am_i()
        links, witness, domains = self._api.calls([LINKS, WITNESS, DOMAINS])
        for outcome in (links, witness):
            if isinstance(outcome, RemoteError):
                raise outcome
        if isinstance(witness, Result):
            sees_others(witness)
        found = self._domains(domains)
        return Proven(caller, _ours(found), len(found) > 1, clock_ahead(answer))

    def _domains(self, outcome: Result | RemoteError) -> list[Row]:
        """The domain we are in, and another where there are several; [] when they do not show."""
        match outcome:
            case Result(rows) if len(rows) > 1:
                ours = self._api.call(OUR_DOMAIN.entity, OUR_DOMAIN.action, OUR_DOMAIN.params)
                return [*ours.rows, *(row for row in rows if row not in ours.rows)]
            case Result(rows):
                return list(rows)
            case PermissionLacking():
                return []
            case error:
                raise error


def sees_others(witness: Result) -> None:
    """SiteError unless WITNESS saw a contact besides our own: every CiviCRM has its organisation.

    A key that has lost its permission, or that AuthX no longer looks at, gets empty answers only.
    """
    if len(witness.rows) <= 1:
        raise SiteError(
            "The API key sees no contact but its own: give its user the permission "
            '"view all contacts".'
        )


def version_number(version: str) -> tuple[int, int]:
    """The first two parts of a version; (0, 0) when it is not one."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


def _ours(domains: list[Row]) -> Row | None:
    return domains[0] if domains else None


def clock_ahead(answer: Answer) -> timedelta:
    """The difference of the clocks, to the second; nothing when the server does not tell."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return timedelta()
    return theirs - datetime.now(UTC) if theirs.tzinfo else timedelta()
