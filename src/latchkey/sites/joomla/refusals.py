"""What Joomla says when it does not do what was asked, as the error that says what to do.

Its errors hold a text in the site's language and nothing else to know them by: which of two
accounts is in the way has to be looked up afterwards.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from latchkey.remote.errors import RemoteError, SiteError, TransientError, UnknownOutcome
from latchkey.remote.http import Answer

UNAUTHORIZED, FORBIDDEN, MISSING_STATUS, UNACCEPTABLE = 401, 403, 404, 406
SERVER_ERROR = 500
LONGEST_MESSAGE = 300

NOT_ACCEPTED = (
    "Joomla does not let the token of this connection in. Make one in the user's profile under "
    '"Joomla API Token"; switch on the plugins "API Authentication - Web Services Joomla Token" '
    'and "User - Joomla API Token", allow the user\'s group in the second; and give that group '
    "the permission core.login.api (Web Services Login) in the Global Configuration."
)
NO_SERVICE = (
    "Joomla has no Web Services for users at this address. "
    'Switch on the plugin "Web Services - Users", and check the address.'
)
LACKING = (
    "The Joomla user of this connection lacks the permission {permission}. "
    "Give it to the user's group under Users > Options > Permissions."
)
NOT_ALLOWED = "Joomla does not allow it. Check the permissions of the connection's user."
FILTERED = (
    "Something before Joomla does not pass on the Accept header that its Web Services need: "
    "check what stands before the site."
)
MOVED = "Joomla redirects to {target}. If that is the right address, put it into the connection."
MEANING = {UNAUTHORIZED: NOT_ACCEPTED, MISSING_STATUS: NO_SERVICE, UNACCEPTABLE: FILTERED}
PERMISSION = {"POST": "core.create", "PATCH": "core.edit"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Joomla did not take one account as it is; `said` is its own text, without secrets."""

    said: str


def titles_in(answer: Answer) -> list[str] | None:
    """The texts of the errors that an answer holds; None where it is no document of Joomla's."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return None
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list):
        return None
    return [str(one.get("title", "")) for one in errors if isinstance(one, dict)]


def read_error(answer: Answer, hidden: Iterable[str]) -> RemoteError:
    """The error for a question that was not answered."""
    if answer.status >= SERVER_ERROR:
        return TransientError(f"Joomla failed with status {answer.status}: {said(answer, hidden)}")
    return about_the_site(answer, "GET") or SiteError(
        f"Joomla did not take our question: {said(answer, hidden)}"
    )


def write_error(answer: Answer, method: str, hidden: Iterable[str]) -> RemoteError | Refusal:
    """The error for a write that was not done, or the Refusal of this one account."""
    if answer.status >= SERVER_ERROR:
        return UnknownOutcome(
            f"Joomla failed with status {answer.status}: {said(answer, hidden)} "
            "It may have done what was asked."
        )
    return about_the_site(answer, method) or Refusal(said(answer, hidden))


def about_the_site(answer: Answer, method: str) -> RemoteError | None:
    """The error for an answer that is about the connection, None for one about an account."""
    if answer.status < 300:  # noqa: PLR2004 - done, and nothing that could be read
        return answer.unexpected("answered something that is not JSON")
    if answer.status < 400:  # noqa: PLR2004 - the redirects
        target = answer.headers.get("location", "elsewhere").partition("?")[0]
        return SiteError(MOVED.format(target=target))
    if answer.status == FORBIDDEN:
        permission = PERMISSION.get(method)
        return SiteError(LACKING.format(permission=permission) if permission else NOT_ALLOWED)
    if why := MEANING.get(answer.status):
        return SiteError(why)
    return answer.unexpected() if titles_in(answer) is None else None


def said(answer: Answer, hidden: Iterable[str]) -> str:
    """What Joomla says, short, in its own language, and without any secret."""
    text = plain(" ".join(titles_in(answer) or [])) or "it does not say why."
    for secret in filter(None, hidden):
        text = text.replace(secret, "…")
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"


def plain(text: str) -> str:
    """A message without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())
