"""What a form shows of the other systems: asked for once, five seconds long, kept five minutes.

A question that takes longer goes on by itself: the next look at the form finds its answer.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLateError
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeVar

from django.core.cache import cache
from django.db import close_old_connections
from django.utils.translation import gettext as _

from latchkey.crm.contract import Trigger
from latchkey.policy.health import Health
from latchkey.policy.values import Contact
from latchkey.remote.errors import RemoteError
from latchkey.remote.secrets import KeyringError
from latchkey.service import holding
from latchkey.service.checking import check_connection
from latchkey.service.explaining import Explained, explain
from latchkey.sites.contract import RoleList
from latchkey.store.models import Change, Connection
from latchkey.web.installation import installation

Answer = TypeVar("Answer")
DEADLINE = 5.0
# Testing a connection asks several things, and a person waits for it knowingly.
TEST_DEADLINE = 25.0
KEPT = 300
TESTED_KEPT = 24 * 3600
SAMPLE = 25
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="live")


@dataclass(frozen=True, slots=True)
class Live(Generic[Answer]):
    """An answer of another system; `answer` is None with the `error` that says why."""

    answer: Answer | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a rule can watch and give; where something was not to be had, `errors` say why."""

    groups: Sequence[Trigger] = ()
    tags: Sequence[Trigger] = ()
    roles: RoleList | None = None
    errors: tuple[str, ...] = ()


def choices(crm: Connection | None, site: Connection | None) -> Choices:
    """The groups, tags and roles to choose from, all asked for at the same time."""
    connect = installation().connect.dry()
    asked: list[Future[Live[Any]]] = []
    if crm is not None:
        asked += [
            _ask("groups", crm, lambda: tuple(connect.crm(crm).groups())),
            _ask("tags", crm, lambda: tuple(connect.crm(crm).tags())),
        ]
    if site is not None:
        asked.append(_ask("roles", site, lambda: connect.site(site).roles()))
    found = [_wait(one, DEADLINE) for one in asked]
    answers = iter(found)
    groups, tags = (next(answers).answer, next(answers).answer) if crm else ((), ())
    roles = next(answers).answer if site else None
    errors = tuple(dict.fromkeys(one.error for one in found if one.error))
    return Choices(groups or (), tags or (), roles, errors)


def sample(
    crm: Connection, groups: Iterable[str], tags: Iterable[str], fields: frozenset[str]
) -> Live[Sequence[Contact]]:
    """Some of the contacts that are in the triggers now, with these fields."""
    triggers = (tuple(groups), tuple(tags))
    if not any(triggers):
        return Live(())
    what = f"sample {triggers} {sorted(fields)}"
    return _wait(_ask(what, crm, partial(_sample, crm, triggers, fields)), DEADLINE)


def number_in(crm: Connection, groups: Iterable[str], tags: Iterable[str]) -> Live[int]:
    """How many contacts are in the triggers now."""
    triggers = (tuple(groups), tuple(tags))
    if not any(triggers):
        return Live(0)

    def counted() -> int:
        asked = installation().connect.dry().crm(crm)
        return asked.count(asked.triggers(*triggers))

    return _wait(_ask(f"number {triggers}", crm, counted), DEADLINE)


def other_addresses(change: Change) -> Live[Sequence[holding.Option]]:
    """What a held contact could be given instead of its primary address."""
    ours = installation()
    dry = replace(ours, connect=ours.connect.dry())
    what = f"addresses of {change.contact_id} but {change.email}"
    asked = _ask(what, change.rule.crm, lambda: tuple(holding.other_addresses(dry, change)))
    return _wait(asked, DEADLINE)


def explained(crm: Connection, contact_id: int) -> Live[Sequence[Explained]]:
    """What the rules of a CRM say about a contact now."""
    ours = installation()
    what = f"explained {contact_id}"
    return _wait(_ask(what, crm, lambda: tuple(explain(ours, crm, contact_id))), DEADLINE)


def test(connection: Connection) -> Health | None:
    """Test a connection now, None while it has not answered yet."""
    ours = installation()
    key = _key("health", connection)
    future = _pool.submit(_keep, key, lambda: check_connection(ours, connection).health, kept=True)
    return _wait(future, TEST_DEADLINE).answer


def tested(connection: Connection) -> Health | None:
    """What the last test of the connection as it is now has found, None without one."""
    kept: Live[Health] | None = cache.get(_key("health", connection))
    return kept.answer if kept is not None else None


def forget(connection: Connection) -> None:
    """Ask anew: somebody has changed something over there."""
    for what in ("groups", "tags", "roles"):
        cache.delete(_key(what, connection))


def _sample(
    crm: Connection, triggers: tuple[Sequence[str], Sequence[str]], fields: frozenset[str]
) -> Sequence[Contact]:
    asked = installation().connect.dry().crm(crm)
    page = next(iter(asked.contact_ids(asked.triggers(*triggers))), [])
    wanted = list(islice(page, SAMPLE))
    found = asked.contacts_by_id(wanted, fields) if wanted else {}
    return tuple(found[one] for one in wanted if one in found)


def _ask(what: str, connection: Connection, ask: Callable[[], Any]) -> Future[Live[Any]]:
    key = _key(what, connection)
    kept = cache.get(key)
    if kept is not None:
        known: Future[Live[Any]] = Future()
        known.set_result(kept)
        return known
    return _pool.submit(_keep, key, ask)


def _keep(key: str, ask: Callable[[], Any], *, kept: bool = False) -> Live[Any]:
    """The answer, kept for who asks next; an error is not kept, so that a remedy shows at once."""
    try:
        found: Live[Any] = Live(ask())
    except (RemoteError, KeyringError) as error:
        return Live(None, str(error))
    finally:
        close_old_connections()
    cache.set(key, found, TESTED_KEPT if kept else KEPT)
    return found


def _wait(future: Future[Live[Any]], seconds: float) -> Live[Any]:
    try:
        return future.result(seconds)
    except TooLateError:
        return Live(None, _("It has not answered yet. Look again in a moment."))


def _key(what: str, connection: Connection) -> str:
    """The key of an answer: a connection that was changed is asked anew."""
    parts = (
        what,
        connection.pk,
        connection.kind,
        connection.url,
        sorted(connection.settings.items()),
        sorted(connection.sealed.items()),
    )
    return f"live:{hashlib.sha256(repr(parts).encode()).hexdigest()}"
