"""Where things stand in the other systems: addresses that people follow with their browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_lazy as _

from latchkey.store import connections
from latchkey.store.models import Connection

# By kind of site; what is not here has no page that can be told from the account's id.
_ACCOUNT_PAGES: Mapping[str, Callable[[str], str]] = {
    "wordpress": lambda one: f"/wp-admin/user-edit.php?{urlencode({'user_id': one})}",
    "drupal7": lambda one: f"/user/{quote(one, safe='')}",
    "backdrop": lambda one: f"/user/{quote(one, safe='')}",
    "joomla": lambda one: (
        "/administrator/index.php?"
        + urlencode({"option": "com_users", "task": "user.edit", "id": one})
    ),
    "moodle": lambda one: f"/user/profile.php?{urlencode({'id': one})}",
}


def contact_page(crm: Connection, contact_id: int) -> str:
    """The contact's page in CiviCRM, empty for a row of a file."""
    if not crm.url:
        return ""
    query = urlencode({"reset": 1, "cid": contact_id})
    return f"{crm.url.rstrip('/')}/civicrm/contact/view?{query}"


def account_page(site: Connection, account_id: str) -> str:
    """The page of the user on the site, empty where its address cannot be told."""
    page = _ACCOUNT_PAGES.get(site.kind)
    return site.url.rstrip("/") + page(account_id) if page and account_id and site.url else ""


@dataclass(frozen=True, slots=True)
class PracticePlace:
    """A page of the practice systems, for the navigation."""

    label: Any
    icon: str
    url: str


def of_practice() -> list[PracticePlace]:
    """Where the practice systems are looked at; nothing without them."""
    rows = connections.every()
    crm = next((row.url for row in rows if row.practice and row.role == Connection.Role.CRM), None)
    if crm is None:
        return []
    start = crm.rstrip("/")
    return [
        PracticePlace(_("Practice CRM"), "people", f"{start}/civicrm/practice"),
        PracticePlace(_("Practice site"), "globe2", f"{start}/wp-admin/profile.php"),
        PracticePlace(_("Mailbox"), "inbox", f"{start}/mailbox/"),
    ]
