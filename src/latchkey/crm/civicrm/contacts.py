"""Contacts: read in pages by id, each with all that a rule needs, in one request a page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from latchkey.crm.civicrm.fields import (
    DOMAIN,
    LINKED_ACCOUNT,
    CustomFields,
    Selection,
    domain_field,
    joins,
    whole,
)
from latchkey.crm.civicrm.proof import WITNESS, Proof, Proven, sees_others
from latchkey.crm.civicrm.triggers import Clause, inside
from latchkey.crm.contract import Trigger
from latchkey.policy.values import Contact, same_address
from latchkey.remote.civicrm.answers import Asked, Result, Row, Unsupported, id_of, number, require
from latchkey.remote.civicrm.api import Api, Call, chunks
from latchkey.remote.errors import SiteError, UnknownOutcome

PAGE = 1000
READ = Asked("Contact", "get", reads=True)


class Contacts:
    """The contacts of one CiviCRM."""

    def __init__(self, api: Api, proof: Proof) -> None:
        self._api = api
        self._proof = proof
        self._custom = CustomFields(api)
        self._of_domain: dict[str, object] = {}
        self._explicit_primary = False

    def count(self, triggers: Sequence[Trigger]) -> int:
        """How many are in any of the triggers."""
        if not triggers:
            return 0
        self._proof()
        asked = {"select": ["row_count"], "where": inside(triggers)}
        return self._witnessed(Call("Contact", "get", asked)).matched

    def ids(self, triggers: Sequence[Trigger]) -> Iterator[list[int]]:
        """Pages of ids."""
        if not triggers:
            return
        self._proof()
        where = inside(triggers)
        for rows in keyset(lambda last: self._ids_after(last, where), PAGE):
            yield [id_of(row) for row in rows]

    def members_among(
        self, triggers: Sequence[Trigger], contact_ids: Sequence[int]
    ) -> frozenset[int]:
        """Those of the contacts that are in any of the triggers."""
        if not triggers:
            return frozenset()
        self._proof()
        found: set[int] = set()
        for part in chunks(sorted(set(contact_ids)), PAGE):
            where: list[Clause] = [*inside(triggers), ["id", "IN", list(part)]]
            asked = {"select": ["id"], "where": where}
            found |= {id_of(row) for row in self._api.call("Contact", "get", asked).rows}
        return frozenset(found)

    def pages(self, triggers: Sequence[Trigger], fields: frozenset[str]) -> Iterator[list[Contact]]:
        """Pages of contacts with their token fields."""
        if not triggers:
            return
        proven = self._proof()
        selection = self._selection(fields, proven)
        where = inside(triggers)
        for rows in keyset(lambda last: self._after(last, where, selection, proven), PAGE):
            yield merged(rows, selection)

    def by_id(self, ids: Sequence[int], fields: frozenset[str]) -> dict[int, Contact]:
        """These contacts, trashed ones too: a filter on `id` shows them."""
        proven = self._proof()
        selection = self._selection(fields, proven)
        found: dict[int, Contact] = {}
        for part in chunks(sorted(set(ids)), PAGE):
            rows = self._rows([["id", "IN", list(part)]], selection, proven, limit=0)
            contacts = merged(self._believed(rows, 0), selection)
            found |= {contact.id: contact for contact in contacts}
        return found

    def holders(self, emails: Iterable[str]) -> Mapping[str, list[int]]:
        """Who has one of these as the primary address."""
        self._proof()
        wanted = {same_address(email) for email in emails if email.strip()}
        found: dict[str, set[int]] = {}
        for part in chunks(sorted(wanted), PAGE):
            for row in self._holders(part):
                # The database's own comparison ignores accents too.
                if (address := same_address(str(row["email"]))) in wanted:
                    found.setdefault(address, set()).add(number(row, "contact_id"))
        return {address: sorted(ids) for address, ids in found.items()}

    def addresses(self, contact_id: int) -> list[str]:
        """Those of one contact, without the ones on hold."""
        self._proof()
        asked = {
            "select": ["email"],
            "where": [["contact_id", "=", contact_id], ["on_hold", "=", 0]],
            "orderBy": {"is_primary": "DESC", "id": "ASC"},
        }
        rows = self._api.call("Email", "get", asked).rows
        require(rows, ["email"], Asked("Email", "get", reads=True))
        return [email for row in rows if (email := _text(row["email"]))]

    def create(self, email: str, first_name: str, last_name: str) -> int:
        """Make an individual, and its e-mail where this version dropped that silently."""
        values = {"contact_type": "Individual", "first_name": first_name, "last_name": last_name}
        values |= {"email_primary.email": email, "source": "Latchkey"}
        rows = self._api.call("Contact", "create", {"values": values}).rows
        if not rows:
            raise UnknownOutcome("CiviCRM does not tell which contact it made.")
        contact_id = id_of(rows[0])
        where = [["contact_id", "=", contact_id], ["is_primary", "=", True]]
        if not self._api.call("Email", "get", {"select": ["id"], "where": where}).rows:
            address = {"contact_id": contact_id, "email": email, "is_primary": True}
            self._api.call("Email", "create", {"values": address})
        return contact_id

    def set_primary_email(self, contact_id: int, email: str) -> None:
        """Change the primary address, or make one where there is none.

        That the old one bounced says nothing of the new one; that the person opted out (2) does.
        """
        self._proof()
        where: list[Clause] = [["contact_id", "=", contact_id], ["is_primary", "=", True]]
        select = ["id", "on_hold"]
        rows = self._api.call("Email", "get", {"select": select, "where": where}).rows
        if rows:
            bounced = str(rows[0].get("on_hold")) in {"1", "True"}
            values = {"email": email} | ({"on_hold": 0} if bounced else {})
            asked = {"where": [["id", "=", id_of(rows[0])]], "values": values}
            self._api.call("Email", "update", asked)
        else:
            address = {"contact_id": contact_id, "email": email, "is_primary": True}
            self._api.call("Email", "create", {"values": address})

    def _ids_after(self, last: int, where: list[Clause]) -> Sequence[Row]:
        asked = {"select": ["id"], "where": [*where, ["id", ">", last]]}
        page = {"orderBy": {"id": "ASC"}, "limit": PAGE}
        return self._believed(self._api.call("Contact", "get", asked | page).rows, last)

    def _after(
        self, last: int, where: list[Clause], selection: Selection, proven: Proven
    ) -> Sequence[Row]:
        rows = self._rows([*where, ["id", ">", last]], selection, proven, limit=PAGE)
        return self._believed(rows, last)

    def _rows(
        self, where: list[Clause], selection: Selection, proven: Proven, *, limit: int
    ) -> Sequence[Row]:
        """Rows holding every field asked for; primary e-mails by a join where that is needed."""
        explicit = self._explicit_primary or not proven.has_primary
        rows = self._ask(where, selection, proven, limit=limit, explicit=explicit)
        if rows and not explicit and "email_primary.email" not in rows[0]:
            self._explicit_primary = True
            rows = self._ask(where, selection, proven, limit=limit, explicit=True)
        rows = [whole(row, selection.select) for row in rows]
        require(rows, selection.select, READ)
        return rows

    def _ask(
        self,
        where: list[Clause],
        selection: Selection,
        proven: Proven,
        *,
        limit: int,
        explicit: bool,
    ) -> Sequence[Row]:
        asked = {
            "select": selection.select,
            "join": joins(selection.select, proven, explicit_primary=explicit),
            "where": where,
            "orderBy": {"id": "ASC"},
            "limit": limit,
        }
        return self._api.call("Contact", "get", asked).rows

    def _believed(self, rows: Sequence[Row], last: int) -> Sequence[Row]:
        """The rows; that there are none at all is believed only of a key that sees somebody."""
        if not rows and not last:
            sees_others(self._api.call(WITNESS.entity, WITNESS.action, WITNESS.params))
        return rows

    def _witnessed(self, call: Call) -> Result:
        """The result of a call, with a look in the same request at whether we see anybody."""
        found, witness = self._api.all([call, WITNESS])
        sees_others(witness)
        return found

    def _holders(self, addresses: Sequence[str]) -> Sequence[Row]:
        select = ["email", "contact_id"]
        where: list[Clause] = [
            ["email", "IN", list(addresses)],
            ["is_primary", "=", True],
            ["contact_id.contact_type", "=", "Individual"],
            ["contact_id.is_deleted", "=", False],
            ["contact_id.is_deceased", "=", False],
        ]
        asked = {"select": select, "where": where, "orderBy": {"id": "ASC"}}
        rows = self._witnessed(Call("Email", "get", asked)).rows
        require(rows, select, Asked("Email", "get", reads=True))
        return rows

    def _selection(self, fields: frozenset[str], proven: Proven) -> Selection:
        of_domain = frozenset(name for name in fields if name.startswith(DOMAIN))
        self._learn_domain(of_domain - self._of_domain.keys(), proven)
        constants = {name: self._of_domain[name] for name in of_domain}
        return Selection(self._custom.names(fields - of_domain), constants)

    def _learn_domain(self, fields: frozenset[str], proven: Proven) -> None:
        """The organisation's own fields, which are the same for every contact."""
        if not fields:
            return
        if proven.domain is None:
            raise Unsupported(
                f"CiviCRM does not show {', '.join(sorted(fields))}: give the API key the "
                'permission "administer CiviCRM".'
            )
        places = {name: domain_field(name) for name in fields}
        contact = Selection({name: inner for name, (at, inner) in places.items() if at != "domain"})
        if contact.of_contact:
            where: list[Clause] = [["id", "=", proven.domain.get("contact_id")]]
            for row in self._rows(where, contact, proven, limit=1):
                self._of_domain |= contact.values(row)
        for name, (at, inner) in places.items():
            own = proven.domain.get(inner) if at == "domain" else None
            self._of_domain.setdefault(name, own)


def keyset(fetch: Callable[[int], Sequence[Row]], size: int) -> Iterator[Sequence[Row]]:
    """Pages of rows, ascending by id: `fetch` gives those after an id, at most `size`.

    SiteError when a page does not follow the one before, which would never end.
    """
    last = 0
    while True:
        rows = fetch(last)
        ids = [id_of(row) for row in rows]
        if ids != sorted(ids) or (ids and ids[0] <= last):
            raise SiteError("CiviCRM's pages of contacts do not follow each other.")
        if rows:
            yield rows
            last = ids[-1]
        if len(rows) < size:
            return


def merged(rows: Iterable[Row], selection: Selection) -> list[Contact]:
    """One contact for each id, in the order of the rows; the first row that has a link counts."""
    found: dict[int, Row] = {}
    for row in rows:
        before = found.get(id_of(row))
        if before is None or before[LINKED_ACCOUNT] is None:
            found[id_of(row)] = row
    return [_contact(row, selection) for row in found.values()]


def _contact(row: Row, selection: Selection) -> Contact:
    return Contact(
        id=id_of(row),
        contact_type=str(row["contact_type"] or ""),
        display_name=str(row["display_name"] or ""),
        email=_text(row["email_primary.email"]),
        on_hold=_flag(row["email_primary.on_hold"]),
        is_deceased=_flag(row["is_deceased"]),
        is_deleted=_flag(row["is_deleted"]),
        do_not_email=_flag(row["do_not_email"]),
        language=_text(row["preferred_language"]),
        account_id=_text(row[LINKED_ACCOUNT]),
        modified=str(row["modified_date"] or ""),
        values=selection.values(row),
    )


def _text(value: object) -> str | None:
    text = "" if value is None else str(value).strip()
    return text or None


def _flag(value: object) -> bool:
    """On hold is 1 when it bounced and 2 when the person opted out."""
    return value not in {None, False, "0", ""}
