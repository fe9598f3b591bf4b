"""Visits of the welcome page as they are kept."""

from datetime import datetime, timedelta

from django.db.models import Q

from latchkey.store.changes import lease
from latchkey.store.clock import now
from latchkey.store.models import Change, Rule, Visit

KEPT = timedelta(days=1)


def begin(
    rule: Rule | None,
    contact_id: int,
    *,
    token: str,
    used: str | None,
    checksum: str,
    address: str,
) -> Visit | None:
    """A visit to be received; None when the checksum was used before. `checksum` is sealed."""
    visit = Visit(
        rule=rule,
        contact_id=contact_id,
        token=token,
        used=used,
        checksum=checksum,
        address=address,
        asked_at=now(),
    )
    Visit.objects.bulk_create([visit], ignore_conflicts=True)
    return of_token(token)


def of_token(token: str) -> Visit | None:
    """The visit that a browser follows, None when there is none."""
    return Visit.objects.filter(token=token).first()


def number_from(address: str, since: datetime) -> int:
    """How many visits came from a place."""
    return Visit.objects.filter(address=address, asked_at__gt=since).count()


def number_for(contact_id: int, since: datetime) -> int:
    """How many visits were for a contact, whoever came."""
    return Visit.objects.filter(contact_id=contact_id, asked_at__gt=since).count()


def waiting() -> list[int]:
    """The visits to be received now."""
    rows = Visit.objects.filter(_free(), state__in=Visit.UNDER_WAY)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def take(pk: int) -> Visit | None:
    """The visit, leased to the caller; None when somebody else has it, or it is over."""
    rows = Visit.objects.filter(_free(), pk=pk, state__in=Visit.UNDER_WAY)
    if not rows.update(lease_until=now() + lease()):
        return None
    related = ("rule__crm", "rule__site__hosts_crm", "change__plan")
    return Visit.objects.select_related(*related).get(pk=pk)


def put_back(visit: Visit, after: timedelta = timedelta(0)) -> None:
    """Let somebody look at it again, not before so long."""
    _update(visit, lease_until=now() + after)


def admit(visit: Visit, change: Change) -> None:
    """The CRM vouched for the visitor; the checksum is needed no more."""
    _update(visit, state=Visit.State.ADMITTED, change=change, checksum="")


def end(visit: Visit, state: Visit.State, link: str = "") -> None:
    """Nothing more is done for the visitor. `link` is sealed."""
    _update(visit, state=state, link=link, checksum="", lease_until=None)


def hand_over(visit: Visit) -> str:
    """The sealed link, once; empty when it was handed over before."""
    if not Visit.objects.filter(pk=visit.pk, link=visit.link).exclude(link="").update(link=""):
        return ""
    return visit.link


def forget_old() -> None:
    """Checksums so old are refused by their own time."""
    Visit.objects.filter(asked_at__lt=now() - KEPT).delete()


def _free() -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now())


def _update(visit: Visit, **changes: object) -> None:
    for name, value in changes.items():
        setattr(visit, name, value)
    visit.save(update_fields=list(changes))
