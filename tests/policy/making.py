"""Contacts, accounts and rules for the tests of policy, ordinary but for what a test names."""

from typing import Any

from latchkey.policy.rules import Rule
from latchkey.policy.tokens import Pattern
from latchkey.policy.values import Account, Contact


def contact(**different: Any) -> Contact:
    """Anna, who is eligible."""
    ordinary: dict[str, Any] = {
        "id": 7,
        "contact_type": "Individual",
        "display_name": "Anna Berg",
        "email": "anna@example.org",
        "values": {"first_name": "Anna", "last_name": "Berg"},
    }
    return Contact(**{**ordinary, **different})


def account(**different: Any) -> Account:
    """Anna's account, complete."""
    ordinary: dict[str, Any] = {
        "id": "31",
        "username": "anna.berg",
        "email": "anna@example.org",
        "roles": frozenset({"subscriber"}),
    }
    return Account(**{**ordinary, **different})


def rule(**different: Any) -> Rule:
    """Members become subscribers."""
    ordinary: dict[str, Any] = {
        "name": "members",
        "crm": "main",
        "site": "www",
        "username": Pattern.parse("{contact.first_name}.{contact.last_name}"),
        "roles": frozenset({"subscriber"}),
        "groups": ("Members",),
    }
    return Rule(**{**ordinary, **different})
