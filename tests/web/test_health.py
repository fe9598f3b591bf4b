"""Probes tell whether a process lives and can work, whatever name they ask by."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.test import Client

from latchkey.store import vital_signs
from web.around import Around, surrounded

CLUSTER = "10.1.2.3:9000"


@pytest.fixture(autouse=True)
def around() -> Iterator[Around]:
    with surrounded() as around:
        yield around


def reasons() -> list[str]:
    """Why the process is not ready; its status has to agree."""
    answer = Client().get("/readyz")
    found = answer.json()
    assert found["ready"] is (answer.status_code == 200)
    assert answer.status_code in {200, 503}
    return found["reasons"]


def test_process_that_answers_is_alive_without_a_database() -> None:
    assert Client().get("/healthz").status_code == 200


@pytest.mark.django_db
def test_new_installation_without_any_connection_is_ready() -> None:
    assert reasons() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("ticking", "ready"), [(True, True), (False, False), (None, True)])
def test_process_with_a_worker_is_ready_while_that_looks_for_work(around, ticking, ready) -> None:
    around.is_ticking = ticking

    assert (reasons() == []) is ready


@pytest.mark.django_db
def test_database_of_an_earlier_version_is_not_ready() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'store'")

    assert reasons() == ["the database lacks tables of this version"]


def test_database_that_cannot_be_reached_is_named_without_its_address(monkeypatch) -> None:
    def away() -> bool:
        raise OperationalError("connection to server at db.example.org failed")

    monkeypatch.setattr(vital_signs, "is_up_to_date", away)

    assert reasons() == ["the database cannot be reached (OperationalError)"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_answered_by_any_name(path) -> None:
    assert Client().get(path, headers={"host": CLUSTER}).status_code == 200


def test_pages_are_not_served_by_any_name() -> None:
    assert Client().get("/", headers={"host": CLUSTER}).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_only_read(path) -> None:
    assert Client().post(path).status_code == 405
