"""What tests and the demo turn at this site."""

import sqlite3
from typing import Any, Final

from latchkey.practice.switchboard import Switchboard

FUNCTIONS: Final = (
    "core_user_create_users",
    "core_user_get_users_by_field",
    "core_user_get_users",
    "core_user_update_users",
    "core_user_delete_users",
    "core_auth_request_password_reset",
    "core_webservice_get_site_info",
    "core_cohort_add_cohort_members",
    "core_cohort_delete_cohort_members",
    "core_cohort_get_cohort_members",
    "core_cohort_search_cohorts",
)
CAPABILITIES: Final = (
    "moodle/user:create",
    "moodle/user:update",
    "moodle/user:delete",
    "moodle/user:viewdetails",
    "moodle/user:viewalldetails",
    "moodle/user:viewhiddendetails",
    "moodle/site:viewfullnames",
    "moodle/site:viewuseridentity",
    "moodle/cohort:view",
    "moodle/cohort:assign",
)
SWITCHES: Final[dict[str, Any]] = {
    "functions": list(FUNCTIONS),
    "capabilities": list(CAPABILITIES),
    "languages": ["en", "fr", "pt_br"],
    "database_ignores_case": True,
    "debug": False,
    "mail_fails": False,
    "maintenance": False,
}


BOARD: Final = Switchboard("moodle", SWITCHES)


def of(db: sqlite3.Connection, name: str) -> Any:
    """What a switch stands at."""
    return BOARD.of(db, name)
