"""Links into the other systems lead where those have a page for it."""

import pytest

from latchkey.sites.registry import KINDS
from latchkey.store.models import Connection
from latchkey.web.places import account_page

AT = "https://www.example.org"
PAGES = {
    "backdrop": "/user/7",
    "drupal": "/admin/people?user=Ana.Nunez",
    "drupal7": "/user/7",
    "joomla": "/administrator/index.php?option=com_users&task=user.edit&id=7",
    "moodle": "/user/profile.php?id=7",
    "standalone": "/civicrm/admin/user#?User1=7",
    "wordpress": "/wp-admin/user-edit.php?user_id=7",
}
# A service of accounts, whose users are seen wherever it is used.
WITHOUT = {"scim"}


@pytest.mark.parametrize("kind", PAGES)
def test_account_leads_to_its_page_on_the_site(kind: str):
    site = Connection(kind=kind, url=f"{AT}/")

    assert account_page(site, "7", "Ana.Nunez") == AT + PAGES[kind]


def test_every_kind_of_site_has_a_page_or_is_known_to_have_none():
    assert set(KINDS) == set(PAGES) | WITHOUT


def test_account_without_an_id_leads_nowhere():
    assert account_page(Connection(kind="wordpress", url=AT), "", "") == ""
