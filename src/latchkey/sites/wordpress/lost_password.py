"""The form "Lost your password?": the only way to have WordPress itself mail a person a link."""

import re
from urllib.parse import urlsplit

from latchkey.policy.values import Account
from latchkey.remote.errors import RejectedError, RemoteError, SiteError, UnknownOutcome
from latchkey.remote.http import Answer
from latchkey.sites.wordpress.refusals import plain, without
from latchkey.sites.wordpress.rest import Rest
from latchkey.sites.wordpress.users import stored_address

FORM = "?action=lostpassword"
SENT = "checkemail=confirm"
NO_FORM = (
    "WordPress does not show its form for lost passwords at {page}: a plugin hides or replaces it. "
    "Let Latchkey write the mail itself (notify = latchkey)."
)
OK = 200
REDIRECTS = range(300, 400)
SERVER_ERROR = 500


def ask_for_mail(rest: Rest, page: str, account: Account) -> RemoteError | None:
    """Have the mail sent to the account's address; None when WordPress says that it was."""
    asked = {"user_login": stored_address(account.email) or account.username}
    try:
        answer = rest.door.send("POST", f"{page}{FORM}", form=asked)
    except RemoteError as error:
        return error
    return told(answer, page, rest.hidden)


def told(answer: Answer, page: str, hidden: tuple[str, ...] = ()) -> RemoteError | None:
    """What the answer of the form means (recordings lostpassword-*)."""
    if answer.status in REDIRECTS:
        target = answer.headers.get("location", "")
        if SENT in target:
            return None
        path = urlsplit(target).path
        return UnknownOutcome(f"WordPress led on to {path}: whether it sent the mail is not known.")
    if answer.status == OK:
        return _shown(without(answer.text, hidden), page)
    if answer.status >= SERVER_ERROR:
        return answer.unexpected("failed at sending the mail")
    return SiteError(NO_FORM.format(page=page))


def _shown(text: str, page: str) -> RemoteError:
    notice = re.search(r"<(\w+)[^>]*\bid=[\"']login_error[\"'][^>]*>(.*?)</\1>", text, re.DOTALL)
    if notice is None:
        return SiteError(NO_FORM.format(page=page))
    return RejectedError(f"WordPress sent no mail. It says: {plain(notice[2])}")


def login_page(index: object, url: str) -> str:
    """The path of wp-login.php below `url`; WordPress itself may be in a folder of its own.

    The index names that folder where the site's own address is another (Settings > General).
    """
    installed = index.get("url") if isinstance(index, dict) else None
    ours, theirs = urlsplit(url), urlsplit(installed if isinstance(installed, str) else "")
    start, path = ours.path.rstrip("/"), theirs.path.rstrip("/")
    below = theirs.netloc == ours.netloc and path.startswith(f"{start}/")
    return f"{path[len(start) :] if below else ''}/wp-login.php"
