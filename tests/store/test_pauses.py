"""Whether something may go on is known, whatever became of the connection to the database."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import dj_database_url
import psycopg
import pytest
from django.db.backends.postgresql.base import DatabaseWrapper

from fakes.servers import Postgres, postgres
from latchkey.store import pauses

__all__ = ["postgres"]

pytestmark = pytest.mark.django_db
END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


@pytest.fixture
def on_a_server(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseWrapper]:
    """The connection of a door's thread to a server; nothing is paused there."""
    with_defaults: dict[str, Any] = {"AUTOCOMMIT": True, "TIME_ZONE": None, "OPTIONS": {}}
    given = dj_database_url.parse(postgres.new_database(), conn_health_checks=True)
    connection = DatabaseWrapper({**with_defaults, **given})
    monkeypatch.setattr(pauses, "database", connection)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE store_pause (id bigint)")
    yield connection
    connection.close()


def test_door_that_stays_open_outlives_a_restart_of_the_database(on_a_server, postgres):
    pauses.stop_if_paused(uuid4())
    with psycopg.connect(postgres.url(), autocommit=True) as other:
        other.execute(END_ALL, [on_a_server.settings_dict["NAME"]])

    pauses.stop_if_paused(uuid4())

    assert on_a_server.is_usable()
