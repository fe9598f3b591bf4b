"""Accounts that Latchkey knows, and its own record of who they belong to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower

from latchkey.policy import values
from latchkey.store.bulk import insert_or_renew
from latchkey.store.clock import now
from latchkey.store.connections import FILE
from latchkey.store.models import UNDER_WAY, Account, Change, Connection

# What a later record of the same account may say otherwise.
_RECORDED = (
    "username",
    "email",
    "crm",
    "contact_id",
    "state",
    "roles",
    "roles_given",
    "created_by_us",
    "recorded_at",
)


@dataclass(frozen=True, slots=True)
class Known:
    """An account with its contact, as it is recorded. `roles_given` are those we gave just now."""

    account: values.Account
    contact_id: int
    roles_given: frozenset[str]
    created_by_us: bool


def record(site: Connection, crm: Connection, known: Sequence[Known]) -> None:
    """Write the accounts down; roles given before stay on record."""
    ids = [one.account.id for one in known]
    contact_ids = [one.contact_id for one in known]
    rows = Account.objects.filter(site=site)
    before = {row.account_id: row for row in rows.filter(account_id__in=ids)}
    with transaction.atomic():
        # All at once: two contacts that exchange their accounts would meet at the first otherwise.
        stays = [one.account.id for one in known if _is_theirs(one, before.get(one.account.id))]
        moving = rows.filter(crm=crm, contact_id__in=contact_ids).exclude(account_id__in=stays)
        moving.update(contact_id=None)
        found = [_row(site, crm, one, before.get(one.account.id)) for one in known]
        insert_or_renew(found, ("site", "account_id"), _RECORDED)


def let_go(site: Connection, gone: Sequence[values.Account]) -> None:
    """These accounts were disabled and belong to nobody any more."""
    for one in gone:
        Account.objects.filter(site=site, account_id=one.id).update(
            state=Account.State.DISABLED,
            crm=None,
            contact_id=None,
            roles=sorted(one.roles),
            roles_given=[],
            recorded_at=now(),
        )


def links(site: Connection, crm: Connection, contact_ids: Iterable[int]) -> dict[int, str]:
    """Account ids by contact, by our own record: for sites that do not host the CRM."""
    rows = Account.objects.filter(site=site, crm=crm, contact_id__in=list(contact_ids))
    return {i: account for i, account in rows.values_list("contact_id", "account_id") if i}


def owners(site: Connection, crm: Connection, account_ids: Iterable[str]) -> dict[str, int]:
    """Contacts by account id, by our own record."""
    rows = Account.objects.filter(
        site=site, crm=crm, account_id__in=list(account_ids), contact_id__isnull=False
    )
    return {account: i for account, i in rows.values_list("account_id", "contact_id") if i}


def owned_elsewhere(
    site: Connection, crm: Connection, account_ids: Iterable[str]
) -> dict[str, str]:
    """Which of the accounts belong to a contact of another CRM, with that contact in words.

    Whoever stood in a file alone is nobody's contact.
    """
    rows = Account.objects.filter(
        site=site, account_id__in=list(account_ids), contact_id__isnull=False, crm__isnull=False
    ).exclude(crm=crm)
    found = rows.exclude(crm__kind=FILE).values_list("account_id", "contact_id", "crm__name")
    return {account: in_words(contact, name) for account, contact, name in found}


def in_words(contact_id: int | None, crm: str) -> str:
    """A contact of another CRM."""
    return f"contact {contact_id} of {crm}"


def linked(site: Connection, crm: Connection) -> Iterator[Account]:
    """The accounts of the site that we know to belong to somebody."""
    rows = Account.objects.filter(site=site, crm=crm, contact_id__isnull=False)
    return rows.order_by("pk").iterator(chunk_size=1000)


def usernames_taken(site: Connection, names: Iterable[str], but: Iterable[int] = ()) -> set[str]:
    """Those of the names (any case) that are known or intended on the site, in lower case.

    `but` are change ids whose own intentions do not count.
    """
    wanted, mine = {name.lower() for name in names}, set(but)
    known = Account.objects.annotate(low=Lower("username")).filter(site=site, low__in=wanted)
    intended = Change.objects.annotate(low=Lower("intended_username")).filter(
        rule__site=site, low__in=wanted, is_open=True, state__in=UNDER_WAY
    )
    # Left out here and not by the query: a plan names a thousand that would go with every clash.
    others = {low for pk, low in intended.values_list("pk", "low") if pk not in mine}
    return {*known.values_list("low", flat=True), *others}


def _is_theirs(known: Known, before: Account | None) -> bool:
    return before is not None and before.contact_id == known.contact_id


def _row(site: Connection, crm: Connection, known: Known, before: Account | None) -> Account:
    given = known.roles_given | set(before.roles_given if before else ())
    return Account(
        site=site,
        crm=crm,
        account_id=known.account.id,
        username=known.account.username,
        email=known.account.email,
        contact_id=known.contact_id,
        state=Account.State.ACTIVE if known.account.active else Account.State.DISABLED,
        roles=sorted(known.account.roles),
        roles_given=sorted(given),
        created_by_us=known.created_by_us or (before.created_by_us if before else False),
        recorded_at=now(),
    )
