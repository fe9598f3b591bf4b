"""UFMatch: the CRM's own record of which account belongs to which contact.

It is unique by contact and by address within a domain, not by account.
"""

from collections.abc import Mapping, Sequence

from latchkey.crm.civicrm.proof import Proof
from latchkey.policy.values import Link
from latchkey.remote.civicrm.answers import Asked, Duplicate, Row, id_of, number, require
from latchkey.remote.civicrm.api import Api, Call, chunks
from latchkey.remote.errors import RejectedError, RemoteError, UnknownOutcome

FIELDS = ["id", "uf_id", "contact_id"]
Outcome = Link | RemoteError


class Links:
    """The UFMatch rows of one CiviCRM."""

    def __init__(self, api: Api, proof: Proof) -> None:
        self._api = api
        self._proof = proof

    def get(self, account_ids: Sequence[str], contact_ids: Sequence[int]) -> list[Link]:
        """Those of the accounts or contacts, ascending by id, in one request.

        An account id which is not a number is none of the CRM's site.
        """
        domain_id = self._proof().domain_id
        accounts = sorted({int(one) for one in account_ids if one.isascii() and one.isdigit()})
        parts = [("uf_id", part) for part in chunks(accounts)]
        parts += [("contact_id", part) for part in chunks(sorted(set(contact_ids)))]
        results = self._api.all([_asking(field, part, domain_id) for field, part in parts])
        rows = {id_of(row): row for result in results for row in result.rows}
        require(rows.values(), FIELDS, Asked("UFMatch", "get", reads=True))
        return [_link(rows[id_]) for id_ in sorted(rows) if rows[id_]["contact_id"] is not None]

    def save(self, links: Sequence[Link], addresses: Mapping[str, str]) -> list[Outcome]:
        """Make or move them. What the CRM says afterwards is the outcome, not its answers."""
        known = self._around(links)
        lacking = [link for link in links if _pair(link) not in known]
        errors = self._save_all(lacking, self._accounts(known), addresses) if lacking else {}
        now = self._around(links) if lacking else known
        return [_outcome(link, now, errors) for link in links]

    def remove(self, links: Sequence[Link]) -> None:
        """Delete the rows that still pair the same two; deleting nothing is no error."""
        known = self._around(links)
        ids = [one.id for link in links if (one := known.get(_pair(link))) is not None]
        for part in chunks([id_ for id_ in ids if id_ is not None]):
            self._api.call("UFMatch", "delete", {"where": [["id", "IN", list(part)]]})

    def _around(self, links: Sequence[Link]) -> dict[tuple[str, int], Link]:
        found = self.get([one.account_id for one in links], [one.contact_id for one in links])
        return {_pair(link): link for link in found}

    def _accounts(self, known: Mapping[tuple[str, int], Link]) -> frozenset[str]:
        return frozenset(account_id for account_id, _ in known)

    def _save_all(
        self, links: Sequence[Link], linked: frozenset[str], addresses: Mapping[str, str]
    ) -> dict[str, RemoteError]:
        """The error of each account that has one; at a bad record the rest is saved singly."""
        records = {one.account_id: _record(one, linked, addresses) for one in links}
        try:
            self._write(list(records.values()))
        except UnknownOutcome as lost:
            return dict.fromkeys(records, lost)
        except RejectedError as error:
            if len(records) == 1:
                return dict.fromkeys(records, error)
        else:
            return {}
        errors: dict[str, RemoteError] = {}
        for account_id, record in records.items():
            try:
                self._write([record])
            except (RejectedError, UnknownOutcome) as error:
                errors[account_id] = error
        return errors

    def _write(self, records: Sequence[Mapping[str, object]]) -> None:
        domain_id = (self._proof().domain or {}).get("id")
        domain = {} if domain_id is None else {"domain_id": domain_id}
        match = ["uf_id", *domain]
        asked = {"records": records, "defaults": domain, "match": match}
        self._api.call("UFMatch", "save", asked)


def _asking(field: str, ids: Sequence[int], domain_id: int | None) -> Call:
    where: list[list[object]] = [[field, "IN", list(ids)]]
    if domain_id is not None:
        where.append(["domain_id", "=", domain_id])
    return Call("UFMatch", "get", {"select": FIELDS, "where": where, "orderBy": {"id": "ASC"}})


def _link(row: Row) -> Link:
    return Link(number(row, "contact_id"), str(row["uf_id"]), id_of(row))


def _pair(link: Link) -> tuple[str, int]:
    return link.account_id, link.contact_id


def _record(link: Link, linked: frozenset[str], addresses: Mapping[str, str]) -> dict[str, object]:
    """What is saved; the address of an account that has a link already is left as it is."""
    record: dict[str, object] = {"uf_id": int(link.account_id), "contact_id": link.contact_id}
    if link.account_id not in linked:
        record["uf_name"] = addresses[link.account_id]
    return record


def _outcome(
    link: Link, now: Mapping[tuple[str, int], Link], errors: Mapping[str, RemoteError]
) -> Outcome:
    if _pair(link) in now:
        return now[_pair(link)]
    error = errors.get(link.account_id)
    others = [one.account_id for one in now.values() if one.contact_id == link.contact_id]
    if others and not isinstance(error, UnknownOutcome):
        return Duplicate(
            f"Contact {link.contact_id} is linked with account {others[0]} already, so account "
            f"{link.account_id} cannot be linked with it."
        )
    return error or RejectedError(
        f"CiviCRM did not link contact {link.contact_id} with account {link.account_id}."
    )
