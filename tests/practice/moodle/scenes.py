"""What has to be so before a recorded request is sent to the practice Moodle."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The functions of the recorded service, in the recorded order.
RECORDED_FUNCTIONS = [
    "core_user_create_users",
    "core_user_get_users_by_field",
    "core_user_get_users",
    "core_user_update_users",
    "core_user_delete_users",
    "core_auth_request_password_reset",
    "core_webservice_get_site_info",
    "core_cohort_add_cohort_members",
    "core_cohort_search_cohorts",
    "core_role_assign_roles",
]
# The recorded user did not see the parts of names.
CAPABILITIES = [
    "moodle/user:create",
    "moodle/user:update",
    "moodle/user:delete",
    "moodle/user:viewdetails",
    "moodle/user:viewalldetails",
    "moodle/user:viewhiddendetails",
    "moodle/site:viewuseridentity",
    "moodle/cohort:view",
    "moodle/cohort:assign",
]
PICTURES = frozenset({"profileimageurl", "profileimageurlsmall"})
OWN = frozenset(
    {
        "sitename",
        "username",
        "firstname",
        "lastname",
        "fullname",
        "siteurl",
        "userpictureurl",
        "advancedfeatures",
        "userprivateaccesskey",
    }
)


@dataclass(frozen=True, slots=True)
class Scene:
    """One situation: who is there besides alice (5) and susp, and how the site is set.

    `varies` names the fields of the answer whose values are the practice site's own.
    """

    there: tuple[str, ...] = ("alice", "carol", "bobcf")
    switches: Mapping[str, Any] = field(default_factory=dict)
    varies: frozenset[str] = PICTURES
    token: str | None = None


NEW = Scene(there=(), varies=frozenset({"id"}))
DEBUG = {"debug": True}
PEOPLE = {"alice": (5, "", 0), "carol": (6, "civi-42", 0), "bobcf": (7, "", 0), "susp": (8, "", 1)}

SCENES: Mapping[str, Scene] = {
    "create_bad_email_debug_on": Scene(switches=DEBUG),
    "create_bad_token": Scene(token="nobody's"),
    "create_createpassword_mail_transport_failing": Scene(
        switches={"mail_fails": True}, varies=frozenset({"id"})
    ),
    "create_duplicate_email_debug_on": Scene(switches=DEBUG),
    "create_duplicate_username_debug_on": Scene(switches=DEBUG),
    "create_no_capability": Scene(switches={"capabilities": ["moodle/user:viewdetails"]}),
    "create_no_password_debug_on": Scene(switches=DEBUG),
    "create_ok_createpassword_customfield": NEW,
    "create_ok_password": NEW,
    "create_unknown_customfield": NEW,
    "create_unknown_key_debug_on": Scene(switches=DEBUG),
    "create_uppercase_username_debug_on": Scene(switches=DEBUG),
    "request_password_reset_mail_transport_failing": Scene(switches={"mail_fails": True}),
    "request_password_reset_suspended": Scene(there=("susp",)),
    "site_info": Scene(switches={"functions": RECORDED_FUNCTIONS}, varies=OWN),
}


def set_up(db: sqlite3.Connection, scene: Scene) -> None:
    """Exactly these people, with the ids that they were recorded with."""
    names = ", ".join("?" * len(PEOPLE))
    doomed = f"SELECT id FROM mdl_user WHERE username IN ({names}) OR id BETWEEN 5 AND 8"  # noqa: S608 - marks only
    for table in ("mdl_user_info_data", "mdl_cohort_members"):
        db.execute(f"DELETE FROM {table} WHERE userid IN ({doomed})", tuple(PEOPLE))  # noqa: S608 - our own names
    db.execute(f"DELETE FROM mdl_user WHERE id IN ({doomed})", tuple(PEOPLE))  # noqa: S608 - as above
    for name in scene.there:
        id_, idnumber, suspended = PEOPLE[name]
        db.execute(
            "INSERT INTO mdl_user (id, username, email, password, firstname, lastname, idnumber,"
            " suspended) VALUES (?, ?, ?, '', 'First', 'Last', ?, ?)",
            (id_, name, f"{name}@example.org", idnumber, suspended),
        )
    if "carol" in scene.there:
        db.execute("INSERT INTO mdl_user_info_data VALUES (6, 'civi_contact_id', '42')")
