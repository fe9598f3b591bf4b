"""What each recorded error of Moodle becomes."""

from latchkey.remote.errors import Conflict, Missing, SiteError, TransientError
from latchkey.sites.moodle.refusals import UnfitError
from sites.becoming import Becomes

UNFIT = Becomes(UnfitError, "Invalid parameter value detected")
OUTCOMES = {
    "create_bad_auth": UNFIT,
    "create_bad_email": Becomes(UnfitError, "debugging"),
    "create_bad_email_debug_on": Becomes(UnfitError, "Email address is invalid: nope"),
    "create_bad_lang": UNFIT,
    "create_bad_token": Becomes(SiteError, "Manage tokens"),
    "create_duplicate_email": UNFIT,  # told from others by a look-up
    "create_duplicate_email_debug_on": Becomes(Conflict, "e-mail address"),
    "create_duplicate_username_debug_on": Becomes(Conflict, "username"),
    "create_function_not_in_service": Becomes(SiteError, "core_user_get_user_preferences"),
    "create_illegal_username": UNFIT,
    "create_missing_firstname": UNFIT,
    "create_no_capability": Becomes(SiteError, "moodle/user:create"),
    "create_no_password": UNFIT,
    "create_no_password_debug_on": Becomes(UnfitError, "you must provide a password"),
    "create_suspended": UNFIT,
    "create_unknown_key": UNFIT,
    "create_unknown_key_debug_on": Becomes(UnfitError, "Unexpected keys (suspended)"),
    "create_uppercase_username": UNFIT,
    "create_uppercase_username_debug_on": Becomes(UnfitError, "expecting"),
    "request_password_reset_mail_transport_failing": Becomes(TransientError, "Error sending"),
    "update_duplicate_email": Becomes(Conflict, "e-mail address"),
    "update_unknown_id": Becomes(Missing, "no such account"),
}
NEVER_ASKED = {
    "delete_unknown": "Latchkey deletes no account",
    "cohort_unknown": "cohorts are given by their id, after the list of all was read",
}
