"""What a check of a Moodle finds, and what to do about it."""

from collections.abc import Iterator
from functools import partial

from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.errors import SiteError
from latchkey.sites.moodle.calls import Calls
from latchkey.sites.moodle.cohorts import Cohorts
from latchkey.sites.moodle.reading import Me, Reader
from latchkey.sites.moodle.refusals import (
    ADD_MEMBERS,
    COHORTS,
    CREATE,
    DELETE_MEMBERS,
    FIND,
    LIST,
    MEMBERS,
    RESET,
    UPDATE,
)
from latchkey.sites.trials import tried

NEEDED = {
    FIND: "find accounts",
    LIST: "list accounts",
    CREATE: "make accounts",
    UPDATE: "change, suspend and restore accounts",
    COHORTS: "see the cohorts",
    MEMBERS: "see who is in a cohort",
    ADD_MEMBERS: "put accounts into cohorts",
    DELETE_MEMBERS: "take accounts out of cohorts",
}
NO_FUNCTION = "Add {function} to the token's external service."
NOBODY = 0
# Moodle looks at the capability first and at this user next, whom it cannot make: there is no such
# way to log in (recording create_bad_auth).
IMPOSSIBLE = {
    "username": "latchkey.check",
    "email": "latchkey.check@example.org",
    "firstname": "Latchkey",
    "lastname": "Check",
    "password": "None-is-made-with-this-1!",
    "auth": "nosuchauth",
}


def health_of(calls: Calls, reader: Reader, cohorts: Cohorts) -> Health:
    """The findings, from the address to what the user may do. Raises TransientError."""
    reader.look_anew()
    try:
        me = reader.me()
    except SiteError as error:
        return Health((Finding("reach and credential", Level.MISSING, str(error)),))
    findings = [Finding(f"logged in as {me.username}", Level.OK), *_functions(me)]
    if FIND in me.functions:
        findings.append(tried("see other accounts", reader.witness))
        findings += _names(reader)
    if COHORTS in me.functions:
        findings.append(tried("see the cohorts", cohorts.look))
    findings += _writes(calls, me)
    if me.administrator:
        findings.append(_administrator())
    return Health(tuple(findings), me.release)


def _functions(me: Me) -> Iterator[Finding]:
    for function, purpose in NEEDED.items():
        what = f"function {function}, to {purpose}"
        if function in me.functions:
            yield Finding(what, Level.OK)
        else:
            yield Finding(what, Level.MISSING, NO_FUNCTION.format(function=function))
    if RESET not in me.functions:
        yield Finding(
            f"function {RESET}, to send Moodle's own mail",
            Level.WARNING,
            f"{NO_FUNCTION.format(function=RESET)} Without it only Latchkey can write to people.",
        )


def _names(reader: Reader) -> Iterator[Finding]:
    try:
        user = reader.witness().user
    except SiteError:
        return  # said already
    if "firstname" not in user:
        yield Finding(
            "see first and last names",
            Level.WARNING,
            "Give the connection's user the capability moodle/site:viewfullnames: without it "
            "names that a rule gives look as if they were missing, and are written each time.",
        )


def _writes(calls: Calls, me: Me) -> Iterator[Finding]:
    """Asks for what cannot be done, to see at what Moodle stops: nothing is written."""
    tries = {CREATE: ("make accounts", IMPOSSIBLE), UPDATE: ("change accounts", {"id": NOBODY})}
    for function, (what, user) in tries.items():
        if function in me.functions:
            yield tried(what, partial(calls, function, {"users": [user]}))


def _administrator() -> Finding:
    return Finding(
        "the connection's user is a site administrator",
        Level.WARNING,
        "It may do more than Latchkey needs, and change administrators. Make a user for Latchkey "
        "with a role of its own.",
    )
