"""What each recorded error of Joomla becomes."""

from latchkey.policy.values import Account
from latchkey.remote.errors import Conflict, Missing, RejectedError, SiteError, UnknownOutcome
from sites.becoming import Becomes

NOT_LET_IN = Becomes(SiteError, "core.login.api")
NOT_ACCEPTED = Becomes(SiteError, "Accept header")
NO_GROUP = Becomes(RejectedError, "at least one user group")
NOT_SUPER = Becomes(RejectedError, "not Super Administrator")
TAKEN_NAME = Becomes(Conflict, "username")
TAKEN_ADDRESS = Becomes(Conflict, "e-mail address")

OUTCOMES: dict[str, Becomes] = {
    "create_accept_json": NOT_ACCEPTED,
    "create_bad_email": Becomes(RejectedError, "address you entered is invalid"),
    "create_bad_json": Becomes(RejectedError, "Field required: Name"),
    "create_bad_token": NOT_LET_IN,
    "create_duplicate_both": TAKEN_NAME,
    "create_duplicate_email": TAKEN_ADDRESS,
    "create_duplicate_email_other_case": TAKEN_ADDRESS,
    "create_duplicate_username": TAKEN_NAME,
    # Dropped without a word: the account comes back without roles, and is compared.
    "create_group_by_title": Becomes(Account, "roles=frozenset()"),
    "create_groups_string": Becomes(UnknownOutcome, "status 500"),
    "create_missing_email": Becomes(RejectedError, "Field required: Email"),
    "create_missing_name": Becomes(RejectedError, "Field required: Name"),
    "create_missing_username": Becomes(RejectedError, "Field required: Login Name"),
    "create_no_accept": NOT_ACCEPTED,
    "create_no_groups": NO_GROUP,
    "create_no_token": NOT_LET_IN,
    "create_short_password": Becomes(RejectedError, "Invalid field: Password"),
    "get_unknown": Becomes(Missing, "no such account"),
    "password_reset_form_blocked_user": Becomes(RejectedError, "blocked"),
    "password_reset_form_super_user": Becomes(RejectedError, "Super User"),
    "password_reset_form_unknown": Becomes(Missing, "no such account"),
    "patch_bad_group": Becomes(Account, "'Auteur'"),
    "patch_custom_field": NO_GROUP,
    # It complains of the groups; had they been named, of the address.
    "patch_email_duplicate": TAKEN_ADDRESS,
    "patch_password_without_password2": Becomes(RejectedError, "passwords you entered do not"),
    "patch_require_reset": NO_GROUP,
    "patch_unblock": NO_GROUP,
    "patch_unknown": Becomes(Missing, "no such account"),
    "patch_with_groups_duplicate_email": TAKEN_ADDRESS,
    "svc_admin_block_super_user": NOT_SUPER,
    "svc_admin_create_super_user": NOT_SUPER,
    "svc_admin_group_token_allowed_no_core_login_api_create": NOT_LET_IN,
    "svc_admin_group_token_allowed_no_core_login_api_list": NOT_LET_IN,
    "token_plugin_disabled": NOT_LET_IN,
    "webservices_users_plugin_disabled": Becomes(SiteError, "Web Services - Users"),
}
NEVER_ASKED = {
    "cli_user_add_duplicate_email": "Latchkey runs no command on the site's host",
    "cli_user_add_duplicate_username": "Latchkey runs no command on the site's host",
    "cli_user_add_unknown_group": "Latchkey runs no command on the site's host",
    "delete_self": "Latchkey deletes no account",
}
