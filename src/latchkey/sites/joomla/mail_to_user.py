"""Whether Joomla mails new accounts their password in clear, as it does unless told otherwise.

What tells it, by what it is worth:
1. The list of plugins, where it is shown: the plugin "User - Joomla!" sends the mail. Joomla's core
   shows whether it is switched on, not its parameters; where something adds them they count.
2. A create that lacks what every user needs, so that nothing can be made of it: Joomla asks for a
   password only where it will mail none (plugins/user/joomla, onContentPrepareForm). Not being
   asked for one proves that it mails; being asked for one proves nothing, since other settings ask
   for one too.
3. The word of whoever set the connection up.
"""

import json
import secrets
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from typing import assert_never

from latchkey.policy.health import Finding, Level
from latchkey.remote.errors import DryRun, RemoteError, SiteError, TransientError, UnknownOutcome
from latchkey.remote.http import Answer
from latchkey.sites.joomla.api import PLUGINS, USERS, Api, Attributes
from latchkey.sites.joomla.refusals import Refusal, titles_in, write_error

SETTING = "mail_to_user_off"
REFUSED = 400
WHERE = (
    'Set "Notification Mail to User" (mail_to_user) to No in the plugin "User - Joomla!", under '
    "System > Plugins"
)
MAILS = f"Joomla mails every new account its password in clear, so none is made. {WHERE}."
UNCONFIRMED = (
    "Joomla may mail every new account its password in clear, and its API does not tell, so none "
    f'is made. {WHERE}; then say so in this connection: {SETTING} = "yes".'
)
CONTRADICTED = (
    f'The connection says {SETTING} = "yes", and yet Joomla mails every new account its password '
    f"in clear, so none is made. {WHERE}."
)
# Nothing is made of either: there is no address (recording create_missing_email).
PROBE = {"name": "Latchkey", "username": "latchkey-asks", "groups": [], "block": "1"}


class Evidence(StrEnum):
    """What Joomla shows about its mail."""

    MAILS = "mails"
    SILENT = "silent"
    NOT_SHOWN = "not shown"


class MailToUser:
    """Asks, every time before accounts are made: the setting can be changed at any time."""

    def __init__(self, api: Api, *, confirmed: bool) -> None:
        self._api = api
        self._confirmed = confirmed
        self._plugins_tell = True

    def demand_silence(self) -> None:
        """SiteError unless new accounts are mailed nothing. In a dry run DryRun, where it asks."""
        match self._shown():
            case Evidence.SILENT:
                return
            case Evidence.MAILS:
                raise SiteError(MAILS)
            case Evidence.NOT_SHOWN if not self._confirmed:
                raise SiteError(UNCONFIRMED)
            case Evidence.NOT_SHOWN:
                if self._tried() is Evidence.MAILS:
                    raise SiteError(CONTRADICTED)
            case never:
                assert_never(never)

    def finding(self) -> Finding:
        """The same as a finding, for a check."""
        what = "no password is mailed in clear"
        try:
            evidence = self._shown()
            if evidence is Evidence.NOT_SHOWN:
                evidence = self._tried()
        except DryRun:
            return Finding(what, Level.UNKNOWN, "It cannot be asked in a dry run.")
        match evidence:
            case Evidence.SILENT:
                return Finding(what, Level.OK)
            case Evidence.MAILS:
                text = CONTRADICTED if self._confirmed else MAILS
                return Finding(what, Level.MISSING, text)
            case Evidence.NOT_SHOWN if self._confirmed:
                return Finding(f"{what} ({SETTING} confirmed)", Level.OK)
            case Evidence.NOT_SHOWN:
                return Finding(what, Level.MISSING, UNCONFIRMED)
            case never:
                assert_never(never)

    def _shown(self) -> Evidence:
        if not self._plugins_tell:
            return Evidence.NOT_SHOWN
        filters = {"filter[type]": "user", "filter[element]": "joomla", "page[limit]": "100"}
        evidence = shown_by(self._api.shown(PLUGINS, filters))
        self._plugins_tell = evidence is not Evidence.NOT_SHOWN
        return evidence

    def _tried(self) -> Evidence:
        """What Joomla asks for, with a password and without one."""
        password = f"{secrets.token_urlsafe(24)}aA1!"
        with_one = {**PROBE, "password": password, "password2": password}
        calls = [partial(self._asked_for, body) for body in (PROBE, with_one)]
        without, given = self._api.door.together(calls)
        return Evidence.MAILS if without == given else Evidence.NOT_SHOWN

    def _asked_for(self, body: Mapping[str, object]) -> list[str]:
        try:
            answer = self._api.write("POST", USERS, body)
        except UnknownOutcome as lost:
            raise TransientError(str(lost)) from None
        return _lines(answer, self._api.hidden)


def shown_by(plugins: list[Attributes]) -> Evidence:
    """What a list of plugins shows."""
    for plugin in plugins:
        if (plugin.get("folder"), plugin.get("element")) != ("user", "joomla"):
            continue
        if str(plugin.get("enabled", "1")) == "0":
            return Evidence.SILENT
        value = _params(plugin.get("params")).get("mail_to_user")
        if value is not None:
            off = str(value).lower() in {"0", "", "false"}
            return Evidence.SILENT if off else Evidence.MAILS
    return Evidence.NOT_SHOWN


def _params(value: object) -> Mapping[str, object]:
    """The parameters of a plugin: an object, or the text that Joomla stores of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _lines(answer: Answer, hidden: tuple[str, ...]) -> list[str]:
    """What Joomla lacks, a line each. Whatever else it answers is an error: nothing was made."""
    titles = titles_in(answer)
    if answer.status == REFUSED and titles:
        return [line for title in titles for line in title.splitlines()]
    error: RemoteError | Refusal = write_error(answer, "POST", hidden)
    if isinstance(error, Refusal):
        raise SiteError(f"Joomla did not take our question: {error.said}")
    raise TransientError(str(error)) if isinstance(error, UnknownOutcome) else error
