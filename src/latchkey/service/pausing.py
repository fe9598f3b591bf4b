"""Stopping and going on: everything, a connection or a rule, before the next remote write."""

from latchkey.store import connections, pauses, rules, settings_log
from latchkey.store.models import Connection, Rule


class NotFoundError(Exception):
    """Nothing has this name, or several have it; the text lists what has one."""


def scope(name: str | None) -> tuple[Connection | None, Rule | None]:
    """What a name means: a rule, a site or a CRM; None is everything. NotFoundError otherwise.

    `rule.NAME`, `site.NAME` and `crm.NAME` say which is meant where several have the name: to stop
    another one than was meant would be worse than to ask.
    """
    if name is None:
        return None, None
    named = {f"rule.{row.name}": row for row in rules.every()}
    connected = {str(row): row for row in connections.every()}
    known = [*named, *connected]
    found = [one for one in known if name in {one, one.partition(".")[2]}]
    match found:
        case [one]:
            return connected.get(one), named.get(one)
        case []:
            there_is = f"There are: {', '.join(known)}." if known else "There is none yet."
            raise NotFoundError(f"No rule or connection is called {name!r}. {there_is}")
        case _:
            several = ", ".join(found)
            raise NotFoundError(f"Several are called {name!r}. Write which is meant: {several}.")


def stop_if_paused(row: Rule) -> None:
    """Paused when a person paused the rule, one of its connections or everything, or when the rule
    is off or was stopped.
    """
    with pauses.working_on(row):
        for connection_key in (row.crm_id, row.site_id):
            pauses.stop_if_paused(connection_key)


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
