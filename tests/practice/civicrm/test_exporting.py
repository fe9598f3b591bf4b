""" "Export primary fields", byte for byte as CiviCRM 6.x writes it."""

import csv
import io
import re
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from fakes.practice import RunningPractice
from practice.civicrm.exports import BEGINNING, CELL
from practice.conftest import lasting_practice

__all__ = ["lasting_practice"]


def exported(world: RunningPractice, **asked: str) -> str:
    """The file, as text."""
    query = urlencode({"group": "Active Members", **asked})
    with urlopen(f"{world.url}/civicrm/practice/export?{query}", timeout=10) as answer:  # noqa: S310 - loopback, by http
        assert answer.headers["Content-Disposition"].endswith("CiviCRM_Contact_Search.csv")
        return answer.read().decode()


def test_headings_are_the_84_of_civicrm_6(lasting_practice: RunningPractice):
    text = exported(lasting_practice)

    first = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert text.startswith(BEGINNING)
    assert len(first) == 84
    assert first[-3:] == ["Group(s)", "Tag(s)", "Note(s)"]
    assert first.index("Address ID") == first.index("Location Type") + 1


@pytest.mark.parametrize("separator", [",", ";"])
def test_every_line_is_of_quoted_values_and_bare_empty_ones(
    lasting_practice: RunningPractice, separator
):
    text = exported(lasting_practice, separator=separator).removeprefix("\ufeff")

    record = re.compile(rf"(?:{CELL}{separator}){{83}}{CELL}\r\n")
    assert record.sub("", text) == ""
    assert len(record.findall(text)) > 40


def test_all_members_of_the_group_are_there_with_their_details(lasting_practice: RunningPractice):
    text = exported(lasting_practice).removeprefix("\ufeff")

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    ids = [int(row["Contact ID"]) for row in rows]
    assert ids == sorted(ids)
    assert {row["Contact Type"] for row in rows} >= {"Individual"}
    assert all(row["Group(s)"].split(",").count("Active Members") for row in rows)
    assert {row["Do Not Email"] for row in rows} <= {"0", "1"}
    assert any("'" in row["Last Name"] for row in rows)


def test_unknown_group_is_said_to_be_none(lasting_practice: RunningPractice):
    with pytest.raises(HTTPError, match="404"):
        exported(lasting_practice, group="Nobody")
