"""The configuration of the demo: what the documents show, at the practice addresses."""

from collections.abc import Mapping

import tomli_w

from latchkey.project.practice import (
    API_KEY,
    APP_PASSWORD,
    ITS_OWN_CRM,
    USERNAME,
    WORDPRESS,
    PracticePlace,
    PracticeSystems,
)

RULE = "members"
DEFAULT_BRAKE = 500
WORDPRESS_ROLE = "subscriber"
WORDPRESS_SETTINGS: Mapping[str, str] = {
    "kind": WORDPRESS,
    "username": USERNAME,
    "password": APP_PASSWORD,
}


def configuration(practice: PracticeSystems, contacts: int) -> str:
    """The configuration file; the rule is the same on every kind of site but for its role."""
    site = practice.site()
    crm = {"kind": "civicrm", "url": practice.url(), "api_key": API_KEY}
    rule = {
        "crm": "main",
        "site": "www",
        "groups": ["Active Members"],
        "username": "{contact.first_name}.{contact.last_name}",
        "roles": [site.role or WORDPRESS_ROLE],
        "notify": "both",
        "when": "at once",
        "review": "never",
        "brake": max(DEFAULT_BRAKE, contacts),
        "history_group": "Website users",
        "afterwards": "remove",
    }
    return tomli_w.dumps(
        {"crm": {"main": crm}, "site": {"www": _site(site, practice.kind)}, "rule": {RULE: rule}}
    )


def _site(place: PracticePlace, kind: str) -> dict[str, str | list[str]]:
    hosts = {"hosts_crm": "main"} if kind in (WORDPRESS, ITS_OWN_CRM) else {}
    return {**(place.connection or WORDPRESS_SETTINGS), "url": place.url, **hosts}
