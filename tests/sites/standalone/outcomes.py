"""What each recorded error of Standalone becomes."""

from latchkey.remote.civicrm.answers import Duplicate, Incomplete, PermissionLacking, Unsupported
from latchkey.remote.errors import RejectedError, UnknownOutcome
from sites.becoming import Becomes

TAKEN = Becomes(Duplicate, "such a record already")
UNTOLD = Becomes(RejectedError, "Sorry an error occurred")
# By the name without its folder: both versions say the same.
OUTCOMES = {
    "err_bad_role": Becomes(Incomplete, "constraint violation"),
    "err_duplicate_contact": TAKEN,
    "err_duplicate_email_debug": TAKEN,
    "err_missing_username": Becomes(RejectedError, "unknown error"),
    "err_old_action_sendPasswordReset": Becomes(Unsupported, "does not exist"),
    "err_password_no_actor": Becomes(PermissionLacking, "cms:administer users"),
    "err_send_password_reset_email_user_without_contact": Becomes(UnknownOutcome, "web page"),
    "err_user_create_bad_role": Becomes(Incomplete, "constraint violation"),
    "err_user_create_blocked_by_half_made_user": TAKEN,
    "err_user_create_duplicate_contact": TAKEN,
    "err_user_create_duplicate_email_debug": TAKEN,
    "err_user_create_hashed_password": Becomes(PermissionLacking, "hashed_password"),
    "err_user_create_password_no_actor": Becomes(PermissionLacking, "cms:administer users"),
    "err_user_save_two_new_with_unique_uf_id_index": TAKEN,
    "svc2_err_duplicate_debug": TAKEN,
    "svc_err_duplicate_email": UNTOLD,
    "svc_err_user_create_duplicate": UNTOLD,
}
