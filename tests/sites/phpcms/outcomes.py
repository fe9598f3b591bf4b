"""What is asked of the script for each recorded refusal, and what that becomes."""

from latchkey.remote.errors import Conflict, Missing, RejectedError, SiteError
from sites.becoming import Becomes
from sites.phpcms.acts import (
    Act,
    at_another_folder,
    created,
    created_again,
    created_with_unknown_field,
    created_with_unknown_role,
    given_the_address_of_another,
    given_unknown_role,
    nobody_changed,
    nobody_told,
    user_one_changed,
)

BAD_ADDRESS = (created(email="nope"), Becomes(RejectedError, "e-mail address"))
NO_ROLE = (created_with_unknown_role, Becomes(RejectedError, "no role nope"))
NO_ROLE_TO_GIVE = (given_unknown_role, Becomes(RejectedError, "no role nope"))
TAKEN_NAME = (created_again("username"), Becomes(Conflict, "username is taken"))
TAKEN_ADDRESS = (created_again("email"), Becomes(Conflict, "address is taken"))
TAKEN_BOTH = (created_again("username", "email"), Becomes(Conflict, "is taken"))
NOBODY = (nobody_told, Becomes(Missing, "no such account"))
NO_FOLDER = (at_another_folder, Becomes(SiteError, "/nonexistent"))

OUTCOMES: dict[str, tuple[Act, Becomes]] = {
    "backdrop/bee_user_add_role_unknown": NO_ROLE_TO_GIVE,
    "backdrop/bee_user_create_bad_mail": BAD_ADDRESS,
    "backdrop/bee_user_create_duplicate_mail": TAKEN_ADDRESS,
    "backdrop/bee_user_create_duplicate_name": TAKEN_NAME,
    "backdrop/bee_wrong_root": NO_FOLDER,
    "backdrop/form_create_bad_mail": BAD_ADDRESS,
    "backdrop/form_create_duplicate": TAKEN_BOTH,
    "backdrop/form_password_reset_unknown": NOBODY,
    "backdrop/script_cms_users_jsonl c2": TAKEN_BOTH,
    "backdrop/script_cms_users_jsonl c3": (
        created(username="bad  name", email="nope"),
        Becomes(RejectedError, "username"),
    ),
    "backdrop/script_cms_users_jsonl c4": NO_ROLE,
    "backdrop/script_cms_users_jsonl c5": (
        created_with_unknown_field,
        Becomes(RejectedError, "no field nope"),
    ),
    "backdrop/script_cms_users_jsonl d2": (nobody_changed, Becomes(Missing, "no such account")),
    "backdrop/services_create_bad_mail": BAD_ADDRESS,
    "backdrop/services_create_bad_role": NO_ROLE,
    "backdrop/services_create_duplicate": TAKEN_BOTH,
    "backdrop/services_create_duplicate_mail": TAKEN_ADDRESS,
    "backdrop/services_create_duplicate_name": TAKEN_NAME,
    "backdrop/services_create_missing_mail": (
        created(email=""),
        Becomes(RejectedError, "e-mail address"),
    ),
    "backdrop/services_create_missing_name": (
        created(username=""),
        Becomes(RejectedError, "username"),
    ),
    "drupal7/drush_user_add_role_unknown": NO_ROLE_TO_GIVE,
    "drupal7/drush_user_create_duplicate_mail": TAKEN_ADDRESS,
    "drupal7/drush_user_create_duplicate_name": TAKEN_NAME,
    "drupal7/drush_user_information_unknown": NOBODY,
    "drupal7/form_create_bad_mail": BAD_ADDRESS,
    "drupal7/form_create_duplicate": TAKEN_BOTH,
    "drupal7/form_password_reset_unknown": NOBODY,
    "drupal7/services_create_bad_mail": BAD_ADDRESS,
    "drupal7/services_create_bad_role": NO_ROLE,
    "drupal7/services_create_duplicate": TAKEN_BOTH,
    "drupal7/services_create_duplicate_mail": TAKEN_ADDRESS,
    "drupal7/services_create_duplicate_name": TAKEN_NAME,
    "drupal7/services_create_missing_mail": (
        created(email=""),
        Becomes(RejectedError, "e-mail address"),
    ),
    "drupal7/services_create_missing_name": (
        created(username=""),
        Becomes(RejectedError, "username"),
    ),
    "drupal7/services_create_unknown_role_with_administer_permissions": NO_ROLE,
    "drupal7/services_request_new_password_unknown": NOBODY,
    "drupal7/services_retrieve_deleted": (nobody_changed, Becomes(Missing, "no such account")),
    "drupal7/services_update_mail_duplicate": (
        given_the_address_of_another,
        Becomes(Conflict, "address is taken"),
    ),
    "drupal7/services_update_uid1": (user_one_changed, Becomes(RejectedError, "user 1")),
    "drupal7/services_update_unknown_role": NO_ROLE_TO_GIVE,
}
NO_DOOR = "the script needs no log-in over HTTP, and no permission but that to run php"
NEVER_ASKED = {
    "form_login_wrong": "Latchkey fills in no form of the site",
    "services_create_anonymous": NO_DOOR,
    "services_create_with_notify_and_roles": "the script mails in a step of its own",
    "services_create_without_csrf": NO_DOOR,
    "services_create_without_permission": NO_DOOR,
    "services_index_by_mail_500": "the script asks the database for one column of users",
    "services_index_by_name_500": "the script asks the database for one column of users",
    "services_login_wrong_password": NO_DOOR,
}
