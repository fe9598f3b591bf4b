"""The database's clock: leases and due times are compared by one clock for all machines."""

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """The time of the database server, aware, in UTC."""
    if connection.vendor == "sqlite":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)
