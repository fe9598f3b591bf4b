"""A CiviCRM as the service sees it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from latchkey.crm.civicrm.activities import Activities
from latchkey.crm.civicrm.check import check, get_setting, is_on, setting
from latchkey.crm.civicrm.contacts import Contacts
from latchkey.crm.civicrm.groups import Groups
from latchkey.crm.civicrm.links import Links
from latchkey.crm.civicrm.polling import Polling
from latchkey.crm.civicrm.proof import Proof
from latchkey.crm.contract import (
    ActivityNote,
    Crm,
    CrmConnection,
    PollAnswer,
    PollRequest,
    Refused,
    Trigger,
)
from latchkey.policy.health import Health
from latchkey.policy.values import Contact, Link
from latchkey.remote.civicrm.answers import Asked, require
from latchkey.remote.civicrm.api import Api
from latchkey.remote.civicrm.doors import civicrm_door
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RemoteError, SiteError


def connect(connection: CrmConnection, doors: Doors) -> Crm:
    """A CiviCRM by its connection: secrets `api_key`, and `site_key` where AuthX wants one.

    SiteError when the address may not be used or the key is missing. Nothing is sent yet.
    """
    key = connection.secrets.get("api_key")
    if not key:
        raise SiteError(f"The connection {connection.name} has no API key: put one into it.")
    door = civicrm_door(
        doors,
        connection.url,
        key,
        connection.secrets.get("site_key"),
        connections=connection.connections,
        allow_http=connection.allow_http,
    )
    return CiviCrm(Api(door))


class CiviCrm:
    """One CiviCRM, 5.39 or later. Safe to share between threads."""

    def __init__(self, api: Api) -> None:
        self._api = api
        proof = Proof(api)
        self._proof = proof
        self._contacts = Contacts(api, proof)
        self._groups = Groups(api, proof)
        self._links = Links(api, proof)
        self._activities = Activities(api, proof)
        self._polling = Polling(api, proof)

    def check(self) -> Health:
        """See `Crm`; what is found is tried out, and our activity types are made."""
        return check(self._api, self._activities.prepare)

    def triggers(self, groups: Sequence[str], tags: Sequence[str]) -> list[Trigger]:
        """See `Crm`."""
        return self._groups.triggers(groups, tags)

    def groups(self) -> list[Trigger]:
        """See `Crm`; hidden groups, which mailings make, are left out."""
        return self._groups.groups()

    def tags(self) -> list[Trigger]:
        """See `Crm`."""
        return self._groups.tags()

    def count(self, triggers: Sequence[Trigger]) -> int:
        """See `Crm`."""
        return self._contacts.count(triggers)

    def contact_ids(self, triggers: Sequence[Trigger]) -> Iterator[list[int]]:
        """See `Crm`."""
        return self._contacts.ids(triggers)

    def members_among(
        self, triggers: Sequence[Trigger], contact_ids: Sequence[int]
    ) -> frozenset[int]:
        """See `Crm`."""
        return self._contacts.members_among(triggers, contact_ids)

    def poll(self, requests: Sequence[PollRequest]) -> list[PollAnswer]:
        """See `Crm`; smart groups are as fresh as CiviCRM's cache of them (five minutes)."""
        return self._polling.poll(requests)

    def contacts(
        self, triggers: Sequence[Trigger], fields: frozenset[str]
    ) -> Iterator[list[Contact]]:
        """See `Crm`."""
        return self._contacts.pages(triggers, fields)

    def contacts_by_id(self, ids: Sequence[int], fields: frozenset[str]) -> dict[int, Contact]:
        """See `Crm`."""
        return self._contacts.by_id(ids, fields)

    def holders(self, emails: Iterable[str]) -> Mapping[str, list[int]]:
        """See `Crm`; addresses that nobody has are absent."""
        return self._contacts.holders(emails)

    def addresses(self, contact_id: int) -> list[str]:
        """See `Crm`."""
        return self._contacts.addresses(contact_id)

    def links(
        self, *, account_ids: Sequence[str] = (), contact_ids: Sequence[int] = ()
    ) -> list[Link]:
        """See `Crm`."""
        return self._links.get(account_ids, contact_ids)

    def save_links(
        self, links: Sequence[Link], addresses: Mapping[str, str]
    ) -> list[Link | RemoteError]:
        """See `Crm`."""
        return self._links.save(links, addresses)

    def remove_links(self, links: Sequence[Link]) -> None:
        """See `Crm`."""
        self._links.remove(links)

    def prepare_activities(self) -> None:
        """See `Crm`."""
        self._activities.prepare()

    def write_activities(
        self, notes: Sequence[ActivityNote], intended_at: datetime, *, look_first: bool
    ) -> list[int | RemoteError]:
        """See `Crm`."""
        return self._activities.write(notes, intended_at, look_first=look_first)

    def add_to_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:
        """See `Crm`."""
        return self._groups.add_to_group(group, contact_ids)

    def remove_from_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:
        """See `Crm`."""
        return self._groups.remove_from_group(group, contact_ids)

    def add_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:
        """See `Crm`."""
        return self._groups.add_tag(tag, contact_ids)

    def remove_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:
        """See `Crm`."""
        return self._groups.remove_tag(tag, contact_ids)

    def create_contact(self, email: str, first_name: str, last_name: str) -> int:
        """See `Crm`."""
        return self._contacts.create(email, first_name, last_name)

    def set_primary_email(self, contact_id: int, email: str) -> None:
        """See `Crm`."""
        self._contacts.set_primary_email(contact_id, email)

    def validate_checksum(self, contact_id: int, checksum: str) -> bool:
        """See `Crm`."""
        asked = {"contactId": contact_id, "checksum": checksum}
        rows = self._api.call("Contact", "validateChecksum", asked).rows
        require(rows, ["valid"], Asked("Contact", "validateChecksum", reads=True))
        return bool(rows) and rows[0]["valid"] is True

    def synchronises_email(self) -> bool:
        """See `Crm`."""
        self._proof()
        call = get_setting("syncCMSEmail")
        value = setting(self._api.call(call.entity, call.action, call.params))
        return value is None or is_on(value)  # it is on by default

    def close(self) -> None:
        """See `Crm`."""
        self._api.close()
