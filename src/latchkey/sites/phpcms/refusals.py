"""What the script refuses, by its codes, as the errors that say what to do."""

from collections.abc import Mapping

from latchkey.remote.errors import (
    Conflict,
    Missing,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.process import Reply
from latchkey.sites.phpcms.rows import account_from
from latchkey.sites.phpcms.script import VERSION

# By the script's code: what the error is, and what it says.
_PLAIN: Mapping[str, tuple[type[RemoteError], str]] = {
    "bad_field": (RejectedError, "The site does not take this value in the field {what}."),
    "bad_mail": (RejectedError, "The site does not take this e-mail address."),
    "bad_name": (RejectedError, "The site does not take this username."),
    "bad_password": (RejectedError, "The site does not take this password."),
    "blocked": (RejectedError, "The account is blocked; the site sends it no link."),
    "busy": (TransientError, "Another program is making accounts on the site."),
    "mail_failed": (TransientError, "The site could not hand its mail over; look at its log."),
    "mail_off": (
        RejectedError,
        "The site did not send its mail {what}: it is switched off, or a module stopped it.",
    ),
    "no_such_user": (Missing, "There is no such account any more."),
    "not_saved": (RejectedError, "The site did not save the account, and did not say why."),
    "protected_user": (RejectedError, "This is the site's user 1, which Latchkey leaves alone."),
    "unknown_field": (
        RejectedError,
        "Users of the site have no field {what} that holds one plain value.",
    ),
}
_UNUSABLE = {
    "no_root": "There is no folder {what} on the host. Correct root in the configuration file.",
    "no_cms": "There is no {label} in {what}. Correct root in the configuration file.",
    "other_cms": "In root there is {what}, not {label}. Correct kind or root.",
    "old_php": "The host's php is {what}. Name one from 7.4 on in the command.",
    "settings_unreadable": "settings.php is not there for us ({what}). Run the command as the web "
    "server's user, and check that url is the site's own address.",
    "bootstrap_ended": "{label} did not start: it is not installed in root for this url, or its "
    "database is empty. Check root and url.",
    "bootstrap_failed": "{label} did not start ({what}). Open the site in a browser, and look at "
    "its log.",
}
_DATABASE = ("PDO", "Database")


def error_for(reply: Reply, *, writing: bool) -> RemoteError:
    """The error for an answer that is not ok."""
    code, what = str(reply.get("error")), str(reply.get("what", ""))
    if code in _PLAIN:
        kind, text = _PLAIN[code]
        return kind(text.format(what=what))
    existing = account_from(reply.get("account"))
    match code:
        case "unknown_role":
            return RejectedError(f"The site has no role {what}.", unknown_role=what)
        case "duplicate_name":
            return Conflict("The username is taken.", "username", existing)
        case "duplicate_mail":
            return Conflict("The address is taken.", "email", existing)
        case "failed":
            return _failed(what, writing=writing)
        case _:
            return SiteError(f"The script on the host answered {code}, which is not known here.")


def unusable(greeting: Reply, kind: str, label: str) -> RemoteError | None:
    """What stands against a site that greets like this; None when nothing does."""
    if greeting.get("latchkey") != VERSION:
        return SiteError("What answers on the host is not this Latchkey's script.")
    code, what = greeting.get("error"), str(greeting.get("what", ""))
    if code == "bootstrap_failed" and any(word in what for word in _DATABASE):
        return TransientError(f"{label} cannot reach its database ({what}).")
    if isinstance(code, str):
        text = _UNUSABLE.get(code, "{label} cannot be used: the script on the host says {code}.")
        return SiteError(text.format(what=what, label=label, code=code))
    if greeting.get("cms") != kind:
        text = _UNUSABLE["other_cms"]
        return SiteError(text.format(what=greeting.get("cms"), label=label))
    return None


def _failed(what: str, *, writing: bool) -> RemoteError:
    if writing:
        return UnknownOutcome(f"The site failed ({what}); it may have done what was asked.")
    return TransientError(f"The site failed ({what}).")
