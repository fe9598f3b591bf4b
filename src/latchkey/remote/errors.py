"""What can go wrong with another system, named by what the caller does next."""

from latchkey.policy.values import Account


class RemoteError(Exception):
    """Another system did not do what was asked. The text is for a person and holds no secret."""


class TransientError(RemoteError):
    """Nothing was done and nothing is wrong with the request: try again later.

    `retry_after` is in seconds, None when the system did not say.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RateLimited(TransientError):  # noqa: N818 - the contract of house-style.md names it
    """The system asks us to slow down."""


class Paused(TransientError):  # noqa: N818 - as RateLimited
    """The work was stopped: no write leaves until a person lets it go on, by `remedy`."""

    def __init__(self, message: str, remedy: str = "`latchkey resume` lets it go on.") -> None:
        super().__init__(message)
        self.remedy = remedy


class RejectedError(RemoteError):
    """This one record cannot be taken as it is; the others can.

    `unknown_role` names the role which the site does not know, None when it is something else:
    an unknown role stops the rule and spends nobody's attempt.
    """

    def __init__(self, message: str, unknown_role: str | None = None) -> None:
        super().__init__(message)
        self.unknown_role = unknown_role


class Conflict(RejectedError):  # noqa: N818 - as RateLimited
    """An account is in the way. `existing` is that account, None when the site does not show it.

    `on` is what clashes: "username", "email", or "key" for our own.
    """

    def __init__(self, message: str, on: str, existing: Account | None = None) -> None:
        super().__init__(message)
        self.on = on
        self.existing = existing


class Missing(RejectedError):  # noqa: N818 - as RateLimited
    """What was asked for is not there."""


class UnknownOutcome(RemoteError):  # noqa: N818 - as RateLimited
    """The answer was lost, and the write may have been done: look before trying again."""


class SiteError(RemoteError):
    """This connection is unusable until a person acts; the text says what to do."""


class DryRun(RemoteError):  # noqa: N818 - as RateLimited
    """A write was stopped at the door, because nothing is to be written."""
