"""What a check of a SCIM service finds, and what to do about it."""

from functools import partial

from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.errors import SiteError
from latchkey.sites.scim.calls import GROUPS, USERS, Abilities, Calls
from latchkey.sites.scim.groups import Groups
from latchkey.sites.scim.reading import Reader
from latchkey.sites.scim.users import patch_of
from latchkey.sites.trials import tried

# Nobody has this id: a service looks at the token's rights first, and at the id next.
NOBODY = "00000000-0000-4000-8000-000000000000"
NOTHING = patch_of([{"op": "replace", "path": "displayName", "value": "Latchkey check"}])
ANONYMOUS = (
    "The service answers without a token too: a wrong one cannot be told from a right one by "
    "reading. Close it to those who have none."
)
LACKS = {
    "bulk": "Accounts are made one a request.",
    "patch": "Changes are made by PUT: what somebody else changes in the same moment may be lost.",
    "filters": "Accounts are found by reading the whole list.",
    "etags": "A change that somebody else makes in the same moment is not noticed.",
}


def health_of(calls: Calls, reader: Reader, groups: Groups) -> Health:
    """The findings, from the address to what the token may do. Raises TransientError."""
    calls.look_anew()
    reader.look_anew()
    try:
        calls.abilities()
        reader.prove()
        open_to_all = calls.anonymous_is_let_in()
    except SiteError as error:
        return Health((Finding("reach, credential, read users", Level.MISSING, str(error)),))
    findings = [Finding("reach and credential", Level.OK), Finding("read users", Level.OK)]
    if open_to_all:
        findings.append(Finding("answers without a token", Level.WARNING, ANONYMOUS))
    findings.append(tried("read groups", groups.look))
    findings += [_writes(calls, "change users", USERS), _writes(calls, "change groups", GROUPS)]
    return Health((*findings, *_abilities(calls.abilities())), "SCIM 2.0")


def _writes(calls: Calls, what: str, path: str) -> Finding:
    """Asks to change what is not there, to see at what the service stops: nothing is written."""
    method = "PATCH" if calls.abilities().patch else "PUT"
    return tried(what, partial(calls.write, method, f"{path}/{NOBODY}", NOTHING))


def _abilities(can: Abilities) -> list[Finding]:
    found = {"bulk": bool(can.bulk), "patch": can.patch, "filters": can.filters, "etags": can.etags}
    return [
        Finding(name, Level.OK) if has else Finding(f"no {name}", Level.WARNING, LACKS[name])
        for name, has in found.items()
    ]
