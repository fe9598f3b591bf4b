"""What a check of a Drupal finds, and what to do about it."""

from collections.abc import Iterator

from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.errors import SiteError
from latchkey.sites.drupal.access import Access, FloodBlock, Way
from latchkey.sites.drupal.documents import JSON, USERS
from latchkey.sites.drupal.jsonapi import JsonApi
from latchkey.sites.drupal.reading import Me, Reader
from latchkey.sites.drupal.refusals import (
    ADMINISTER_USERS,
    READ_ONLY,
    Asked,
    error_for,
    refusal_in,
)
from latchkey.sites.drupal.roles import RoleBook

FORBIDDEN = (401, 403)
METHOD_NOT_ALLOWED = 405
UNSUPPORTED_MEDIA_TYPE = 415
UNTRIED = "Drupal did not tell whether it takes writes; the first account shows it."
ADMINISTRATOR = "administrator"


def health_of(api: JsonApi, reader: Reader, book: RoleBook) -> Health:
    """The findings, from the address to the roles. Raises TransientError."""
    try:
        api.access.session()
        me = reader.me()
    except FloodBlock as error:
        return Health((Finding("log-in", Level.MISSING, str(error)),))
    except SiteError as error:
        return Health((Finding("reach and credential", Level.MISSING, str(error)),))
    findings = [Finding(f"logged in as {me.username}", Level.OK), _way(api.access)]
    findings.append(_permission(reader))
    findings.append(_writing(api))
    findings += _roles(book)
    findings += _least(me)
    return Health(tuple(findings), version=me.version)


def _way(access: Access) -> Finding:
    if access.session().way is Way.SESSION:
        return Finding("a session, which is the fast way in", Level.OK)
    return Finding(
        "basic authentication, which is three times slower than a session",
        Level.WARNING,
        f"There is no session, because {access.why_basic}. Let it through to gain the speed.",
    )


def _permission(reader: Reader) -> Finding:
    """Whether we see of accounts what only administrators of users see."""
    what = f"permission '{ADMINISTER_USERS}'"
    try:
        next(reader.every_page())
    except SiteError as error:
        return Finding(what, Level.MISSING, str(error))
    return Finding(what, Level.OK)


def _writing(api: JsonApi) -> Finding:
    """Whether JSON:API takes writes: tried with an empty document of the wrong type.

    It gets 415 where writing is allowed (recording create_wrong_content_type) and 405 where it is
    not; nothing comes of it in either case.
    """
    what = "JSON:API takes writes"
    answer = api.access.session().door.send("POST", USERS, json={}, headers={"Content-Type": JSON})
    if answer.status == METHOD_NOT_ALLOWED or "only read operations" in refusal_in(answer).text:
        return Finding(what, Level.MISSING, READ_ONLY)
    if answer.status in FORBIDDEN:
        return Finding(what, Level.MISSING, str(error_for(answer, Asked())))
    if answer.status != UNSUPPORTED_MEDIA_TYPE:
        return Finding(what, Level.UNKNOWN, UNTRIED)
    return Finding(what, Level.OK)


def _roles(book: RoleBook) -> Iterator[Finding]:
    roles = book.roles()
    if book.is_shown:
        yield Finding("roles are listed", Level.OK)
        return
    known = ", ".join(sorted(roles.names)) or "none"
    yield Finding(
        f"roles are not listed; known from accounts that have them: {known}",
        Level.OK if roles.complete else Level.WARNING,
        ""
        if roles.complete
        else "A role that no account has yet cannot be given over JSON:API. Give it to one account "
        "by hand, or switch on the REST resource for users, or give the connection's role the "
        "permission 'administer permissions'.",
    )


def _least(me: Me) -> Iterator[Finding]:
    if me.is_almighty or ADMINISTRATOR in me.roles:
        yield Finding(
            "the connection's user is an administrator",
            Level.WARNING,
            "It may do more than Latchkey needs. Use a user of its own, with one role that has the "
            f"permission '{ADMINISTER_USERS}' and nothing else.",
        )
