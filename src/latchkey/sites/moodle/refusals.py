"""What Moodle says when it does not do what was asked, as the error that says what to do.

Moodle answers every call with status 200; an error is an object with `exception`, `errorcode` and
`message`, and `debuginfo` where debugging is switched on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from re import sub

from latchkey.remote.errors import (
    Conflict,
    Missing,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)

LONGEST_MESSAGE = 300
SITE_INFO = "core_webservice_get_site_info"
FIND = "core_user_get_users_by_field"
LIST = "core_user_get_users"
CREATE = "core_user_create_users"
UPDATE = "core_user_update_users"
COHORTS = "core_cohort_search_cohorts"
MEMBERS = "core_cohort_get_cohort_members"
ADD_MEMBERS = "core_cohort_add_cohort_members"
DELETE_MEMBERS = "core_cohort_delete_cohort_members"
RESET = "core_auth_request_password_reset"

# What each function needs at the level of the system, to be named when Moodle says no.
CAPABILITIES: Mapping[str, str] = {
    FIND: "moodle/user:viewdetails",
    LIST: "moodle/user:viewdetails",
    CREATE: "moodle/user:create",
    UPDATE: "moodle/user:update",
    COHORTS: "moodle/cohort:view",
    MEMBERS: "moodle/cohort:view",
    ADD_MEMBERS: "moodle/cohort:assign",
    DELETE_MEMBERS: "moodle/cohort:assign",
}
NOT_ACCEPTED = (
    "Moodle does not know the token of this connection. Make a new one under "
    "Site administration > Server > Web services > Manage tokens, and put it here."
)
NO_ACCESS = (
    "Moodle does not let the token use {function}. Add the function to the token's external "
    "service, see that the service is enabled and its user authorised, and give the user's role "
    "the capability webservice/rest:use."
)
LACKING = "The connection's user lacks the capability {capability}: give it by a system role."

INVALID = "invalidparameter"
# Nothing was done, and nothing is wrong with what was asked.
PASSING = frozenset(
    {
        "cannotmailconfirm",
        "dbconnectionfailed",
        "dmlreadexception",
        "locktimeout",
        "sitemaintenance",
        "upgraderunning",
    }
)
ABOUT_THE_SITE = frozenset(
    {
        "webservice_access_exception",
        "required_capability_exception",
        "require_login_exception",
        "webservice_parameter_exception",
    }
)
# Checks of Moodle's that come before anything is stored.
ABOUT_ONE_USER = frozenset({"invalid_parameter_exception", "moodle_exception"})
GONE = "dml_missing_record_exception"
CLASHES = {"Username already exists": "username", "Email address already exists": "email"}
IN_WORDS = {"username": "username", "email": "e-mail address"}


class UnfitError(RejectedError):
    """Moodle takes none of the request, because a value in it is not what it expects."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of Moodle; `detail` is empty unless debugging is switched on."""

    exception: str
    code: str
    message: str
    detail: str

    def quoted(self, hidden: Iterable[str]) -> str:
        """Moodle's own words, without markup and without what is hidden."""
        said = " ".join(filter(None, (self.message, self.detail))) or "it does not say why."
        text = without(plain(said), hidden)
        short = text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"
        return f"{short} ({self.code})" if self.code.isalnum() else short


def refusal_in(body: object) -> Refusal | None:
    """The error that an answer is; None for one that is none."""
    if not isinstance(body, dict) or "exception" not in body:
        return None
    return Refusal(
        str(body["exception"]),
        str(body.get("errorcode") or ""),
        str(body.get("message") or ""),
        str(body.get("debuginfo") or ""),
    )


def error_for(
    refusal: Refusal, function: str, hidden: tuple[str, ...], *, reads: bool
) -> RemoteError:
    """The error which says what to do about a refusal."""
    error = _about_the_site(refusal, function, hidden)
    if error:
        return error
    if refusal.exception in ABOUT_ONE_USER:
        return _about_one_user(refusal, hidden)
    if refusal.exception == GONE and function != CREATE:
        return Missing("What was asked for is not there any more.")
    said = f"Moodle failed: {refusal.quoted(hidden)}"
    if reads:
        return SiteError(said)
    return UnknownOutcome(f"{said} It may have done what was asked.")


def warning_error(warning: Mapping[str, object], hidden: tuple[str, ...]) -> RemoteError:
    """What a warning of `core_user_update_users` about one account means."""
    code = str(warning.get("warningcode"))
    if code in ("invaliduserid", "usernotupdateddeleted"):
        return Missing("There is no such account any more.")
    if code == "useremailduplicate":
        return clash("email")
    said = without(plain(str(warning.get("message") or code)), hidden)
    return RejectedError(f"Moodle refused: {said[:LONGEST_MESSAGE]} ({code})")


def clash(on: str) -> Conflict:
    """The Conflict over a username or an address, its account not looked up yet."""
    return Conflict(f"Another account has this {IN_WORDS[on]}.", on)


def plain(text: str) -> str:
    """A message without its markup."""
    return " ".join(unescape(sub(r"<[^>]*>", " ", text)).split())


def without(text: str, hidden: Iterable[str]) -> str:
    """The text with every secret in it blotted out."""
    for secret in filter(None, hidden):
        text = text.replace(secret, "…")
    return text


def _about_the_site(refusal: Refusal, function: str, hidden: tuple[str, ...]) -> RemoteError | None:
    if refusal.code == "invalidtoken":
        return SiteError(NOT_ACCEPTED)
    if refusal.code == "accessexception":
        return SiteError(NO_ACCESS.format(function=function))
    if refusal.code == "nopermissions" and function in CAPABILITIES:
        return SiteError(LACKING.format(capability=CAPABILITIES[function]))
    if refusal.code in PASSING:
        return TransientError(f"Moodle cannot do it now: {refusal.quoted(hidden)}")
    if refusal.exception in ABOUT_THE_SITE:
        return SiteError(f"Moodle does not allow it: {refusal.quoted(hidden)}")
    return None


def _about_one_user(refusal: Refusal, hidden: tuple[str, ...]) -> RejectedError:
    for words, on in CLASHES.items():
        if refusal.detail.startswith(words):
            return clash(on)
    said = f"Moodle refused: {refusal.quoted(hidden)}"
    if refusal.code != INVALID:
        return RejectedError(said)
    if refusal.detail:
        return UnfitError(said)
    return UnfitError(f"{said} With debugging set to NORMAL or more it would say which value.")
