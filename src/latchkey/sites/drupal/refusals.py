"""What Drupal says when it does not do what was asked, as the error that says what to do.

Sentences about one account come in the language of the site: what they are about is told by the
field that they begin with, not by their words.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from latchkey.remote.errors import (
    Conflict,
    Missing,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.http import Answer

LONGEST_MESSAGE = 300
ADMINISTER_USERS = "administer users"
LACKING = (
    f"The Drupal user of this connection lacks the permission '{ADMINISTER_USERS}'. "
    "Give it a role of its own that has this permission, under People > Permissions."
)
READ_ONLY = (
    "JSON:API accepts only read operations. Allow all operations under Configuration > "
    "Web services > JSON:API (drush config:set jsonapi.settings read_only 0)."
)
NO_JSON_API = (
    "There is no JSON:API at /jsonapi. Switch on the modules JSON:API and Serialization, "
    "and check the address."
)
GONE = "There is no such account any more."
NAME, MAIL, LANGUAGE = "name", "mail", "preferred_langcode"
CLASHES = {NAME: "username", MAIL: "email"}
TAKEN = {
    "username": "Another account has this username.",
    "email": "Another account has this e-mail address.",
}

_ABOUT = re.compile(r"^([a-z][a-z0-9_]*)[.0-9a-z_]*: ")
_ROLE = re.compile(r"user_role(?:--user_role)?: ?([^`)\s]+)")
_GONE = re.compile(r'"entity" parameter was not converted')
_SERVER_ERROR = 500
_FORBIDDEN = (401, 403)
_NO_ROUTE = (404, 405, 406, 415)


class PerhapsTaken(RejectedError):  # noqa: N818 - as Conflict, which it may turn out to be
    """Something about a username or address, in words that we may not understand.

    `on` is which of the two: whether another account has it is found by looking.
    """

    def __init__(self, message: str, on: str) -> None:
        super().__init__(message)
        self.on = on


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error of Drupal: its sentences, in its own words. None of them where it is not Drupal's.

    `fields` are the fields that they begin with.
    """

    status: int
    sentences: tuple[str, ...]
    was_read: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """What it is about, by Drupal's names."""
        found = (_ABOUT.match(sentence) for sentence in self.sentences)
        return frozenset(one[1] for one in found if one)

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(self.sentences)

    @property
    def unknown_role(self) -> str | None:
        """The role that does not exist: a UUID over JSON:API, a machine name over REST."""
        found = _ROLE.search(self.text) if self.status in {404, 422} else None
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a text may not quote, and the names of the roles that were asked for by UUID."""

    hidden: tuple[str, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)


def refusal_in(answer: Answer) -> Refusal:
    """The error that an answer holds, from JSON:API or from another route."""
    return Refusal(answer.status, _sentences(_body(answer)), answer.was_read)


def error_for(answer: Answer, asked: Asked) -> RemoteError:
    """The error which says what to do about an answer that is no good one."""
    refusal = refusal_in(answer)
    if answer.status >= _SERVER_ERROR:
        return _broken(refusal, asked)
    if not refusal.sentences:
        return answer.unexpected()
    return (
        _about_the_site(refusal, asked)
        or _about_the_account(refusal, asked)
        or _refused(refusal, asked)
    )


def quoted(refusal: Refusal, asked: Asked) -> str:
    """What Drupal said, without any secret and not too long."""
    text = without(" ".join(refusal.text.split()), asked.hidden)
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + "…"


def without(text: str, hidden: Iterable[str]) -> str:
    """The text with every secret in it blotted out."""
    for secret in filter(None, hidden):
        text = text.replace(secret, "…")
    return text


def _broken(refusal: Refusal, asked: Asked) -> RemoteError:
    said = quoted(refusal, asked) or "it does not say why."
    text = f"Drupal failed with status {refusal.status}: {said}"
    if refusal.was_read:
        return TransientError(text)
    return UnknownOutcome(f"{text} It may have done what was asked.")


def _about_the_site(refusal: Refusal, asked: Asked) -> RemoteError | None:
    if refusal.status in _FORBIDDEN:
        return _forbidden(refusal, asked)
    if refusal.status not in _NO_ROUTE or refusal.unknown_role or _GONE.search(refusal.text):
        return None
    if "only read operations" in refusal.text:
        return SiteError(READ_ONLY)
    return SiteError(f"{NO_JSON_API} Drupal says: {quoted(refusal, asked)}")


def _forbidden(refusal: Refusal, asked: Asked) -> RemoteError:
    told = ADMINISTER_USERS in refusal.text or "not authorized to filter" in refusal.text
    if told or "not allowed to GET" in refusal.text:
        return SiteError(LACKING)
    if refusal.status == _FORBIDDEN[0]:
        return SiteError("Drupal does not know us: the credential does not reach it.")
    return SiteError(f"Drupal does not allow it: {quoted(refusal, asked)}")


def _about_the_account(refusal: Refusal, asked: Asked) -> RemoteError | None:
    if role := refusal.unknown_role:
        name = asked.roles.get(role, role)
        return RejectedError(f"Drupal has no role {name}.", name)
    if _GONE.search(refusal.text):
        return Missing(GONE)
    if refusal.status == 409:  # noqa: PLR2004 - the UUID that we chose is taken
        return Conflict("There is an account with our key already.", "key")
    if not refusal.fields & set(CLASHES):
        return None
    on = CLASHES[NAME if NAME in refusal.fields else MAIL]
    if "already taken" in refusal.text:
        return Conflict(TAKEN[on], on)
    return PerhapsTaken(f"Drupal refused: {quoted(refusal, asked)}", on)


def _refused(refusal: Refusal, asked: Asked) -> RemoteError:
    said = quoted(refusal, asked)
    if refusal.was_read:
        return SiteError(f"Drupal did not take our question: {said}")
    return RejectedError(f"Drupal refused: {said}")


def _body(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _sentences(body: object) -> tuple[str, ...]:
    if not isinstance(body, dict):
        return ()
    errors = body.get("errors")
    if isinstance(errors, list):
        told = [one.get("detail") or one.get("title") for one in errors if isinstance(one, dict)]
        return tuple(str(one) for one in told if one)
    text = body.get("message")
    return tuple(line for line in text.splitlines() if line) if isinstance(text, str) else ()
