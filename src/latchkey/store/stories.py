"""Everything that is written down about one contact, and how accounts are found."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from latchkey.store.models import Account, Change, Connection, Errand, Rule, SettingChange, Task

FOUND = 500
SHOWN = 100
_LAST = chr(0x10FFFF)


def changes_of(crm: Connection, contact_id: int) -> list[Change]:
    """The contact's changes with their attempts, latest first."""
    rows = Change.objects.filter(
        rule__in=_rules_of(crm), task__in=Task.values, contact_id=contact_id
    )
    related = rows.select_related("rule__site", "rule__file", "plan")
    return list(related.prefetch_related("attempts_started__ended").order_by("-pk")[:SHOWN])


def accounts_of(crm: Connection, contact_id: int) -> list[Account]:
    """The accounts that we know to be the contact's."""
    rows = Account.objects.filter(crm=crm, contact_id=contact_id)
    sites = Connection.objects.filter(role=Connection.Role.SITE).values_list("pk", flat=True)
    return list(rows.filter(site__in=list(sites)).select_related("site").order_by("pk"))


def errands_of(crm: Connection, contact_id: int) -> list[Errand]:
    """What people asked for about the contact, latest first."""
    rows = Errand.objects.filter(contact_id=contact_id, rule__crm=crm)
    return list(rows.select_related("rule").order_by("-pk")[:SHOWN])


def decisions_about(changes: Iterable[Change]) -> list[SettingChange]:
    """What people decided about holds of these changes, latest first."""
    names = {f"hold of contact {one.contact_id} by {one.rule.name}" for one in changes}
    return list(SettingChange.objects.filter(what__in=names).order_by("-at")[:SHOWN])


def names_of(accounts: Iterable[Account]) -> dict[tuple[object, int], str]:
    """The names that contacts had when they were last decided about, by CRM and contact."""
    wanted = {(one.crm_id, one.contact_id) for one in accounts if one.contact_id}
    rules = dict(Rule.objects.values_list("pk", "crm_id"))
    rows = Change.objects.filter(
        rule__in=list(rules), task=Task.ACCOUNT, contact_id__in={i for _, i in wanted}
    ).order_by("pk")
    found = rows.exclude(contact_name="").values_list("rule_id", "contact_id", "contact_name")
    return {(rules[rule], contact): name for rule, contact, name in found}


def account_ids(text: str) -> list[int]:
    """Accounts by username, address, contact's name or number; at most FOUND of them.

    What begins with the text comes first; only if nothing does, what holds it anywhere: that looks
    at every account.
    """
    if text.isdecimal():
        by_number = Account.objects.filter(contact_id=int(text), site__in=_sites())
        return _ids(by_number)
    begins = [
        *_ids(_beginning(Account, "username", text)),
        *_ids(_beginning(Account, "email", text)),
    ]
    named = _contacts(_beginning(Change, "contact_name", text))
    found = dict.fromkeys([*begins, *_ids(_held_by(named))])
    if found:
        return list(found)[:FOUND]
    anywhere = Account.objects.filter(Q(username__icontains=text) | Q(email__icontains=text))
    named = _contacts(Change.objects.filter(contact_name__icontains=text))
    return list(dict.fromkeys([*_ids(anywhere), *_ids(_held_by(named))]))[:FOUND]


def _beginning(model: type[Account] | type[Change], field: str, text: str) -> QuerySet[Any]:
    rows = model.objects.annotate(low=Lower(field))
    if connection.vendor == "sqlite":
        # It folds ASCII only, and takes no index for LIKE.
        low = "".join(one.lower() if one.isascii() else one for one in text)
        return rows.filter(low__gte=low, low__lt=low + _LAST)
    return rows.filter(low__startswith=text.lower())


def _contacts(rows: QuerySet[Any]) -> dict[object, set[int]]:
    """Contact ids by CRM."""
    found: dict[object, set[int]] = {}
    for crm, contact in rows.values_list("rule__crm_id", "contact_id")[:FOUND]:
        found.setdefault(crm, set()).add(contact)
    return found


def _held_by(contacts: dict[object, set[int]]) -> QuerySet[Account]:
    wanted = Q(pk__in=())
    for crm, ids in contacts.items():
        wanted |= Q(crm=crm, contact_id__in=ids, site__in=_sites())
    return Account.objects.filter(wanted)


def _ids(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:FOUND])


def _sites() -> list[UUID]:
    rows = Connection.objects.filter(role=Connection.Role.SITE)
    return list(rows.values_list("pk", flat=True))


def _rules_of(crm: Connection) -> list[int]:
    return list(Rule.objects.filter(crm=crm).values_list("pk", flat=True))
