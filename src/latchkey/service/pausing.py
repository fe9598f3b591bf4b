"""Stopping and going on: everything, a connection or a rule, before the next remote write."""

from latchkey.store import connections, pauses, rules, settings_log
from latchkey.store.models import Connection, Rule


class NotFoundError(Exception):
    """Nothing has this name; the text lists what has one."""


def scope(name: str | None) -> tuple[Connection | None, Rule | None]:
    """What a name means: a site, a CRM or a rule; None is everything. NotFoundError otherwise."""
    if name is None:
        return None, None
    if rule := rules.find(name):
        return None, rule
    for role in (Connection.Role.SITE, Connection.Role.CRM):
        if connection := connections.find(role, name):
            return connection, None
    known = [*(row.name for row in rules.every()), *(row.name for row in connections.every())]
    raise NotFoundError(f"No rule or connection is called {name!r}. There are: {', '.join(known)}.")


def pause(name: str | None, by: str) -> None:
    """Let no write leave for what is named, from now on."""
    connection, rule = scope(name)
    pauses.pause(by, connection=connection, rule=rule)
    settings_log.write(by, f"work on {name or 'everything'}", "going on", "paused")


def resume(name: str | None, by: str) -> bool:
    """Go on with what is named. False when it was not paused.

    A rule that Latchkey stopped by itself, and a connection that it left alone, are tried again.
    """
    connection, rule = scope(name)
    was_paused = pauses.resume(connection=connection, rule=rule)
    if rule is not None:
        was_paused |= bool(rule.stopped_reason)
        rules.restart(rule)
    if connection is not None:
        was_paused |= bool(connection.paused_reason)
        connections.unpause(connection)
    settings_log.write(by, f"work on {name or 'everything'}", "paused", "going on")
    return was_paused
