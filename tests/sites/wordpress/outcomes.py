"""What each recorded error of WordPress becomes."""

from latchkey.policy.values import Account
from latchkey.remote.errors import Conflict, Missing, RejectedError, SiteError, UnknownOutcome
from sites.becoming import Becomes

NO_CREDENTIAL = Becomes(SiteError, "application password")
NOT_CREATED = Becomes(SiteError, "capability create_users")
NOT_LISTED = Becomes(SiteError, "capability list_users")
BAD_NAME = Becomes(RejectedError, "illegal characters")
BAD_ADDRESS = Becomes(RejectedError, "Invalid email address")
BAD_PASSWORD = Becomes(RejectedError, "Passwords cannot")
TAKEN_NAME = Becomes(Conflict, "username")
TAKEN_ADDRESS = Becomes(Conflict, "e-mail address")
MADE = Becomes(Account)

OUTCOMES: dict[str, list[Becomes]] = {
    # The batch is refused as a whole, and each is sent alone.
    "batch-get-not-allowed": [MADE],
    "batch-too-many": [MADE] * 26,
    "batch-route-not-allowed": [Becomes(SiteError, "no REST API for users"), MADE],
    "batch-users-civi-match": [MADE] * 3 + [TAKEN_NAME, BAD_ADDRESS],
    "batch-users-no-auth": [NO_CREDENTIAL],
    "batch-users-require-all-validate": [Becomes(UnknownOutcome, "left this one out"), BAD_ADDRESS],
    "index-production-http": [Becomes(SiteError, "switched off")],
    "lostpassword-empty": [Becomes(RejectedError, "Please enter a username")],
    "lostpassword-unknown": [Becomes(RejectedError, "There is no account")],
    "no-route": [Becomes(SiteError, "no REST API for users")],
    "users-create-backslash-password": [BAD_PASSWORD],
    "users-create-bad-app-password": [NO_CREDENTIAL],
    "users-create-bad-email": [BAD_ADDRESS],
    "users-create-bad-role": [Becomes(RejectedError, "no role nosuchrole")],
    "users-create-bad-username": [BAD_NAME],
    "users-create-duplicate-email": [TAKEN_ADDRESS],
    "users-create-duplicate-username": [TAKEN_NAME],
    "users-create-duplicate-username-case": [TAKEN_NAME],
    "users-create-empty-password": [BAD_PASSWORD],
    "users-create-forbidden": [NOT_CREATED],
    "users-create-locale-not-installed": [Becomes(RejectedError, "locale is not one of")],
    "users-create-missing-password": [Becomes(RejectedError, "Missing parameter(s): password")],
    "users-create-missing-username": [Becomes(RejectedError, "Missing parameter(s): username")],
    "users-create-no-auth": [NO_CREDENTIAL],
    "users-create-nonascii-username": [BAD_NAME],
    "users-get-forbidden": [NOT_LISTED],
    "users-get-not-found": [Becomes(Missing, "no such account")],
    "users-list-forbidden": [NOT_LISTED],
    "users-list-per-page-too-big": [Becomes(SiteError, "per_page must be between 1")],
    "users-me-no-auth": [NO_CREDENTIAL],
    "users-me-production-x-forwarded-proto": [NO_CREDENTIAL],
    "users-me-real-password-refused": [NO_CREDENTIAL],
    "users-me-unknown-login": [NO_CREDENTIAL],
    "users-update-duplicate-email": [TAKEN_ADDRESS],
}
NEVER_ASKED = {
    "users-delete-no-force": "Latchkey deletes no account",
    "users-delete-no-reassign": "Latchkey deletes no account",
    "users-delete-not-found": "Latchkey deletes no account",
    "users-list-no-auth": "nothing is asked before /users/me has proved the credential",
    "users-search-email-without-list-users": "edit context is always asked for, which is refused",
}
