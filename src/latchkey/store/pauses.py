"""What may not go on: what people paused, and rules that are off or were stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.db.models import Q

from latchkey.remote.errors import Paused
from latchkey.store.clock import now
from latchkey.store.models import Connection, Pause, Rule

# Whether nobody paused anything, and whether the rule may go on: by far the usual case.
_NO_PAUSE = "SELECT NOT EXISTS (SELECT 1 FROM store_pause)"
_RULE_GOES_ON = (
    "SELECT NOT EXISTS (SELECT 1 FROM store_pause) AND "
    "EXISTS (SELECT 1 FROM store_rule WHERE id = %s AND enabled AND stopped_reason = '')"
)
_rule_at_work: ContextVar[int | None] = ContextVar("rule_at_work", default=None)
_heeds_stops: ContextVar[bool] = ContextVar("heeds_stops", default=True)


@contextmanager
def working_on(rule: Rule) -> Iterator[None]:
    """Within it, and within calls made from it, no write leaves once the rule is paused, off or
    stopped.
    """
    token = _rule_at_work.set(rule.pk)
    try:
        yield
    finally:
        _rule_at_work.reset(token)


@contextmanager
def although_stopped() -> Iterator[None]:
    """Within it a stop of the rule is passed over, for what makes good why it was stopped."""
    token = _heeds_stops.set(False)
    try:
        yield
    finally:
        _heeds_stops.reset(token)


def stop_if_paused(connection_key: UUID) -> None:
    """Paused when the connection or everything is paused, or the rule at work may not go on.

    Asked at the door before every write.
    """
    rule_id = _rule_at_work.get()
    if _nothing_is_stopped(rule_id if _heeds_stops.get() else None):
        return
    here = Q(connection__isnull=True, rule__isnull=True) | Q(connection_id=connection_key)
    if rule_id is not None:
        here |= Q(rule_id=rule_id)
    pause = Pause.objects.filter(here).select_related("connection", "rule").first()
    if pause is not None:
        remedy = f"`{_resuming(pause)}` lets it go on."
        raise Paused(f"{scope_of(pause)} was paused by {pause.by}.", remedy)
    if rule_id is not None and _heeds_stops.get():
        _stop_if_off(rule_id)


def _nothing_is_stopped(rule_id: int | None) -> bool:
    """A door's threads live as long as it does, and keep their connections to the database: one
    that a restart of the server broke is opened anew, for nobody else looks.
    """
    try:
        return _is_found_at_once(rule_id)
    except (OperationalError, InterfaceError):
        database.close_if_unusable_or_obsolete()
        return _is_found_at_once(rule_id)


def _is_found_at_once(rule_id: int | None) -> bool:
    """Asked for every write and mail: as a query that has to be built anew it would cost as much of
    our own time as all else that is done for an account.
    """
    with database.cursor() as cursor:
        if rule_id is None:
            cursor.execute(_NO_PAUSE)
        else:
            cursor.execute(_RULE_GOES_ON, [rule_id])
        return bool(cursor.fetchone()[0])


def _stop_if_off(rule_id: int) -> None:
    row = (
        Rule.objects.filter(pk=rule_id)
        .values_list("name", "kind", "enabled", "stopped_reason")
        .first()
    )
    if row is None:
        raise Paused("The rule was removed.", remedy="")
    name, kind, enabled, stopped_reason = row
    if not enabled:
        raise Paused(
            f"The rule {name} is off.", remedy="Write enabled = true into it, and load it."
        )
    if stopped_reason:
        raise Paused(
            f"The rule {name} is stopped: {stopped_reason}",
            remedy=f"Then `{_resuming_rule(name, kind)}` lets it go on.",
        )


def is_paused(rule: Rule) -> bool:
    """Whether a person stopped the rule, one of its connections or everything."""
    everything = Q(connection__isnull=True, rule__isnull=True)
    ends = Q(connection__in=[rule.crm_id, rule.site_id])
    return Pause.objects.filter(everything | ends | Q(rule=rule)).exists()


def pause(by: str, *, connection: Connection | None = None, rule: Rule | None = None) -> None:
    """Stop everything, or what is named; a second pause of the same changes nothing."""
    Pause.objects.get_or_create(connection=connection, rule=rule, defaults={"by": by, "at": now()})


def resume(*, connection: Connection | None = None, rule: Rule | None = None) -> bool:
    """Go on with everything, or with what is named. False when it was not paused."""
    gone, _ = Pause.objects.filter(connection=connection, rule=rule).delete()
    return gone > 0


def every() -> list[Pause]:
    """All pauses, oldest first."""
    return list(Pause.objects.select_related("connection", "rule").order_by("at"))


def scope_of(one: Pause) -> str:
    """What is paused, for a person."""
    if one.rule is not None:
        return f"The rule {one.rule.name}"
    if one.connection is not None:
        return f"The connection {one.connection}"
    return "Everything"


def _resuming(one: Pause) -> str:
    """Each part of the work goes on by its own name, an import by its number."""
    if one.rule is not None:
        return _resuming_rule(one.rule.name, one.rule.kind)
    return f"latchkey resume {one.connection or ''}".rstrip()


def _resuming_rule(name: str, kind: str) -> str:
    if kind == Rule.Kind.IMPORT:
        return f"latchkey import --resume {name.removeprefix('import:')}"
    return f"latchkey resume rule.{name}"
