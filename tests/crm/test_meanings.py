"""What nobody has recorded yet: errors of a busy database, clocks that differ."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.crm.civicrm.activities import Slate
from latchkey.crm.civicrm.proof import Proven, clock_ahead, version_number
from latchkey.crm.contract import ActivityKind, ActivityNote
from latchkey.remote.civicrm.answers import Asked, Unsupported, number, require, translated
from latchkey.remote.civicrm.api import Caller
from latchkey.remote.errors import RemoteError, TransientError, UnknownOutcome
from latchkey.remote.http import Answer

READ = Asked("Contact", "get", reads=True)
WRITE = Asked("Activity", "save", reads=False)
INTENT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "message", ["DB Error: Database deadlock encountered", "Database lock timeout encountered"]
)
def test_busy_database_leaves_a_write_unknown_and_a_read_for_later(message: str) -> None:
    body = {"error_code": 0, "error_message": message, "status": 500}

    assert type(translated(body, READ)) is TransientError
    assert type(translated(body, WRITE)) is UnknownOutcome


@given(st.text(), st.integers() | st.text() | st.none(), st.integers() | st.none())
def test_any_error_becomes_one_of_ours(message: str, code: object, status: object) -> None:
    body = {"error_code": code, "error_message": message, "status": status}

    for asked in (READ, WRITE):
        error = translated(body, asked)
        assert isinstance(error, RemoteError)
        assert len(str(error)) < 500


@given(st.sets(st.text(min_size=1)), st.sets(st.text(min_size=1)))
def test_every_field_asked_for_has_to_be_there(asked: set[str], there: set[str]) -> None:
    rows = [dict.fromkeys(asked | there), dict.fromkeys(there)]

    if asked <= there:
        require(rows, asked, READ)
        return
    with pytest.raises(Unsupported) as caught:
        require(rows, asked, READ)
    assert all(name in str(caught.value) for name in asked - there)


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": "x"}, {"id": []}])
def test_what_is_no_number_is_an_error_of_ours(row: dict[str, object]) -> None:
    with pytest.raises(Unsupported):
        number(row, "id")


@pytest.mark.parametrize(
    ("version", "parts"),
    [("5.77.beta1", (5, 77)), ("6.12.alpha1", (6, 12)), ("5.9", (5, 9)), ("", (0, 0))],
)
def test_versions_are_compared_as_numbers(version: str, parts: tuple[int, int]) -> None:
    assert version_number(version) == parts


@pytest.mark.parametrize("hours", [-3, 0, 2])
def test_clock_of_the_crm_is_compared_with_ours(hours: int) -> None:
    theirs = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)

    ahead = clock_ahead(Answer(200, {"date": theirs}, b"", was_read=True))

    assert abs(ahead - timedelta(hours=hours)) < timedelta(seconds=5)


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}])
def test_crm_without_a_clock_is_taken_to_have_ours(headers: dict[str, str]) -> None:
    assert clock_ahead(Answer(200, headers, b"", was_read=True)) == timedelta()


@pytest.mark.parametrize(("ahead", "since"), [(-1, "10:58:00"), (0, "11:58:00"), (2, "13:58:00")])
def test_look_goes_back_to_the_intent_by_the_clock_of_the_crm(ahead: int, since: str) -> None:
    note = ActivityNote(1, ActivityKind.CREATION, completed=True, subject="s", details="d")
    proven = Proven(Caller(3, 2), None, several_domains=False, clock_ahead=timedelta(hours=ahead))

    question = Slate([note], proven, INTENT).question()

    assert ["created_date", ">=", f"2026-03-01 {since}+00:00"] in question["where"]
