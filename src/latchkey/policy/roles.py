"""Which roles and accounts have power that Latchkey never gives and never touches."""

from collections.abc import Iterable

from latchkey.policy.values import Account

PRIVILEGED_NAMES = frozenset(
    {
        "admin",
        "administrator",
        "administrators",
        "editor",
        "manager",
        "root",
        "shop_manager",
        "super admin",
        "super users",
        "superadmin",
        "superuser",
        "webmaster",
    }
)


def privileged_among(roles: Iterable[str], privileged: frozenset[str]) -> list[str]:
    """The roles that may never be given: by convention, or because the site showed their power."""
    refused = PRIVILEGED_NAMES | privileged
    return sorted(role for role in roles if role.strip().casefold() in refused)


def is_privileged(account: Account, privileged: frozenset[str]) -> bool:
    """Whether the account has power, by a role's name or by a capability that the site shows."""
    return bool(account.powers) or bool(privileged_among(account.roles, privileged))
