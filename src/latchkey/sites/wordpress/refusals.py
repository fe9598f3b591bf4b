"""What WordPress says when it does not do what was asked, as the error that says what to do."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape

from latchkey.remote.errors import (
    Conflict,
    Missing,
    RateLimited,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)

SERVER_ERROR = 500
FORBIDDEN = (401, 403)
LONGEST_MESSAGE = 300

# Refused by wp_insert_user before anything is stored; without a status of their own they are 500.
REFUSED_BEFORE_STORING = frozenset(
    {
        "empty_user_login",
        "invalid_username",
        "user_login_too_long",
        "user_nicename_too_long",
        "user_url_too_long",
    }
)
CLASHES = {
    "existing_user_login": "username",
    "existing_user_email": "email",
    "rest_user_invalid_email": "email",  # recording users-update-duplicate-email
}
CAPABILITY = {
    "rest_cannot_create_user": "create_users",
    "rest_forbidden_context": "list_users",
    "rest_user_cannot_view": "list_users",
    "rest_cannot_edit": "edit_users",
    "rest_cannot_edit_roles": "promote_users",
}
ABOUT_ONE_USER = frozenset({"rest_cannot_edit", "rest_cannot_edit_roles"})
LACKING = (
    "The WordPress user of this connection lacks the capability {capability}. "
    "Give it a role that has create_users, list_users, edit_users and promote_users."
)
NO_REASON = (
    "WordPress answers with status {status} and no reason of its own. "
    "Check the address, and what stands before the site."
)
NOT_ACCEPTED = (
    "WordPress does not accept the user name and application password of this connection. "
    "Make a new one under Users > Profile > Application Passwords, and put it here."
)
TAKEN = "Another account has this {what}."


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of WordPress. `code` is empty where the answer holds none; `message` is its own."""

    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as far as its refusal is understood by it.

    `own` are the capabilities of the connection's user, `hidden` what no text may quote.
    """

    own: frozenset[str]
    roles: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = ()
    reads: bool = False


def refusal_in(status: int, body: object) -> Refusal:
    """The error that an answer holds, with what it says about each parameter."""
    if not isinstance(body, dict) or not body.get("code"):
        return Refusal(status, "", "")
    said = body.get("data")
    params = said.get("params") if isinstance(said, dict) else None
    texts = list(params.values()) if isinstance(params, dict) else []
    return Refusal(status, str(body["code"]), plain(" ".join(map(str, texts or [_said(body)]))))


def error_for(refusal: Refusal, asked: Asked) -> RemoteError:
    """The error which says what to do about a refusal."""
    error = _about_the_site(refusal, asked) or _about_the_user(refusal, asked)
    if error:
        return error
    if asked.reads:
        return SiteError(f"WordPress did not take our question: {_quoted(refusal, asked)}")
    return RejectedError(f"WordPress refused: {_quoted(refusal, asked)}")


def plain(text: str) -> str:
    """A message without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def _about_the_site(refusal: Refusal, asked: Asked) -> RemoteError | None:
    code, status = refusal.code, refusal.status
    known = code in CLASHES or code in REFUSED_BEFORE_STORING
    if status >= SERVER_ERROR and not known:
        return _broken(refusal, asked)
    if status == 429:  # noqa: PLR2004 - too many requests
        return RateLimited("WordPress asks to slow down.")
    if code == "rest_no_route":
        return SiteError(
            "This WordPress has no REST API for users. Something switches it off, "
            "mostly a security plugin: let the connection's user through."
        )
    if status in FORBIDDEN and code != "rest_user_invalid_role":
        return _forbidden(refusal, asked)
    return None if code else SiteError(NO_REASON.format(status=status))


def _broken(refusal: Refusal, asked: Asked) -> RemoteError:
    said = f"WordPress failed with status {refusal.status}: {_quoted(refusal, asked)}"
    if asked.reads:
        return TransientError(said)
    return UnknownOutcome(f"{said} It may have done what was asked.")


def _forbidden(refusal: Refusal, asked: Asked) -> RemoteError:
    capability = CAPABILITY.get(refusal.code)
    if refusal.status == FORBIDDEN[0]:
        return SiteError(NOT_ACCEPTED)
    if capability is None:
        return SiteError(f"WordPress does not allow it: {_quoted(refusal, asked)}")
    if refusal.code in ABOUT_ONE_USER and capability in asked.own:
        return RejectedError(
            "WordPress protects this account: the connection's user may change others, not it."
        )
    return SiteError(LACKING.format(capability=capability))


def _about_the_user(refusal: Refusal, asked: Asked) -> RemoteError | None:
    code = refusal.code
    if code in CLASHES:
        on = CLASHES[code]
        words = {"username": "username", "email": "e-mail address"}
        return Conflict(TAKEN.format(what=words[on]), on)
    if code == "rest_user_invalid_id":
        return Missing("There is no such account any more.")
    if code == "rest_user_invalid_role":
        return _role_refused(refusal, asked)
    return None


def _role_refused(refusal: Refusal, asked: Asked) -> RejectedError:
    named = [role for role in sorted(asked.roles) if _holds_word(refusal.message, role)]
    role = ", ".join(named[:1] or sorted(asked.roles))
    if refusal.status in FORBIDDEN:
        return RejectedError(f"The connection's user may not give the role {role}.", role)
    return RejectedError(f"WordPress has no role {role}.", role)


def _holds_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _said(body: Mapping[str, object]) -> str:
    return str(body.get("message") or "")


def _quoted(refusal: Refusal, asked: Asked) -> str:
    said = refusal.message or "it does not say why."
    text = without(said, asked.hidden)
    short = text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"
    return f"{short} ({refusal.code})" if refusal.code else short


def without(text: str, hidden: Iterable[str]) -> str:
    """The text with every secret in it blotted out."""
    for secret in filter(None, hidden):
        text = text.replace(secret, "…")
    return text
