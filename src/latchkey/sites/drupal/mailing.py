"""The two mails by which Drupal itself gives a person a link that works once."""

from collections.abc import Callable

from latchkey.policy.values import Account
from latchkey.remote.errors import RejectedError, RemoteError, SiteError, TransientError
from latchkey.remote.http import Answer, HttpDoor
from latchkey.sites.drupal.documents import JSON
from latchkey.sites.drupal.refusals import Asked, error_for, quoted, refusal_in

PAGE = "/user/password"
RESET, ACTIVATION = "reset", "activation"
OK, BAD_REQUEST = 200, 400
NO_ADDRESS = "The account has no e-mail address, and Drupal would fail over it."
IS_BLOCKED = "The account is blocked in Drupal, which mails nobody a link to it."
NO_ROUTE = (
    "Drupal does not take requests for new passwords from programs (/user/password). Switch on the "
    "module Serialization, or let Latchkey write the mail itself (notify = latchkey)."
)
NO_TRANSPORT = "Drupal cannot send mail now. It says: {said}"

Change = Callable[[Account], Account | RemoteError]


def by_reset(door: HttpDoor, account: Account) -> RemoteError | None:
    """Have the mail sent by which a password is reset; the door carries no credential.

    Drupal answers the same for a name that it does not know (password_reset_unknown_user).
    """
    if refused := _refused(account):
        return refused
    try:
        answer = door.send(
            "POST",
            PAGE,
            query={"_format": "json"},
            json={"name": account.username},
            headers={"Accept": JSON},
        )
    except RemoteError as error:
        return error
    return told(answer)


def told(answer: Answer) -> RemoteError | None:
    """What the answer to a request for a new password means (recordings password_reset_*)."""
    if answer.status == OK and not answer.body.strip():
        return None
    refusal = refusal_in(answer)
    if answer.status == OK:
        return SiteError(NO_ROUTE)
    if answer.status == BAD_REQUEST and refusal.sentences and "credentials" not in refusal.text:
        return TransientError(NO_TRANSPORT.format(said=quoted(refusal, Asked())))
    return error_for(answer, Asked())


def by_activation(block: Change, activate: Change, account: Account) -> RemoteError | None:
    """Have the mail sent that an account is active now: it is blocked and activated.

    Only for accounts that nobody has used, for others would be thrown out; and only for those that
    carry our key: one of these that was left blocked half-way is known again, and activated.
    """
    left_over = not account.active and account.key is not None and account.last_login is None
    if (refused := _refused(account)) and not (left_over and account.email):
        return refused
    for step in (block, activate) if account.active else (activate,):
        outcome = step(account)
        if isinstance(outcome, RemoteError):
            return outcome
    return None


def _refused(account: Account) -> RejectedError | None:
    if not account.email:
        return RejectedError(NO_ADDRESS)
    return None if account.active else RejectedError(IS_BLOCKED)
