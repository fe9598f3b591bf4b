"""What each kind of queue raises when it cannot be reached."""

import sqlite3


def failures_of(kind: str) -> tuple[type[Exception], ...]:
    """The exceptions of a kind of queue, for an `except`. Only the client in use is loaded."""
    match kind:
        case "SQLite":
            return (sqlite3.Error,)
        case "PostgreSQL":
            import psycopg  # noqa: PLC0415 - it takes a while, and most commands need no queue

            return (psycopg.Error,)
        case _:
            import redis  # noqa: PLC0415 - as above

            return (redis.RedisError, OSError)
