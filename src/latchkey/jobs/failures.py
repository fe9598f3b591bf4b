"""What each kind of queue raises when it cannot be reached."""

import sqlite3

import psycopg
import redis


def failures_of(kind: str) -> tuple[type[Exception], ...]:
    """The exceptions of a kind of queue, for an `except`."""
    match kind:
        case "SQLite":
            return (sqlite3.Error,)
        case "PostgreSQL":
            return (psycopg.Error,)
        case _:
            return (redis.RedisError, OSError)
