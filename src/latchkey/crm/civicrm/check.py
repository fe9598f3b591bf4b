"""What a CiviCRM connection can do, and what to do about what it cannot.

No API lists one's own permissions, so each is tried out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from latchkey.crm.civicrm.proof import DOMAINS, LINKS, WITNESS, version_number
from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.civicrm.answers import PermissionLacking, Result, Unsupported
from latchkey.remote.civicrm.api import Api, Call
from latchkey.remote.errors import DryRun, RemoteError

OLDEST = (5, 39)
MAIL_OFF = 2
Outcome = Result | RemoteError


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to try out, and how its answer is read."""

    call: Call
    finding: Callable[[Outcome], Finding]


def check(api: Api, prepare: Callable[[], None]) -> Health:
    """All that can be found out. `prepare` makes our activity types, which proves writing."""
    try:
        caller, _ = api.who_am_i()
        outcomes = api.calls([probe.call for probe in PROBES])
    except RemoteError as error:
        return Health((Finding("Reach and credential", Level.MISSING, str(error)),))
    known = Finding(f"Reach and credential (contact {caller.contact_id})", Level.OK)
    found = [probe.finding(one) for probe, one in zip(PROBES, outcomes, strict=True)]
    version = _version(outcomes[PROBES.index(VERSION)])
    return Health((known, *found, _may_write(prepare)), version)


def _granted(permission: str, why: str) -> Callable[[Outcome], Finding]:
    """Without an error the permission is there."""
    remedy = f'Give the user of the API key the permission "{permission}": {why}.'

    def read(outcome: Outcome) -> Finding:
        match outcome:
            case Result():
                return Finding(f'Permission "{permission}"', Level.OK)
            case PermissionLacking():
                return Finding(f'Permission "{permission}"', Level.MISSING, remedy)
            case error:
                return Finding(f'Permission "{permission}"', Level.UNKNOWN, str(error))

    return read


def _sees_contacts(outcome: Outcome) -> Finding:
    finding = _granted("view all contacts", "it sees nobody but its own contact")(outcome)
    if isinstance(outcome, Result) and len(outcome.rows) <= 1:
        return _granted("view all contacts", "it sees nobody but its own contact")(
            PermissionLacking("")
        )
    return finding


def _access(permission: str, why: str, lacking: Level) -> Callable[[Outcome], Finding]:
    """An answer of checkAccess: `access` says it."""
    remedy = f'Give the user of the API key the permission "{permission}": {why}.'

    def read(outcome: Outcome) -> Finding:
        what = f'Permission "{permission}"'
        if isinstance(outcome, Result) and outcome.rows:
            allowed = outcome.rows[0].get("access") is True
            return Finding(what, Level.OK) if allowed else Finding(what, lacking, remedy)
        return Finding(what, Level.UNKNOWN, f"CiviCRM does not tell. {remedy}")

    return read


def _readable_errors(outcome: Outcome) -> Finding:
    if isinstance(outcome, Unsupported):
        return Finding("Readable errors", Level.OK)
    return Finding(
        "Readable errors",
        Level.WARNING,
        'Give the user of the API key the permission "view debug output": without it CiviCRM '
        "hides the reason of a failure.",
    )


def _supported_version(outcome: Outcome) -> Finding:
    version = _version(outcome)
    if not version:
        remedy = 'It shows once the API key has "administer CiviCRM" and "view all contacts".'
        return Finding("CiviCRM's version", Level.UNKNOWN, remedy)
    if version_number(version) < OLDEST:
        return Finding(f"CiviCRM {version}", Level.MISSING, "Update CiviCRM to 5.39 or later.")
    return Finding(f"CiviCRM {version}", Level.OK)


def _version(outcome: Outcome) -> str:
    rows = outcome.rows if isinstance(outcome, Result) else ()
    return str(rows[0].get("version") or "") if rows else ""


def _synchronises(outcome: Outcome) -> Finding:
    value = setting(outcome)
    if value is None:
        remedy = "The setting syncCMSEmail cannot be read: look before switching e-mail changes on."
        return Finding("E-mail changes by CiviCRM itself", Level.UNKNOWN, remedy)
    state = "on" if is_on(value) else "off"
    return Finding(f"E-mail changes by CiviCRM itself are {state}", Level.OK)


def _mails(outcome: Outcome) -> Finding:
    value = setting(outcome)
    option = value.get("outBound_option") if isinstance(value, dict) else None
    if option is None:
        remedy = "Look at CiviCRM's outbound mail settings if its own mails do not arrive."
        return Finding("CiviCRM's own mail", Level.UNKNOWN, remedy)
    if str(option) == str(MAIL_OFF):
        remedy = "CiviCRM's outbound mail is disabled: its own mails reach nobody."
        return Finding("CiviCRM's own mail", Level.WARNING, remedy)
    return Finding("CiviCRM's own mail", Level.OK)


def setting(outcome: Outcome) -> object:
    """The value of a setting, None when it does not show."""
    rows = outcome.rows if isinstance(outcome, Result) else ()
    return rows[0].get("value") if rows else None


def is_on(value: object) -> bool:
    """Whether a setting is switched on: 1, "1" and true all occur."""
    return str(value).lower() in {"1", "true"}


def _may_write(prepare: Callable[[], None]) -> Finding:
    """Our activity types are saved by match: nothing changes where they are there already."""
    what = "Activity types and the status Failed"
    try:
        prepare()
    except DryRun:
        return Finding(what, Level.UNKNOWN, "Nothing is written in a dry run.")
    except RemoteError as error:
        return Finding(what, Level.MISSING, str(error))
    return Finding(what, Level.OK)


def get_setting(name: str) -> Call:
    """The call for one setting."""
    return Call("Setting", "get", {"select": [name]})


def _allowed(entity: str, action: str, values: dict[str, object]) -> Call:
    """It wants values of whatever kind."""
    return Call(entity, "checkAccess", {"action": action, "values": values})


GROUPS = Call("Group", "get", {"select": ["id"], "limit": 1})
VERSION = Probe(DOMAINS, _supported_version)
PROBES = (
    VERSION,
    Probe(GROUPS, _granted("access CiviCRM", "groups and tags cannot be read")),
    Probe(LINKS, _granted("administer CiviCRM", "without it every contact looks unlinked")),
    Probe(WITNESS, _sees_contacts),
    Probe(
        _allowed("Contact", "update", {"id": 1}),
        _access("edit all contacts", "contacts are moved between groups", Level.MISSING),
    ),
    Probe(
        _allowed("Contact", "create", {"contact_type": "Individual"}),
        _access(
            "add contacts",
            'needed only with users_to_contacts = "create", which makes contacts',
            Level.WARNING,
        ),
    ),
    # Whoever sees contacts sees their activities without it, and may write none.
    Probe(
        _allowed("Activity", "create", {"subject": "Latchkey"}),
        _access("view all activities", "what was done is written down", Level.MISSING),
    ),
    Probe(
        Call("Contact", "get", {"select": ["id"], "where": [["latchkey_probe", "=", 1]]}),
        _readable_errors,
    ),
    Probe(get_setting("syncCMSEmail"), _synchronises),
    Probe(get_setting("mailing_backend"), _mails),
)
