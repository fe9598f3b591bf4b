"""What each recorded error of Drupal becomes."""

from latchkey.remote.errors import (
    Conflict,
    Missing,
    RejectedError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from sites.becoming import Becomes

LACKING = Becomes(SiteError, "lacks the permission 'administer users'")
TAKEN_NAME = Becomes(Conflict, "username")
TAKEN_ADDRESS = Becomes(Conflict, "e-mail address")
NO_SUCH_ROLE = Becomes(RejectedError, "no role member")
GONE = Becomes(Missing, "no such account")
NOT_KNOWN = Becomes(SiteError, "too many failures")
NO_TOKEN = Becomes(SiteError, "X-CSRF-Token")
NOT_BY_CREDENTIAL = Becomes(SiteError, "authentication method is not allowed")

OUTCOMES: dict[str, Becomes] = {
    "create_anonymous": Becomes(SiteError, "does not know us"),
    "create_bad_custom_field_value": Becomes(RejectedError, "correct primitive type"),
    "create_bad_json": Becomes(RejectedError, "Syntax error"),
    "create_bad_langcode": Becomes(RejectedError, "not a valid choice"),
    "create_bad_mail": Becomes(RejectedError, "not a valid email address"),
    "create_bad_name": Becomes(RejectedError, "illegal character"),
    "create_duplicate_mail": TAKEN_ADDRESS,
    "create_duplicate_name": TAKEN_NAME,
    "create_duplicate_name_and_mail": TAKEN_NAME,
    "create_missing_name": Becomes(RejectedError, "must enter a username"),
    "create_name_too_long": Becomes(RejectedError, "60 characters or less"),
    "create_no_permission": LACKING,
    "create_unknown_field": Becomes(RejectedError, "field_nope does not exist"),
    "create_with_bad_client_uuid": Becomes(RejectedError, "UUIDs"),
    "create_with_client_uuid_again_same_name": TAKEN_NAME,
    "create_with_dead_session_cookie": LACKING,
    "create_with_role_machine_name": NO_SUCH_ROLE,
    "create_with_role_meta_target_id": NO_SUCH_ROLE,
    "create_with_role_unknown_uuid": NO_SUCH_ROLE,
    "create_with_session_cookie_bad_csrf": NO_TOKEN,
    "create_with_session_cookie_without_csrf": NO_TOKEN,
    "create_wrong_content_type": Becomes(SiteError, "Content-Type"),
    "create_wrong_password": LACKING,
    "entry_point_service_account_flood_blocked_right_password": NOT_KNOWN,
    "entry_point_wrong_password": NOT_KNOWN,
    "get_by_uuid_unknown": GONE,
    "login_json_wrong": Becomes(SiteError, "does not accept the username and password"),
    "lookup_by_mail_anonymous": Becomes(SiteError, "does not know us"),
    "mariadb_duplicate_mail_other_case": TAKEN_ADDRESS,
    "password_reset_mail_transport_failing": Becomes(TransientError, "cannot send mail now"),
    "password_reset_no_identifier": Becomes(RejectedError, "Missing credentials"),
    "password_reset_user_without_mail": Becomes(UnknownOutcome, "status 500"),
    "password_reset_with_basic_auth": NOT_BY_CREDENTIAL,
    "password_reset_without_format": Becomes(SiteError, "module Serialization"),
    "patch_mail_to_duplicate": TAKEN_ADDRESS,
    "patch_roles_bad_uuid": NO_SUCH_ROLE,
    "patch_uuid_unknown": GONE,
    "patch_without_permission": LACKING,
    "resource_schema_patch_null_mail": Becomes(RejectedError, "Email field is required"),
    "rest_entity_user_bad_role": Becomes(RejectedError, "no role nope"),
    "rest_entity_user_duplicate": TAKEN_NAME,
    "rest_entity_user_no_permission": LACKING,
    "rest_entity_user_wrong_password": LACKING,
}
NEVER_ASKED = {
    "delete_unknown": "Latchkey deletes no account",
    "delete_without_permission": "Latchkey deletes no account",
    "drush_script_batch_jsonl": "Latchkey runs no drush here",
    "drush_user_create_duplicate_name": "Latchkey runs no drush here",
    "drush_user_information_unknown": "Latchkey runs no drush here",
    "lookup_wrong_password": "nothing is asked before the entry point has told who we are",
    "register_admin_only": "Latchkey is no visitor who registers",
    "register_as_service_account": "Latchkey is no visitor who registers",
    "register_duplicate": "Latchkey is no visitor who registers",
    "register_resource_not_enabled": "Latchkey is no visitor who registers",
    "register_with_pass_when_verify_mail": "Latchkey is no visitor who registers",
    "register_with_role": "Latchkey is no visitor who registers",
}
