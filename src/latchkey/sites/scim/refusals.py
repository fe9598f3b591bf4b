"""What an error of a SCIM service means (RFC 7644, section 3.12), in what to do next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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

# RFC 7644, table 9; what a service makes up besides means no more than its status.
KINDS = frozenset(
    {
        "invalidFilter",
        "tooMany",
        "uniqueness",
        "mutability",
        "invalidSyntax",
        "invalidPath",
        "noTarget",
        "invalidValue",
        "invalidVers",
        "sensitive",
    }
)
LONGEST_DETAIL = 300
FAILURES = 500
IN_WORDS = {"username": "username", "email": "e-mail address"}
NOT_ACCEPTED = "The service does not accept the token. Make a new one, and put it in."
NOT_ALLOWED = "The service does not let the token {act}. Give it the right to {act}."
GONE = "There is no such account any more."
CHANGED = "The account was changed by somebody else meanwhile."
NOT_THERE = "The service has no {path}. Check the address: it ends where /Users begins."

Body = Mapping[str, object]


class NoFilterError(RejectedError):
    """The service does not take this filter: what it filters has to be read as a whole."""


class ChangedError(TransientError):
    """The account is not the one that was seen (412): look again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the service, which its answer has to be read by.

    `act` are the words for it: "read users". With `one` it was about one record by its id.
    """

    act: str
    path: str
    reads: bool
    one: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as the service put it. `kind` is its scimType, empty where it gave none."""

    status: int
    kind: str = ""
    detail: str = ""

    def quoted(self, hidden: Iterable[str]) -> str:
        """The service's own words, shortened, without what is hidden."""
        said = without(" ".join(self.detail.split()), hidden)[:LONGEST_DETAIL]
        return f"{said or 'it does not say why'} ({self.kind or self.status})"


def refusal_in(status: int, body: object) -> Refusal:
    """The error that an answer is; some services give a status and no words."""
    if not isinstance(body, dict):
        return Refusal(status)
    kind = str(body.get("scimType") or "")
    return Refusal(status, kind if kind in KINDS else "", str(body.get("detail") or ""))


def error_for(refusal: Refusal, asked: Asked, hidden: tuple[str, ...]) -> RemoteError:
    """The error which says what to do about a refusal."""
    said = f"The service refused to {asked.act}: {refusal.quoted(hidden)}"
    match refusal.status, refusal.kind:
        case (409, _) | (_, "uniqueness"):
            return clash("username")
        case (400 | 403 | 501, "invalidFilter" | "tooMany" | "sensitive"):
            return NoFilterError(said)
        case (501, _) if asked.reads:
            return NoFilterError(said)
        case (404 | 410, _) if asked.one:
            return Missing(GONE)
        case (400 | 413 | 422, _) if not asked.reads:
            return RejectedError(said)
        case _:
            return _about_the_service(refusal.status, said, asked)


def _about_the_service(status: int, said: str, asked: Asked) -> RemoteError:
    errors: dict[int, RemoteError] = {
        401: SiteError(NOT_ACCEPTED),
        403: SiteError(NOT_ALLOWED.format(act=asked.act)),
        404: SiteError(NOT_THERE.format(path=asked.path)),
        412: ChangedError(CHANGED),
        429: RateLimited(said),
        501: SiteError(said),
        503: TransientError(said),
    }
    if status in errors:
        return errors[status]
    if status < FAILURES:
        return SiteError(said)
    return TransientError(said) if asked.reads else UnknownOutcome(_perhaps(said))


def clash(on: str) -> Conflict:
    """The Conflict over a username or an address, its account not looked up yet."""
    return Conflict(f"Another account has this {IN_WORDS[on]}.", on)


def without(text: str, hidden: Iterable[str]) -> str:
    """The text with every secret in it blotted out."""
    for secret in filter(None, hidden):
        text = text.replace(secret, "…")
    return text


def _perhaps(said: str) -> str:
    return f"{said} It may have done what was asked."
