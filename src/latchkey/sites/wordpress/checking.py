"""What a check of a WordPress finds, and what to do about it."""

from collections.abc import Iterator

from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.errors import SiteError
from latchkey.sites.wordpress.rest import Form, Me, Rest

# What each capability is needed for; together they are the least that a connection needs.
NEEDED = {
    "create_users": "make accounts",
    "list_users": "find accounts",
    "edit_users": "change names, addresses and languages of accounts",
    "promote_users": "give and take roles",
}
ROLE = (
    "Give the connection's user a role with create_users, list_users, edit_users and "
    "promote_users, for example by a plugin for roles."
)


def health_of(rest: Rest) -> Health:
    """The findings, from the address to what the site offers. Raises TransientError."""
    rest.forget()
    try:
        me = rest.me()
        offer = rest.offer()
    except SiteError as error:
        return Health((Finding("reach and credential", Level.MISSING, str(error)),))
    findings = [_address(rest), Finding(f"logged in as {me.username}", Level.OK)]
    findings += _capabilities(me)
    findings += _least(me)
    findings.append(_batch(batch=offer.batch))
    return Health(tuple(findings))


def _address(rest: Rest) -> Finding:
    clean = rest.form is Form.CLEAN
    return Finding(f"REST API at {'/wp-json/' if clean else '?rest_route='}", Level.OK)


def _capabilities(me: Me) -> Iterator[Finding]:
    for capability, purpose in NEEDED.items():
        what = f"capability {capability}, to {purpose}"
        if capability in me.capabilities:
            yield Finding(what, Level.OK)
        else:
            yield Finding(what, Level.MISSING, f"{capability} is missing. {ROLE}")


def _least(me: Me) -> Iterator[Finding]:
    if "manage_options" in me.capabilities:
        yield Finding(
            "the connection's user is an administrator",
            Level.WARNING,
            f"It may do more than Latchkey needs. {ROLE}",
        )


def _batch(*, batch: bool) -> Finding:
    if batch:
        return Finding("several accounts in one request", Level.OK)
    return Finding(
        "several accounts in one request",
        Level.WARNING,
        "WordPress takes them since 6.6. Until it is updated accounts are made one at a time, "
        "which is slower.",
    )
