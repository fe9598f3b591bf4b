"""Imports as they are kept: the file, its sealed rows, the rule that shapes its accounts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from latchkey.store import rules
from latchkey.store.clock import now
from latchkey.store.connections import FILE
from latchkey.store.models import (
    Change,
    ColumnMemory,
    Connection,
    Import,
    ImportRow,
    Plan,
    Rule,
    Task,
)

PAGE = 1000
# Behind every rule that was loaded: those shape accounts first.
LAST = 1_000_000
# What an import only showed, or an undo asks, is no hold or failure of everyday work.
SHOWN = ~Q(rule__kind=Rule.Kind.IMPORT, rule__enabled=False) & ~Q(task=Task.UNDO)
AT_WORK = (
    Import.State.PLANNING,
    Import.State.RUNNING,
    Import.State.UNDO_ASKED,
    Import.State.UNDOING,
)
# Whose undo was only looked at has ended all the same.
ENDED = (
    Import.State.DONE,
    Import.State.CANCELLED,
    Import.State.UNDO_SHOWN,
    Import.State.UNDONE,
)


def begin(file_name: str, salt: str, by: str) -> Import:
    """An import whose rows are still to come. `salt` is sealed."""
    name = file_name[-255:]
    return Import.objects.create(file_name=name, salt=salt, uploaded_by=by, uploaded_at=now())


def find(pk: int) -> Import | None:
    """The import with its rule and both ends, None when there is none."""
    ends = ("rule__site__hosts_crm", "rule__crm")
    return Import.objects.select_related(*ends).filter(pk=pk).first()


def of_rule(rule: Rule) -> Import:
    """The import that a rule of kind IMPORT belongs to."""
    return Import.objects.get(rule=rule)


def every() -> list[Import]:
    """All imports, the newest first."""
    return list(Import.objects.select_related("rule__site", "rule__crm").order_by("-pk"))


def at_work() -> list[Import]:
    """The imports that a worker has something to do for."""
    ends = ("rule__site__hosts_crm", "rule__crm")
    rows = Import.objects.select_related(*ends).filter(state__in=AT_WORK, rule__isnull=False)
    return list(rows.order_by("pk"))


def forgotten(before: datetime) -> list[Import]:
    """Uploads from before a moment that nobody carried out."""
    never = (Import.State.UPLOADING, Import.State.UPLOADED, Import.State.PLANNED)
    return list(Import.objects.filter(state__in=never, uploaded_at__lt=before))


def left_open(before: datetime | None = None) -> list[Import]:
    """Imports that ended, before a moment if one is given, and still keep rows for a person."""
    rows = Import.objects.select_related("rule").filter(state__in=ENDED, rule__enabled=True)
    return list(rows if before is None else rows.filter(ended_at__lt=before))


def rest(one: Import) -> None:
    """Nothing waits in it any more: its rule is off, unless its undo began meanwhile."""
    Rule.objects.filter(file=one, file__state__in=ENDED).update(enabled=False)


def waiting_rules() -> list[Rule]:
    """The rules of ended imports that hold rows for a person: what is decided is carried out."""
    rows = Rule.objects.select_related("crm", "site__hosts_crm")
    return list(rows.filter(kind=Rule.Kind.IMPORT, enabled=True))


def update(one: Import, **changes: Any) -> None:
    """Write down what changes about an import."""
    for name, value in changes.items():
        setattr(one, name, value)
    one.save(update_fields=list(changes))


def move(one: Import, before: Sequence[Import.State], after: Import.State, **changes: Any) -> bool:
    """Bring the import from one of these states to another, unless somebody else did before."""
    moved = Import.objects.filter(pk=one.pk, state__in=before).update(state=after, **changes) == 1
    one.refresh_from_db()
    return moved


def remove(one: Import) -> None:
    """Delete the import with its rows, its rule and its changes; accounts stay known."""
    with transaction.atomic():
        rule = one.rule
        one.delete()
        if rule is not None:
            _remove_rule(rule)


def remove_those_of(connection: Connection) -> None:
    """Delete the imports between whose ends this connection is."""
    ends = Q(rule__site=connection) | Q(rule__crm=connection)
    for one in Import.objects.select_related("rule__crm").filter(ends):
        remove(one)


def shape(one: Import, crm: Connection | None, site: Connection, **given: Any) -> Rule:
    """The rule of the import, made or changed; `crm` None lets the file stand for itself.

    `given` are definition and version of the rule. What was decided before is forgotten.
    """
    with transaction.atomic():
        before = one.rule
        end = crm or _file_connection(one, site)
        row, _ = Rule.objects.update_or_create(
            name=one.name,
            defaults={
                "kind": Rule.Kind.IMPORT,
                "position": LAST + one.pk,
                "crm": end,
                "site": site,
                "enabled": False,
                "stopped_reason": "",
                **given,
            },
        )
        if before is None:
            update(one, rule=row)
        rules.restart(row)
        forget_decisions(row)
    return row


def forget_decisions(rule: Rule) -> None:
    """Take back what was only planned."""
    Change.objects.filter(rule=rule).delete()
    rule.plans.all().delete()
    rule.runs.all().delete()


def add_rows(one: Import, cells: Iterable[tuple[int, str]]) -> None:
    """Keep records: number and sealed cells."""
    ImportRow.objects.bulk_create(
        ImportRow(file=one, number=number, cells=sealed) for number, sealed in cells
    )


def copy_rows(source: Import, target: Import, first: int) -> int:
    """Give an import the first records of another; how many they are."""
    rows = source.rows.filter(number__lte=first).order_by("number")
    add_rows(target, rows.values_list("number", "cells").iterator(chunk_size=PAGE))
    return target.rows.count()


def first_row(one: Import) -> ImportRow | None:
    """The first record, None when there is none."""
    return one.rows.order_by("number").first()


def pages(one: Import, *, named: bool = False) -> Iterator[list[ImportRow]]:
    """The records in pages, ascending; `named`: those that stand for a contact only."""
    rows = one.rows.filter(contact_id__isnull=False, why="") if named else one.rows.all()
    last = 0
    while page := list(rows.filter(number__gt=last).order_by("number")[:PAGE]):
        yield page
        last = page[-1].number


def rows_of(one: Import, contact_ids: Iterable[int]) -> list[ImportRow]:
    """The records that stand for these contacts."""
    return list(one.rows.filter(contact_id__in=list(contact_ids), why=""))


def holders(one: Import, marks: Iterable[str]) -> dict[str, list[int]]:
    """The contacts of the records with each mark."""
    found: dict[str, list[int]] = {}
    rows = one.rows.filter(mark__in=list(marks), contact_id__isnull=False, why="")
    for mark, contact_id in rows.order_by("contact_id").values_list("mark", "contact_id"):
        if contact_id is not None:
            found.setdefault(mark, []).append(contact_id)
    return found


def known_contacts(one: Import, contact_ids: Iterable[int], before: int) -> dict[int, int]:
    """Record numbers by contact, of the records before a number that stand for these contacts."""
    rows = one.rows.filter(contact_id__in=list(contact_ids), why="", number__lt=before)
    return {i: number for i, number in rows.values_list("contact_id", "number") if i is not None}


def save_rows(rows: Sequence[ImportRow], *fields: str) -> None:
    """Write these fields of the records down."""
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


def settle_plan(one: Import, before: Sequence[Import.State], written: Plan, missing: str) -> bool:
    """The plan is whole; False when it was thrown away meanwhile, for the import was shaped anew.

    So it is when the import came to another state than those of `before`. `missing` is what keeps
    the records back that stand for a contact and became no change. Their cells stay: another
    column may turn out to be the one that names the contact.
    """
    with transaction.atomic():
        # Whoever shapes it anew deletes the plan, and waits for us, or we for them.
        if not Plan.objects.select_for_update().filter(pk=written.pk).exists():
            return False
        rows = one.rows.filter(contact_id__isnull=False, why="")
        rows.exclude(Exists(_changes(one))).update(why=missing)
        return move(one, before, Import.State.PLANNED, problem="")


def wipe(one: Import) -> None:
    """Forget the cells of every record that nothing waits for any more.

    The headings stay as long as a record does: it is read by them.
    """
    waiting = _changes(one).filter(is_open=True)
    one.rows.exclude(cells="").exclude(Exists(waiting)).exclude(number=1).update(cells="")
    if not one.rows.filter(number__gt=1).exclude(cells="").exists():
        one.rows.filter(number=1).exclude(Exists(waiting)).update(cells="")


def recall(headings: str) -> dict[str, str]:
    """What the columns of these headings (their digest) held the last time."""
    memory = ColumnMemory.objects.filter(headings=headings).first()
    return dict(memory.columns) if memory else {}


def remember(headings: str, columns: dict[str, str]) -> None:
    """Keep what the columns of these headings (their digest) hold, for the next file."""
    defaults = {"columns": columns, "used_at": now()}
    ColumnMemory.objects.update_or_create(headings=headings, defaults=defaults)


def release_rule(rule: Rule, *, enabled: bool) -> None:
    """Whether the changes of the rule may be carried out."""
    Rule.objects.filter(pk=rule.pk).update(enabled=enabled)
    rule.enabled = enabled
    rules.restart(rule)


def _changes(one: Import) -> QuerySet[Change]:
    """The changes of the record of an outer query."""
    return Change.objects.filter(
        rule__file=one, task=Task.ACCOUNT, contact_id=OuterRef("contact_id")
    ).exclude(contact_id__isnull=True)


def _file_connection(one: Import, site: Connection) -> Connection:
    row, _ = Connection.objects.get_or_create(
        role=Connection.Role.CRM,
        name=one.name,
        defaults={"key": uuid4(), "kind": FILE, "practice": site.practice},
    )
    return row


def _remove_rule(rule: Rule) -> None:
    crm = rule.crm
    rule.delete()
    if crm.kind == FILE:
        crm.accounts_of_crm.update(crm=None, contact_id=None)
        crm.delete()
