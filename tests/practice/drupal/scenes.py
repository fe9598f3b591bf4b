"""What has to be so before a recorded request is sent again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from latchkey.practice.drupal import PASSWORD


@dataclass(frozen=True, slots=True)
class Person:
    """An account that is there, as it was at the recorded site."""

    name: str
    uuid: str | None = None
    mail: str | None = ""
    status: bool = True
    langcode: str = "fr"
    init: str | None = None
    roles: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """One situation. `credential` is right, wrong, blocked, dead or bad token.

    `typed` is the password in the request's body, where it is not that of the people; `activated`
    unblocks the first of them, `follows` takes the address from their mail, and `numbered` asks
    for the account of this name by its number.
    """

    people: tuple[Person, ...] = ()
    credential: str = "right"
    typed: str = ""
    switches: Mapping[str, Any] = field(default_factory=dict)
    activated: bool = False
    follows: bool = False
    numbered: str = ""


def _person(name: str, uuid: str | None = None, **more: Any) -> Person:
    return replace(Person(name, uuid, mail=f"{name}@example.org"), **more)


ALICE = _person("alice", "19ed56bb-f62e-47d6-b248-34a258872f7e")
MARIADB_ALICE = replace(ALICE, uuid="c3944af2-42a0-4d66-a6aa-7a19841dfd89")
CAROL = _person(
    "carol",
    "c5977441-a078-4cb3-9280-154057f81b02",
    fields={"field_civi_contact_id": 42, "field_first_name": "Carol", "field_last_name": "Ünï"},
)
CAROL_MEMBER = replace(CAROL, roles=("member",))
FRANK = _person("frank", "86e32785-6334-449a-bc4c-279ecbfcc3a6", status=False)
GINA = _person("gina")
JANE = _person(
    "jane",
    "d54b33ee-9dd0-43e0-a431-7ead6e4c12e1",
    langcode="de",
    roles=("member",),
    fields={"field_first_name": "Jane"},
)
MAILFAIL = _person("mailfail", "f9f197cb-077b-4376-b0c1-3879b62924df", status=False)
NOMAIL = replace(_person("nomail"), mail=None)
NOPASS = _person("nopass", "a5a30416-16b8-4d94-89c5-772c7e378c99")
UUIDY = _person("uuidy", "7d444840-9dc0-51d1-b245-5ffdce74fad2")

WITH_ALICE = Scene((ALICE,))
WITH_CAROL = Scene((CAROL,))
WITH_MEMBER = Scene((CAROL_MEMBER,))
WITH_FRANK = Scene((FRANK,))
WITH_JANE = Scene((JANE,))
WITH_UUIDY = Scene((UUIDY,))
MINDS_CASE = {"ignores_case": False}
NO_TRANSPORT = {"mail_transport": False}
WRONG = Scene(credential="wrong")

SCENES: Mapping[str, Scene] = {
    "activate_sends_status_activated_mail": WITH_FRANK,
    "activate_while_mail_transport_failing": Scene((MAILFAIL,), switches=NO_TRANSPORT),
    "create_duplicate_mail": WITH_ALICE,
    "create_duplicate_mail_other_case": Scene((ALICE,), switches=MINDS_CASE),
    "create_duplicate_name": WITH_ALICE,
    "create_duplicate_name_and_mail": WITH_ALICE,
    "create_with_client_uuid_again_same_name": WITH_UUIDY,
    "create_with_dead_session_cookie": Scene(credential="dead"),
    "create_with_session_cookie_bad_csrf": Scene(credential="bad token"),
    "create_wrong_password": WRONG,
    "delete_user": Scene((NOPASS,)),
    "delete_without_permission": WITH_FRANK,
    "entry_point_service_account_flood_blocked_right_password": Scene(credential="blocked"),
    "entry_point_wrong_password": WRONG,
    "get_by_uuid": WITH_UUIDY,
    "grant_administrator_role_by_provisioner": WITH_FRANK,
    "include_roles_in_response": WITH_UUIDY,
    "login_json": WITH_ALICE,
    "login_json_wrong": Scene((ALICE,), typed="not the one"),
    "lookup_by_custom_field": WITH_MEMBER,
    "lookup_by_mail": WITH_MEMBER,
    "lookup_by_mail_anonymous": WITH_MEMBER,
    "lookup_by_mail_other_case": Scene((CAROL,), switches=MINDS_CASE),
    "lookup_by_name": WITH_MEMBER,
    "lookup_by_role": WITH_MEMBER,
    "lookup_many_by_mail_in": Scene((ALICE, CAROL)),
    "lookup_wrong_password": Scene((ALICE,), credential="wrong"),
    "mariadb_duplicate_mail_other_case": Scene((MARIADB_ALICE,)),
    "mariadb_lookup_by_mail_other_case": Scene((MARIADB_ALICE,)),
    "one_time_login_link": Scene((FRANK,), activated=True, follows=True),
    "password_reset_by_mail": WITH_ALICE,
    "password_reset_by_name": WITH_ALICE,
    "password_reset_mail_transport_failing": Scene((ALICE,), switches=NO_TRANSPORT),
    "password_reset_user_without_mail": Scene((NOMAIL,)),
    "password_reset_with_basic_auth": WITH_ALICE,
    "password_reset_without_format": WITH_ALICE,
    "patch_add_role_relationship_post": WITH_MEMBER,
    "patch_block": WITH_CAROL,
    "patch_mail_name": WITH_CAROL,
    "patch_mail_to_duplicate": Scene((ALICE, CAROL)),
    "patch_password": WITH_UUIDY,
    "patch_password_dict": WITH_UUIDY,
    "patch_roles_bad_uuid": WITH_CAROL,
    "patch_roles_replace": WITH_MEMBER,
    "patch_unblock": Scene((replace(CAROL, status=False),)),
    "patch_without_permission": WITH_CAROL,
    "register_admin_approval": Scene(switches={"register": "admin_approval"}),
    "register_admin_only": Scene(switches={"register": "admin_only"}),
    "register_duplicate": Scene((GINA,)),
    "register_resource_not_enabled": Scene(switches={"rest_register": False}),
    "relationship_roles_delete": Scene((replace(CAROL, roles=("member", "editor_x")),)),
    "resource_schema_patch_null_mail": WITH_UUIDY,
    "rest_entity_user_duplicate": WITH_JANE,
    "rest_entity_user_get": Scene((replace(JANE, roles=("member", "editor_x")),), numbered="jane"),
    "rest_entity_user_patch_roles": Scene((JANE,), numbered="jane"),
    "rest_entity_user_wrong_password": WRONG,
    "session_login_service_account": Scene(typed=PASSWORD),
}
