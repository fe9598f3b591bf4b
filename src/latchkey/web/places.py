"""Where things stand in the other systems: addresses that people follow with their browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_lazy as _

from latchkey.store import connections
from latchkey.store.models import Connection

# By kind of site, from the account's id and username. SCIM describes services, not their pages.
_ACCOUNT_PAGES: Mapping[str, Callable[[str, str], str]] = {
    "wordpress": lambda one, _: f"/wp-admin/user-edit.php?{urlencode({'user_id': one})}",
    # Its pages have numbers, which JSON:API does not tell; the list of users searches names.
    "drupal": lambda _, name: f"/admin/people?{urlencode({'user': name})}",
    "drupal7": lambda one, _: f"/user/{quote(one, safe='')}",
    "backdrop": lambda one, _: f"/user/{quote(one, safe='')}",
    "joomla": lambda one, _: (
        "/administrator/index.php?"
        + urlencode({"option": "com_users", "task": "user.edit", "id": one})
    ),
    "moodle": lambda one, _: f"/user/profile.php?{urlencode({'id': one})}",
    # Its form reads what it is to show behind the #.
    "standalone": lambda one, _: f"/civicrm/admin/user#?{urlencode({'User1': one})}",
}


def contact_page(crm: Connection, contact_id: int) -> str:
    """The contact's page in CiviCRM, empty for a row of a file."""
    if not crm.url:
        return ""
    query = urlencode({"reset": 1, "cid": contact_id})
    return f"{crm.url.rstrip('/')}/civicrm/contact/view?{query}"


def account_page(site: Connection, account_id: str, username: str) -> str:
    """The page of the user on the site, empty where its address cannot be told."""
    page = _ACCOUNT_PAGES.get(site.kind)
    if page is None or not (account_id and username and site.url):
        return ""
    return site.url.rstrip("/") + page(account_id, username)


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
