"""What a check of a CiviCRM Standalone finds, and what to do about it."""

from collections.abc import Iterator

from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.civicrm.answers import PermissionLacking, Result
from latchkey.remote.civicrm.api import Api, Call
from latchkey.remote.errors import RemoteError, SiteError, TransientError
from latchkey.sites.standalone.mailing import Mailing
from latchkey.sites.standalone.reading import Reader
from latchkey.sites.standalone.roles import Roles

ENTITIES = Call("Entity", "get", {"select": ["name"], "where": [["name", "=", "User"]]})
MAY_MAKE = Call("User", "checkAccess", {"action": "create", "values": {"username": "latchkey"}})
NO_SUCH_FIELD = Call("User", "get", {"where": [["latchkey_probe", "=", 1]]})
HALF_MADE = Call("User", "get", {"select": ["id"], "where": [["uf_id", "=", 0]], "limit": 5})
DOMAIN = Call("Domain", "get", {"select": ["version"], "limit": 1})
PROBES = (ENTITIES, MAY_MAKE, HALF_MADE, DOMAIN, NO_SUCH_FIELD)

GIVE = 'Give the user of the API key a role with the permission "{permission}".'
NOT_STANDALONE = (
    "This CiviCRM has no users of its own: it runs in a CMS. Connect that as the site, "
    "with hosts_crm."
)


def health_of(api: Api, reader: Reader, roles: Roles, mailing: Mailing) -> Health:
    """The findings, from the address to what the key may do. Raises TransientError."""
    reader.look_anew()
    try:
        me = reader.caller()
        entities, may_make, half_made, domain, refused = api.calls(PROBES)
    except SiteError as error:
        return Health((Finding("reach and credential", Level.MISSING, str(error)),))
    for outcome in (entities, may_make):
        if isinstance(outcome, TransientError):
            raise outcome
    findings = [Finding(f"reach and credential (contact {me.contact_id})", Level.OK)]
    findings.append(_has_users(entities))
    findings.append(_sees_users(reader))
    findings += [_may_make(may_make), _sees_roles(roles), _reset_mail(mailing)]
    findings += [*_half_made(half_made), *_readable(refused)]
    return Health(tuple(findings), _version(domain))


def _has_users(outcome: Result | RemoteError) -> Finding:
    what = "CiviCRM is its own site"
    if isinstance(outcome, RemoteError):
        return Finding(what, Level.MISSING, str(outcome))
    return Finding(what, Level.OK) if outcome.rows else Finding(what, Level.MISSING, NOT_STANDALONE)


def _sees_users(reader: Reader) -> Finding:
    what = 'permission "view all contacts", to find users'
    try:
        reader.witness()
    except SiteError as error:
        return Finding(what, Level.MISSING, str(error))
    return Finding(what, Level.OK)


def _may_make(outcome: Result | RemoteError) -> Finding:
    permission = "cms:administer users"
    what, remedy = f'permission "{permission}", to make users', GIVE.format(permission=permission)
    if isinstance(outcome, PermissionLacking):
        return Finding(what, Level.MISSING, remedy)
    if isinstance(outcome, RemoteError) or not outcome.rows:
        return Finding(what, Level.UNKNOWN, f"CiviCRM does not tell. {remedy}")
    allowed = outcome.rows[0].get("access") is True
    return Finding(what, Level.OK) if allowed else Finding(what, Level.MISSING, remedy)


def _sees_roles(roles: Roles) -> Finding:
    try:
        roles.look()
    except SiteError as error:
        return Finding("see the roles", Level.MISSING, str(error))
    return Finding("see the roles", Level.OK)


def _reset_mail(mailing: Mailing) -> Finding:
    try:
        is_new = mailing.is_new()
    except SiteError as error:
        return Finding("reset mail", Level.MISSING, str(error))
    if is_new:
        return Finding("reset mail", Level.OK)
    return Finding(
        "reset mail",
        Level.WARNING,
        "CiviCRM before 5.81 does not say whether it sent a reset mail. Update it to know.",
    )


def _half_made(outcome: Result | RemoteError) -> Iterator[Finding]:
    if isinstance(outcome, Result) and outcome.rows:
        ids = ", ".join(str(row.get("id")) for row in outcome.rows)
        yield Finding(
            f"users that were left half-made: {ids}",
            Level.WARNING,
            "They came from elsewhere, or from a failure. Open and save each of them in CiviCRM. "
            "Latchkey makes those whole that it comes across by their addresses.",
        )


def _readable(outcome: Result | RemoteError) -> Iterator[Finding]:
    if "Sorry an error occurred" in str(outcome):
        yield Finding(
            "readable errors",
            Level.WARNING,
            f"{GIVE.format(permission='view debug output')} Without it CiviCRM hides the reason "
            "of a failure.",
        )


def _version(outcome: Result | RemoteError) -> str:
    rows = outcome.rows if isinstance(outcome, Result) else ()
    return str(rows[0].get("version") or "") if rows else ""
