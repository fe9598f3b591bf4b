"""Moodle's mail for forgotten passwords, with a one-time link."""

from latchkey.policy.values import Account
from latchkey.remote.errors import RejectedError, RemoteError, UnknownOutcome
from latchkey.sites.moodle.calls import Calls
from latchkey.sites.moodle.refusals import RESET, plain, without

# Where usernames are protected, which is the default, Moodle never says more than "maybe".
SENT = frozenset({"emailpasswordconfirmmaybesent", "emailresetconfirmsent", "emailalreadysent"})
SUSPENDED = "The account is suspended, and Moodle mails nobody who cannot log in."


def ask_for_mail(calls: Calls, account: Account) -> RemoteError | None:
    """Have the mail sent to the account's address; None when Moodle says that it was.

    By username: an address may belong to several accounts.
    """
    if not account.active:
        return RejectedError(SUSPENDED)
    try:
        answer = calls(RESET, {"username": account.username})
    except RemoteError as error:
        return error
    return told(answer, calls.hidden)


def told(answer: object, hidden: tuple[str, ...] = ()) -> RemoteError | None:
    """What the answer means (recordings request_password_reset_*)."""
    status = str(answer.get("status")) if isinstance(answer, dict) else ""
    if status in SENT:
        return None
    if not isinstance(answer, dict) or not status:
        return UnknownOutcome("Moodle does not say whether it sent the mail.")
    said = without(plain(str(answer.get("notice") or status)), hidden)
    return RejectedError(f"Moodle sent no mail: {said}")
