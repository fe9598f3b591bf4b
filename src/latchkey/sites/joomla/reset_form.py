"""The form "Forgot your password?": the only way to have Joomla itself mail a person a link.

It is the visitors' form, sent in a session of its own and without our token. It answers the same
whoever is asked for (recordings password_reset_form_*); what came of it shows in the user's
`resetCount` and `lastResetTime` (recording get_after_reset_shows_resetCount).
"""

import re
from urllib.parse import urljoin, urlsplit

from latchkey.policy.values import Account
from latchkey.remote.errors import (
    Missing,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.http import Answer, HttpDoor
from latchkey.sites.joomla.api import Attributes
from latchkey.sites.joomla.groups import Groups
from latchkey.sites.joomla.reading import Reader
from latchkey.sites.joomla.users import group_ids, searchable
from latchkey.sites.joomla.writing import GONE

PAGE = "/index.php?option=com_users&view=reset"
REQUEST = "/index.php?option=com_users&task=reset.request"
ACCEPTED = "layout=confirm"
OK, FORBIDDEN, SERVER_ERROR = 200, 403, 500
REDIRECTS = range(300, 400)
MOST_REDIRECTS = 4  # to the friendly address, to a language, to www
MOST_IN_AN_HOUR = 10

NO_FORM = (
    'Joomla does not show its form "Forgot your password?" at {page}: a plugin hides or replaces '
    "it, or the site is offline. Let Latchkey write the mail itself (notify = latchkey)."
)
NOT_SENT = (
    "Joomla took the request and sent no mail: something on the site stands before it, mostly a "
    "captcha on its forms. Let Latchkey write the mail itself (notify = latchkey)."
)
BLOCKED = "Joomla sends no link to this account: it is blocked."
SUPER_USER = "Joomla sends no link to this account: it is a Super User's."
TOO_MANY = (
    "Joomla sent no mail: this account has been sent {count} in the last hour, which is the most. "
    "Ask again an hour later."
)
NOT_MAILED = "Joomla could not send the mail. Check its mail settings (Send Test Mail)."


class ResetForm:
    """Asks for the mail in the person's place. Safe to share between threads."""

    def __init__(self, door: HttpDoor, reader: Reader, groups: Groups) -> None:
        self._door = door
        self._reader = reader
        self._groups = groups

    @property
    def page(self) -> str:
        """The address of the form."""
        return f"{self._door.url}{PAGE}"

    def token(self) -> str:
        """The name of the hidden field, which goes with the session. SiteError without a form."""
        path = PAGE
        for _ in range(MOST_REDIRECTS):
            answer = self._door.send("GET", path)
            if answer.status not in REDIRECTS:
                return self._token_on(answer)
            path = self._below(answer.headers.get("location", ""), path)
        raise SiteError(NO_FORM.format(page=self.page))

    def ask(self, account: Account, token: str) -> RemoteError | None:
        """Have the mail sent; None when Joomla counted it, else what was in the way."""
        try:
            before = self._reader.user(account.id)
            if before is None:
                return Missing(GONE)
            if why := self._refused(before):
                return RejectedError(why)
            form = {"jform[email]": searchable(str(before.get("email", ""))), token: "1"}
            answer = self._door.send("POST", REQUEST, form=form)
            return self._came_of(answer, account, before)
        except RemoteError as error:
            return error

    def _came_of(self, answer: Answer, account: Account, before: Attributes) -> RemoteError | None:
        if answer.status >= SERVER_ERROR:
            return answer.unexpected("failed at sending the mail")
        if answer.status not in REDIRECTS:
            return SiteError(NO_FORM.format(page=self.page))
        after = self._counted_after(account)
        counted = after is not None and _count(after) != _count(before)
        if ACCEPTED not in answer.headers.get("location", ""):
            return RejectedError(NOT_MAILED) if counted else SiteError(NOT_SENT)
        if counted:
            return None
        most = int(_count(before)[0] or 0)
        if most >= MOST_IN_AN_HOUR:
            return RejectedError(TOO_MANY.format(count=most))
        return SiteError(NOT_SENT)

    def _counted_after(self, account: Account) -> Attributes | None:
        """The user after the request. Where it cannot be read, nobody knows about the mail."""
        try:
            return self._reader.user(account.id)
        except TransientError:
            raise UnknownOutcome("Whether Joomla sent the mail could not be read.") from None

    def _refused(self, user: Attributes) -> str | None:
        ids = group_ids(user)
        if str(user.get("block")) != "0":
            return BLOCKED
        if ids & self._groups.covering(ids).super_users:
            return SUPER_USER
        return None

    def _token_on(self, answer: Answer) -> str:
        if answer.status >= SERVER_ERROR:
            raise answer.unexpected()
        found = token_in(answer.text) if answer.status == OK else None
        if found is None:
            raise SiteError(NO_FORM.format(page=self.page))
        return found

    def _below(self, location: str, path: str) -> str:
        """Where a redirect leads, below the address of the connection."""
        target = urlsplit(urljoin(f"{self._door.url}{path}", location))
        start = urlsplit(self._door.url).path
        if not target.path.startswith(f"{start}/"):
            raise SiteError(NO_FORM.format(page=self.page))
        query = f"?{target.query}" if target.query else ""
        return f"{target.path[len(start) :]}{query}"


def token_in(text: str) -> str | None:
    """The name of the hidden field of 32 hexadecimal digits on a page with the form."""
    if "jform[email]" not in text:
        return None
    for field in re.findall(r"<input\b[^>]*>", text):
        name = re.search(r"\bname=[\"']([0-9a-f]{32})[\"']", field)
        if name and "hidden" in field:
            return name[1]
    return None


def _count(user: Attributes) -> tuple[str, str]:
    return str(user.get("resetCount") or "0"), str(user.get("lastResetTime") or "")
