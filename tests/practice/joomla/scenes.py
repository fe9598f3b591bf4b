"""What has to be so before a recorded request is sent again, and who sends it."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from latchkey.practice.joomla import users
from latchkey.practice.joomla.groups import REGISTERED
from practice.joomla import lab

Arrange = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """One situation; `body` stands for the secret in what is sent."""

    arrange: tuple[Arrange, ...] = ()
    token: str = lab.SUPER_TOKEN
    body: str = lab.PASSWORD
    switches: Mapping[str, Any] = field(default_factory=dict)


def _ten_more(db: sqlite3.Connection) -> None:
    """As many as there were when the list was read in pages of two."""
    for number in range(9):
        lab.add(db, f"other{number}", name=f"Test other{number}")


def _twelve_with_carol_first(db: sqlite3.Connection) -> None:
    lab.renamed_carol(db)
    users.set_groups(db, lab.CAROL, {REGISTERED})
    for number in range(7):
        lab.add(db, f"other{number}", name=f"Test other{number}")


def _blocked_erin(db: sqlite3.Connection) -> None:
    lab.add(db, "erin", block=1)


def _reset_alice(db: sqlite3.Connection) -> None:
    lab.alice(db)
    users.change(db, lab.ALICE, {"reset_count": 1, "last_reset": users.now()})


WITH_ALICE, WITH_CAROL = Scene((lab.alice,)), Scene((lab.carol,))
RENAMED = Scene((lab.renamed_carol,))
AS_ADMIN = Scene(token=lab.ADMIN_TOKEN)
NOT_LET_IN = Scene(token=lab.ADMIN_TOKEN, switches={"denied": ["core.login.api"]})

SCENES: Mapping[str, Scene] = {
    "create_bad_token": Scene(token="nothing of the kind"),
    "create_duplicate_both": WITH_ALICE,
    "create_duplicate_email": WITH_ALICE,
    "create_duplicate_email_other_case": WITH_ALICE,
    "create_duplicate_username": WITH_ALICE,
    "create_mail_to_user_off": Scene(switches={"mail_to_user": False}),
    "create_short_password": Scene(body="short"),
    "get_after_reset_shows_resetCount": Scene((_reset_alice,)),
    "get_one": WITH_CAROL,
    "lookup_paging": Scene((_ten_more,)),
    "lookup_search_email": WITH_CAROL,
    "lookup_search_underscore_wildcard": WITH_CAROL,
    "lookup_search_username_prefix": WITH_ALICE,
    "password_reset_form_blocked_user": Scene((_blocked_erin,)),
    "password_reset_form_ok": WITH_ALICE,
    "password_reset_form_require_reset_user": RENAMED,
    "password_reset_form_user_with_french_language": RENAMED,
    "patch_bad_group": RENAMED,
    "patch_custom_field": WITH_CAROL,
    "patch_email_duplicate": Scene((lab.alice, lab.carol)),
    "patch_full": WITH_CAROL,
    "patch_groups_only": WITH_CAROL,
    "patch_password": RENAMED,
    "patch_password_without_password2": RENAMED,
    "patch_require_reset": RENAMED,
    "patch_unblock": RENAMED,
    "patch_with_groups": RENAMED,
    "patch_with_groups_block": RENAMED,
    "patch_with_groups_custom_field": RENAMED,
    "patch_with_groups_duplicate_email": Scene((lab.alice, lab.renamed_carol)),
    "patch_with_groups_unblock_require_reset": RENAMED,
    "svc_admin_block_super_user": AS_ADMIN,
    "svc_admin_create_super_user": AS_ADMIN,
    "svc_admin_group_token_allowed_and_core_login_api_create": AS_ADMIN,
    "svc_admin_group_token_allowed_and_core_login_api_list": Scene(
        (_twelve_with_carol_first,), token=lab.ADMIN_TOKEN
    ),
    "svc_admin_group_token_allowed_no_core_login_api_create": NOT_LET_IN,
    "svc_admin_group_token_allowed_no_core_login_api_list": NOT_LET_IN,
    "token_plugin_disabled": Scene(switches={"token_plugin": False}),
    "webservices_users_plugin_disabled": Scene(switches={"webservices_users": False}),
}
