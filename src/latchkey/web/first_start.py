"""The first start: the one-time link that is printed in the terminal, and what is still to do."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from latchkey.service.people import nobody_is_there
from latchkey.store import connections, rules
from latchkey.store.models import Connection

_SALT = "latchkey.web.first-start"
A_DAY = 24 * 3600


def link(address: str) -> str | None:
    """The link to print, None once somebody is there. Good for a day, and for one administrator."""
    if not nobody_is_there():
        return None
    token = signing.dumps(get_random_string(12), salt=_SALT)
    return f"{address.rstrip('/')}{reverse('web:start')}?token={token}"


def is_good(token: str) -> bool:
    """Whether the token opens the set-up: one of ours, not too old, and nobody there yet."""
    try:
        signing.loads(token, salt=_SALT, max_age=A_DAY)
    except signing.BadSignature:
        return False
    return nobody_is_there()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do until accounts are made; `url` leads to where it is done."""

    label: Any
    text: Any
    url: str
    is_done: bool


def steps() -> list[Step]:
    """What there is to do from the first administrator to the first account."""
    ends = {row.role for row in connections.every()}
    written = rules.every()
    first = reverse("web:rule", args=[written[0].name]) if written else reverse("web:rules")
    return [
        Step(
            _("Connect the CRM"),
            _("Where your contacts are. You need its address and an API key."),
            reverse("web:connection_new", args=["crm"]),
            Connection.Role.CRM in ends,
        ),
        Step(
            _("Connect the site"),
            _("Where people will log in. You need its address and a credential."),
            reverse("web:connection_new", args=["site"]),
            Connection.Role.SITE in ends,
        ),
        Step(
            _("Write the first rule"),
            _("Who gets an account: a group, a pattern for usernames, a role."),
            reverse("web:rule_new"),
            bool(written),
        ),
        Step(
            _("Look at the preview and switch the rule on"),
            _("You see each person and what would happen with them. Then it begins."),
            first,
            any(one.enabled for one in written),
        ),
    ]
