"""What has to be so before a recorded request is sent again, and who sends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from practice.browsing import Program

LAB_USER = {
    "username": "lab.user1",
    "email": "lab.user1@example.org",
    "roles": ["subscriber"],
    "first_name": "Lab",
    "last_name": "User",
}
LAB_RR = {"username": "lab.rr", "email": "lab.rr@example.org"}
LAB_FORM = {"username": "lab.form", "email": "lab.form@example.org"}
HALF_MADE = {"username": "dl_1", "email": "dl1@example.org", "roles": ["subscriber"]}
SERVICE = "latchkey"


@dataclass(frozen=True, slots=True)
class Scene:
    """One situation; `capabilities` are the service user's, None leaves them to its role.

    `updates` are made to lab.user1; `varies` names the fields of the answer whose values are
    the practice world's own.
    """

    caller: str = "admin"
    password: str | None = None
    accounts: tuple[Mapping[str, Any], ...] = ()
    updates: Mapping[str, Any] = field(default_factory=dict)
    contacts: tuple[str, ...] = ()
    capabilities: tuple[str, ...] | None = None
    switches: Mapping[str, Any] = field(default_factory=dict)
    half_made: bool = False
    varies: frozenset[str] = frozenset()


WITH_LAB_USER = Scene(accounts=(LAB_USER,))
WITH_HALF_MADE = Scene(half_made=True)
AS_READER = Scene(caller=SERVICE, capabilities=("read",))
WITHOUT_APPLICATION_PASSWORDS = Scene(switches={"application_passwords": False})
WITH_OTHERS = Scene(
    accounts=(LAB_USER, LAB_RR, LAB_FORM, {"username": "cap3", "email": "cap3@example.org"}),
    varies=frozenset({"username", "email", "roles"}),
)
RENAMED = {"first_name": "Lab2"}
EMPTIED = {"first_name": "Lab2", "roles": []}

SCENES: Mapping[str, Scene] = {
    "index-production-http": WITHOUT_APPLICATION_PASSWORDS,
    "lostpassword-email": Scene(accounts=(LAB_FORM,)),
    "lostpassword-username": Scene(accounts=(LAB_RR,)),
    "match-first-holder-already-linked-create": Scene(
        contacts=("share.ab@example.org", "share.ab@example.org"),
    ),
    "match-one-contact-create": Scene(contacts=("match.one-contact@example.org",)),
    "match-two-contacts-create": Scene(contacts=("match.two-contacts@example.org",) * 2),
    "users-by-slug": WITH_LAB_USER,
    "users-create-admin-role-by-bot": Scene(caller=SERVICE),
    "users-create-bad-app-password": Scene(password="nothing of the kind"),
    "users-create-duplicate-email": WITH_LAB_USER,
    "users-create-duplicate-username": WITH_LAB_USER,
    "users-create-duplicate-username-case": WITH_LAB_USER,
    "users-create-forbidden": AS_READER,
    "users-create-locale-not-installed": Scene(switches={"languages": []}),
    "users-create-minimal-caps": Scene(caller=SERVICE, capabilities=("read", "create_users")),
    "users-delete": Scene(accounts=(LAB_USER,), updates=EMPTIED),
    "users-delete-no-force": WITH_LAB_USER,
    "users-delete-no-reassign": WITH_LAB_USER,
    "users-get": WITH_LAB_USER,
    "users-get-forbidden": AS_READER,
    "users-list-by-role": WITH_LAB_USER,
    "users-list-forbidden": AS_READER,
    "users-list-page1": WITH_OTHERS,
    "users-me-production-x-forwarded-proto": WITHOUT_APPLICATION_PASSWORDS,
    "users-me-real-password-refused": Scene(password="practice"),
    "users-me-unknown-login": Scene(caller="nobody-of-this-name"),
    "users-search-after-500": WITH_HALF_MADE,
    "users-search-email": WITH_LAB_USER,
    "users-search-email-column": WITH_LAB_USER,
    "users-search-email-without-list-users": Scene(
        caller=SERVICE, capabilities=("read",), accounts=(LAB_RR,)
    ),
    "users-search-substring": WITH_OTHERS,
    "users-search-username": WITH_LAB_USER,
    "users-update-duplicate-email": WITH_LAB_USER,
    "users-update-role": WITH_LAB_USER,
    "users-update-role-after-500": WITH_HALF_MADE,
    "users-update-roles-empty": Scene(accounts=(LAB_USER,), updates=RENAMED),
}


def set_up(scene: Scene, admin: Program) -> dict[str, int]:
    """Make it so, from any situation before; gives the ids of all accounts by username."""
    _clear(admin)
    for email in scene.contacts:
        _add_contact(admin, email)
    for account in scene.accounts:
        assert admin.create(**_created(account)).status == 201
    if scene.half_made:
        admin.control(deadlocks=1)
        assert admin.create(**_created(HALF_MADE)).status == 500
    ids = accounts_of(admin)
    if scene.updates:
        path = f"/wp/v2/users/{ids['lab.user1']}"
        assert admin.ask("POST", path, dict(scene.updates)).status == 200
    wanted = None if scene.capabilities is None else list(scene.capabilities)
    admin.control(capabilities={"user": SERVICE, "capabilities": wanted}, **scene.switches)
    return ids


def accounts_of(admin: Program) -> dict[str, int]:
    found = admin.ask("GET", "/wp/v2/users?context=edit&per_page=100").json()
    return {user["username"]: user["id"] for user in found}


def _clear(admin: Program) -> None:
    admin.control(application_passwords=True, languages=["de_DE", "fr_FR"], deadlocks=0, batch=True)
    for username, user_id in accounts_of(admin).items():
        if username not in ("admin", SERVICE):
            gone = admin.ask("DELETE", f"/wp/v2/users/{user_id}?force=true&reassign=false")
            assert gone.status == 200
    me = {"first_name": "", "last_name": "", "name": "admin", "url": admin.url}
    assert admin.ask("POST", "/wp/v2/users/me", me).status == 200
    assert admin.ask("POST", "/wp/v2/settings", {"title": "Lab"}).status == 200


def _created(account: Mapping[str, Any]) -> dict[str, Any]:
    return {"login": account["username"], **{k: v for k, v in account.items() if k != "username"}}


def _add_contact(admin: Program, email: str) -> None:
    values = {"contact_type": "Individual", "first_name": "M", "last_name": "Match"}
    contact = admin.civicrm("Contact", "create", values=values)[0]
    admin.civicrm("Email", "create", values={"contact_id": contact["id"], "email": email})
