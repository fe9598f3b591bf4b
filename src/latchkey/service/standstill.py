"""What cannot go on is stopped by itself, with a plain reason, and stops nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from django.db import DatabaseError

from latchkey.policy.retries import probe_after
from latchkey.remote.errors import Missing, Paused, RejectedError, RemoteError
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store import alerts, connections, rules
from latchkey.store.changes import LeaseLostError
from latchkey.store.models import Connection, Rule

log = structlog.get_logger()


def stop_rule(rule: Rule, reason: str) -> None:
    """Carry nothing of the rule out until a person acts, and tell."""
    rules.stop(rule, reason)
    alerts.raise_alert(alerts.about(rule), f"the rule {rule.name} is stopped", reason)
    log.error("rule stopped", rule=rule.name, reason=reason)


@contextmanager
def apart(rule: Rule) -> Iterator[None]:
    """What goes wrong with the rule within it stops the rule, whatever it is.

    UnavailableError passes, for it concerns a connection; so do failures of our own database, which
    concern everything.
    """
    try:
        yield
    except (UnavailableError, DatabaseError, LeaseLostError):
        raise
    except (RuleError, Missing, RejectedError) as error:
        stop_rule(rule, str(error))
    except Exception as error:
        log.exception("rule hit a defect", rule=rule.name)
        stop_rule(rule, _unforeseen(error))


@contextmanager
def connection_apart(connection: Connection) -> Iterator[None]:
    """As `apart`, for what is asked of a connection and not for one rule."""
    try:
        yield
    except (UnavailableError, DatabaseError, LeaseLostError):
        raise
    except Exception as error:
        log.exception("connection hit a defect", connection=str(connection))
        _stop_connection(connection, _unforeseen(error), None, 0)


def leave_alone(gone: UnavailableError, moment: datetime) -> None:
    """Leave a connection that cannot be used until it is probed; one that is paused just waits."""
    if isinstance(gone.error, Paused):
        log.info("work waits", connection=str(gone.connection), reason=str(gone.error))
        return
    connection = connections.by_key(str(gone.connection.pk)) or gone.connection
    leave_alone_longer(connection, str(gone.error), gone.error, moment)


def leave_alone_longer(
    connection: Connection, reason: str, error: RemoteError | None, moment: datetime
) -> None:
    """Each time it is probed in vain, the wait for the next time grows."""
    failures = connection.probes_failed + 1
    wait = probe_after(failures, getattr(error, "retry_after", None))
    _stop_connection(connection, reason, moment + wait, failures)


def _stop_connection(
    connection: Connection, reason: str, probe_at: datetime | None, failures: int
) -> None:
    connections.pause(connection, reason, probe_at, failures)
    alerts.raise_alert(alerts.about(connection), f"{connection} does not work", reason)
    log.warning("connection left alone", connection=str(connection), reason=reason)


def _unforeseen(error: Exception) -> str:
    """Its text is not quoted: it was not written for people, and may hold what is secret."""
    return (
        f"Something went wrong that Latchkey did not foresee ({type(error).__name__}); the log "
        "says more. Look at what was changed last, then let it go on."
    )
