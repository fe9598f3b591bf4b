"""Users linked with contacts, and the addresses that both have."""

from latchkey.policy.pairing import UsersToContacts
from latchkey.service.linking import link_users
from service.conftest import Workplace

NEW = "quite.new@example.org"


def linked(workplace: Workplace) -> tuple[int, int]:
    """Link what can be linked; one ordinary user and its contact."""
    found = link_users(workplace.installation, workplace.site, UsersToContacts.MATCH)
    pairs = {one.contact_id: int(one.account.id) for one in found if one.contact_id}
    contact_id = min(pairs)
    return pairs[contact_id], contact_id


def synchronise(workplace: Workplace, *, on: bool) -> None:
    """Switch CiviCRM's own carrying of addresses on or off."""
    workplace.installation.connect.crm(workplace.crm)._api.call(
        "Setting", "set", {"values": {"syncCMSEmail": on}}
    )


def primary(workplace: Workplace, contact_id: int) -> str:
    """The primary address of a contact."""
    query = "SELECT email FROM civicrm_email WHERE contact_id = ? AND is_primary = 1"
    return workplace.world.rows(query, contact_id)[0][0]
