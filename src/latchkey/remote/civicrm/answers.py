"""What CiviCRM's answers mean: the truth is in the body, the status differs by CMS and version.

Facts from the recordings of CiviCRM on WordPress and Drupal 7 and of Standalone.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from latchkey.remote.errors import (
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.http import Answer

Row = Mapping[str, object]

UNAUTHORIZED, FORBIDDEN = 401, 403
REDIRECTS = range(300, 400)
LONGEST_QUOTE = 200

READING_NEEDS = {
    "Contact": "view all contacts",
    "Email": "view all contacts",
    "GroupContact": "view all contacts",
    "Domain": "administer CiviCRM",
    "UFMatch": "administer CiviCRM",
    "Setting": "administer CiviCRM",
    "SubscriptionHistory": "administer CiviCRM",
}
WRITING_NEEDS = {
    "Contact": "add contacts",
    "Email": "edit all contacts",
    "GroupContact": "edit all contacts",
    "EntityTag": "edit all contacts",
    "Activity": "view all activities",
    "OptionValue": "administer CiviCRM",
    "UFMatch": "administer CiviCRM",
    "User": "cms:administer users",
}


class Duplicate(RejectedError):  # noqa: N818 - as Conflict, of which it is the CRM's counterpart
    """A record like this one is there already. CiviCRM does not say which field clashes."""


class Incomplete(RejectedError):  # noqa: N818 - as Duplicate
    """A mandatory value is missing, or a record that is named does not exist."""


class PermissionLacking(SiteError):  # noqa: N818 - as Duplicate
    """The credential may not do this; the text names the permission."""


class Unsupported(SiteError):  # noqa: N818 - as Duplicate
    """This CiviCRM does not know the entity, action, field, parameter or setting."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One API call, as far as its answer is judged by it."""

    entity: str
    action: str
    reads: bool

    @property
    def permission(self) -> str:
        """The permission that CiviCRM wants for it, as its own list of permissions writes it."""
        needs = READING_NEEDS if self.reads else WRITING_NEEDS
        return needs.get(self.entity, "access CiviCRM")


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one call. `matched` counts all that the filter found, where it was asked."""

    rows: Sequence[Row]
    matched: int


def body_of(answer: Answer) -> object:
    """The JSON of an answer, whatever its status. Raises what an answer without JSON means."""
    if answer.status == UNAUTHORIZED and not _looks_like_json(answer):
        raise refused_credential(answer.text)
    if answer.status in REDIRECTS:
        raise SiteError("CiviCRM's API is redirected elsewhere: check the address, with its https.")
    if not _looks_like_json(answer):
        raise answer.unexpected(_what_came(answer))
    try:
        body: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise _lost("CiviCRM's answer was cut off.", reads=answer.was_read) from None
    if answer.status >= 400 and not _is_civicrms(body):  # noqa: PLR2004 - refused by another
        raise answer.unexpected()
    return body


def result(body: object, asked: Asked) -> Result:
    """The rows of one call. Raises the error which the body carries."""
    if not isinstance(body, dict):
        raise _nonsense(asked)
    if "error_message" in body or "error_code" in body:
        raise translated(body, asked)
    values = body.get("values")
    if isinstance(values, dict):
        values = list(values.values())
    if not isinstance(values, list) or not all(isinstance(row, dict) for row in values):
        raise _nonsense(asked)
    matched = body.get("countMatched", body.get("count"))
    return Result(values, matched if isinstance(matched, int) else len(values))


def refused_credential(text: str) -> SiteError:
    """The error of a 401 in plain text, which authx gives (recording error-bad-key)."""
    if "guard" in text:
        return PermissionLacking(
            "CiviCRM knows the API key but does not let it in: give the user of that contact the "
            'permission "authenticate with api key", or give the site key in this connection.'
        )
    if "Expired" in text:
        return SiteError("The token for CiviCRM has expired: put a new one into the connection.")
    return SiteError(
        "CiviCRM does not accept the API key: compare it with the one of the contact it is for, "
        "of which CiviCRM keeps no more than 32 characters."
    )


def translated(body: Row, asked: Asked) -> RemoteError:
    """The error that the body of a failed call stands for."""
    message = str(body.get("error_message") or "no reason given")
    for pattern, meaning in _MEANINGS:
        if re.search(pattern, message, re.IGNORECASE):
            return meaning(message, asked)
    codes = {str(body.get("status")), str(body.get("error_code"))}
    if codes & {str(UNAUTHORIZED), str(FORBIDDEN)}:
        return _lacking(message, asked)
    if asked.reads:
        return TransientError(f"{_failed(asked)}: {_quoted(message)}.")
    return RejectedError(f"{_failed(asked)}: {_quoted(message)}.")


def number(row: Row, field: str) -> int:
    """A whole number of a row, which some actions give as text. SiteError when it is none."""
    try:
        return int(str(row[field]))
    except (KeyError, ValueError):
        raise Unsupported(f"CiviCRM gave no number where {field} was expected.") from None


def id_of(row: Row) -> int:
    """The row's id."""
    return number(row, "id")


def require(rows: Iterable[Row], fields: Iterable[str], asked: Asked) -> None:
    """Raise SiteError unless every row holds every field: CiviCRM silently drops what it does not
    know, and what it does not allow.
    """
    wanted = frozenset(fields)
    for row in rows:
        if wanted <= row.keys():
            continue
        missing = sorted(wanted - row.keys())
        raise Unsupported(
            f"CiviCRM left {', '.join(missing)} out of {asked.entity}: {_why(missing)}"
        )


def _why(missing: Sequence[str]) -> str:
    if any(name.startswith("uf.") for name in missing):
        return 'give the API key the permission "administer CiviCRM".'
    if any(name.split(".")[0] in {"email_primary", "phone_primary"} for name in missing):
        return "update CiviCRM to 5.53 or later."
    return (
        "the field does not exist in this version of CiviCRM, or the API key lacks the permission "
        'to see it ("access all custom data" for a custom field).'
    )


def _unsupported(message: str, asked: Asked) -> RemoteError:
    return Unsupported(
        f"{_failed(asked)}: {_quoted(message)}. Update CiviCRM, or enable the extension or the "
        "custom field that has it."
    )


def _lacking(message: str, asked: Asked) -> RemoteError:
    return PermissionLacking(
        f"{_failed(asked)}: the API key lacks a permission, most likely "
        f'"{asked.permission}". CiviCRM says: {_quoted(message)}.'
    )


def _blocked(message: str, asked: Asked) -> RemoteError:
    return SiteError(
        f"{_failed(asked)}: {_quoted(message)}. Something between here and CiviCRM changes the "
        "request: look for a proxy that drops headers or turns POST into GET."
    )


def _duplicate(message: str, asked: Asked) -> RemoteError:
    return Duplicate(f"{_failed(asked)}: there is such a record already ({_quoted(message)}).")


def _incomplete(message: str, asked: Asked) -> RemoteError:
    return Incomplete(f"{_failed(asked)}: {_quoted(message)}.")


def _locked(message: str, asked: Asked) -> RemoteError:
    return _lost(f"{_failed(asked)}: {_quoted(message)}.", reads=asked.reads)


_MEANINGS = (
    (r"^Invalid field '", _unsupported),
    (r"does not exist( \(|\.$)", _unsupported),
    (r"^Unknown (api parameter|settings)", _unsupported),
    (r"^SECURITY", _blocked),
    (r"^(Authorization failed|Unauthorized$|Not allowed)", _lacking),
    (r"already exists", _duplicate),
    (r"^Mandatory values missing|constraint violation", _incomplete),
    (r"deadlock|lock timeout|lock wait", _locked),
)


def _failed(asked: Asked) -> str:
    return f"CiviCRM could not do {asked.entity}.{asked.action}"


def _quoted(message: str) -> str:
    """Enough of the message for a person; debug output never reaches this."""
    return " ".join(message.split())[:LONGEST_QUOTE].rstrip(".")


def _nonsense(asked: Asked) -> RemoteError:
    return _lost(f"{_failed(asked)}: the answer is not one of its API.", reads=asked.reads)


def _lost(text: str, *, reads: bool) -> RemoteError:
    return TransientError(text) if reads else UnknownOutcome(text)


def _looks_like_json(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] in {b"{", b"["}


def _is_civicrms(body: object) -> bool:
    """Whether it is a result or error of API v4, or several; firewalls answer JSON as well."""
    if not isinstance(body, dict):
        return bool(body)
    is_one = not body.keys().isdisjoint({"error_message", "error_code", "values"})
    return is_one or (bool(body) and all(isinstance(one, dict) for one in body.values()))


def _what_came(answer: Answer) -> str:
    if "html" in answer.headers.get("content-type", ""):
        return f"answered with a web page (status {answer.status}) where CiviCRM's API was expected"
    return f"answered with status {answer.status} and no JSON"
