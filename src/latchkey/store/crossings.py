"""Where rules meet at one contact or one address: who goes first, and who is still waiting."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from latchkey.policy.planning import Verdict
from latchkey.store.bulk import insert_unknown
from latchkey.store.changes import lock
from latchkey.store.clock import now
from latchkey.store.models import (
    MID_FLIGHT,
    UNDER_WAY,
    Account,
    AddressInUse,
    Change,
    Connection,
    Plan,
    Rule,
    State,
    Task,
)

_ENDED = (State.DONE, State.GIVEN_UP, State.IGNORED)
_WITHOUT = (State.REFUSED, State.GIVEN_UP, State.IGNORED)


def shaped_first(rule: Rule, contact_ids: Sequence[int]) -> set[int]:
    """Contacts for whom an earlier rule of the site is making the account: it shapes it."""
    earlier = Change.objects.filter(
        rule__site=rule.site_id,
        rule__crm=rule.crm_id,
        rule__position__lt=rule.position,
        rule__enabled=True,
        rule__stopped_reason="",
        task=Task.ACCOUNT,
        verdict=Verdict.CREATE,
        state__in=UNDER_WAY,
        is_open=True,
        contact_id__in=contact_ids,
    ).exclude(plan__state__in=Plan.WAITING)
    return set(earlier.values_list("contact_id", flat=True))


def take_addresses(site: Connection, wanted: Sequence[tuple[Change, str]]) -> set[int]:
    """Reserve each address for the change that makes an account with it; the ids that got theirs.

    One creation at a time per site and address; a change that had it before keeps it. One that
    makes nothing any more, after a crash or because it was decided anew, gives it up, and so does
    one that has not begun and whose rule does not go on.
    """
    emails = {change.pk: email for change, email in wanted}
    with transaction.atomic():
        reserved = AddressInUse.objects.filter(site=site, email__in=emails.values())
        reserved.exclude(_needs_address(), change__is_open=True).delete()
        insert_unknown(
            # In one order: two slices that want the same two addresses do not wait for each other.
            [
                AddressInUse(site=site, email=email, change=change)
                for change, email in sorted(wanted, key=lambda one: one[1])
            ]
        )
        mine = AddressInUse.objects.filter(change__in=[change for change, _ in wanted], site=site)
        moved = [row for row in mine if row.email != emails[row.change_id]]
        AddressInUse.objects.filter(pk__in=[row.pk for row in moved]).delete()
        return {row.change_id for row in mine if row not in moved}


def first_in_line(site: Connection, emails: Iterable[str]) -> dict[str, Change]:
    """The changes that have these addresses, with their rules."""
    rows = AddressInUse.objects.filter(site=site, email__in=list(emails))
    return {row.email: row.change for row in rows.select_related("change__rule")}


def _needs_address() -> Q:
    """Begun, or about to be: by a worker at this moment, or by a rule that goes on."""
    begun = Q(change__state__in=MID_FLIGHT)
    claimed = Q(change__lease_until__gt=now())
    goes_on = Q(change__rule__enabled=True, change__rule__stopped_reason="")
    return begun | Q(claimed | goes_on, change__state=State.DUE)


def free_addresses(changes: Iterable[Change]) -> None:
    """Give up the addresses of changes that are no longer making an account."""
    done = [change for change in changes if change.state != State.CREATING]
    AddressInUse.objects.filter(change__in=done).delete()


def user_of_address(change: Change, email: str) -> int | None:
    """Another contact that has an account with this address (any case) on the change's site.

    Or one that is about to have it; None when there is none.
    """
    site, low = change.rule.site_id, email.lower()
    accounts = Account.objects.annotate(low=Lower("email")).filter(site=site, low=low)
    theirs = accounts.filter(contact_id__isnull=False).exclude(state=Account.State.GONE)
    changes = Change.objects.annotate(low=Lower("email")).filter(rule__site=site, low=low)
    about_to = changes.filter(is_open=True, task=Task.ACCOUNT).exclude(state__in=_WITHOUT)
    own = Q(contact_id=change.contact_id)
    for found in (
        theirs.exclude(own, crm=change.rule.crm_id),
        about_to.exclude(own, rule__crm=change.rule.crm_id),
    ):
        if (contact_id := found.values_list("contact_id", flat=True).first()) is not None:
            return contact_id
    return None


def waiting_elsewhere(contact_ids: Sequence[int], neighbours: Sequence[Rule]) -> set[int]:
    """The contacts with which another rule of the trigger is not finished: they stay in it."""
    if not neighbours:
        return set()
    ended = Change.objects.filter(
        rule__in=neighbours,
        task=Task.ACCOUNT,
        is_open=True,
        contact_id__in=contact_ids,
        state__in=_ENDED,
    )
    done = set(ended.values_list("rule_id", "contact_id"))
    return {i for i in contact_ids for rule in neighbours if (rule.pk, i) not in done}


def end_together(contact_ids: Sequence[int], neighbours: Sequence[Rule]) -> None:
    """The contacts left the trigger: the episodes that only waited for this are over, too."""
    rows = Change.objects.filter(
        rule__in=neighbours, task=Task.ACCOUNT, contact_id__in=contact_ids, state__in=_ENDED
    )
    with transaction.atomic():
        lock(rows)
        rows.update(is_open=False)
