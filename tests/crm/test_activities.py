"""Activities say what a note says, and are written once each."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.notes import again, notes_for, now, number, once_each, written
from fakes.faults import requests
from fakes.wire import Wire
from latchkey.crm.contract import ActivityKind, ActivityNote, Crm
from latchkey.remote.civicrm.answers import Incomplete
from latchkey.remote.civicrm.api import Api

People = Callable[..., list[int]]
Switch = Callable[..., None]
SAVE = requests("POST", "Activity/save")


@pytest.fixture(autouse=True)
def prepared(crm: Crm) -> None:
    crm.prepare_activities()


def test_notes_are_written_in_one_request_with_all_they_say(
    wire: Wire, wired: Crm, raw: Api, people: People
) -> None:
    ids = people(3)
    note = notes_for(ids[:1], details="No <b>role</b> & no\nmail")
    before = len(wire.acts)

    outcomes = wired.write_activities([*note, *notes_for(ids[1:])], now(), look_first=False)

    assert len(wire.acts) == before + 1
    select = ["details", "status_id:name", "activity_type_id:name", "source_contact_id"]
    row = raw.call("Activity", "get", {"select": select, "where": [["id", "=", outcomes[0]]]}).rows
    assert row[0]["details"] == "No &lt;b&gt;role&lt;/b&gt; &amp; no<br />mail"
    assert row[0]["status_id:name"] == "Completed"
    assert row[0]["activity_type_id:name"] == "User Account Creation"
    assert row[0]["source_contact_id"] == raw.who_am_i()[0].contact_id


def test_failed_note_has_the_status_failed(crm: Crm, raw: Api, people: People) -> None:
    note = ActivityNote(people(1)[0], ActivityKind.RESET, completed=False, subject="x", details="")

    (activity_id,) = crm.write_activities([note], now(), look_first=False)

    asked = {"select": ["status_id:name"], "where": [["id", "=", activity_id]]}
    assert raw.call("Activity", "get", asked).rows[0]["status_id:name"] == "Failed"


def test_preparing_twice_makes_types_and_status_once(crm: Crm, raw: Api) -> None:
    crm.prepare_activities()

    for group, name in (
        ("activity_type", "User Account Creation"),
        ("activity_type", "User Account Password Reset"),
        ("activity_status", "Failed"),
    ):
        where = [["option_group_id:name", "=", group], ["name", "=", name]]
        assert len(raw.call("OptionValue", "get", {"select": ["id"], "where": where}).rows) == 1


def test_nothing_to_write_sends_nothing(wire: Wire, wired: Crm) -> None:
    before = len(wire.acts)

    assert wired.write_activities([], now(), look_first=True) == []
    assert len(wire.acts) == before


@pytest.mark.parametrize("place", [0, 2, 4])
def test_bad_contact_harms_none_of_the_others(
    crm: Crm, raw: Api, people: People, place: int
) -> None:
    notes = notes_for(people(4))
    (bad,) = notes_for([99_999_999])
    among = [*notes[:place], bad, *notes[place:]]

    outcomes = crm.write_activities(among, now(), look_first=False)

    assert isinstance(outcomes[place], Incomplete)
    assert [isinstance(one, int) for one in outcomes].count(True) == 4
    assert written(raw, notes) == once_each(notes)
    assert sum(written(raw, [bad]).values()) <= 1


def test_looking_first_doubles_nothing_and_keeps_what_is_there(
    crm: Crm, raw: Api, people: People
) -> None:
    notes, since = notes_for(people(4)), now()
    before = crm.write_activities(notes[:2], since, look_first=False)

    outcomes = again(crm, notes, since)

    assert outcomes[:2] == before
    assert written(raw, notes) == once_each(notes)


def test_same_note_twice_is_two_activities(crm: Crm, raw: Api, people: People) -> None:
    (note,) = notes_for(people(1))
    since = now()
    crm.write_activities([note], since, look_first=False)

    outcomes = again(crm, [note, note], since)

    assert len(set(outcomes)) == 2
    assert written(raw, [note]) == once_each([note, note])


def test_activity_from_before_the_intent_is_another_one(crm: Crm, raw: Api, people: People) -> None:
    (note,) = notes_for(people(1))
    (before,) = crm.write_activities([note], now(), look_first=False)

    (after,) = crm.write_activities([note], now() + timedelta(minutes=5), look_first=True)

    assert after != before
    assert written(raw, [note]) == once_each([note, note])


def test_activity_of_somebody_else_is_another_one(crm: Crm, raw: Api, people: People) -> None:
    target, somebody = people(2)
    (note,) = notes_for([target])
    theirs = {
        "activity_type_id:name": note.kind.value,
        "subject": note.subject,
        "source_contact_id": somebody,
        "target_contact_id": [target],
    }
    raw.call("Activity", "create", {"values": theirs})

    again(crm, [note], now())

    assert written(raw, [note]) == once_each([note, note])


def test_intent_in_another_time_zone_is_the_same_moment(crm: Crm, raw: Api, people: People) -> None:

    notes = notes_for(people(2))
    since = now().astimezone(ZoneInfo("Pacific/Auckland"))
    crm.write_activities(notes, since, look_first=False)

    again(crm, notes, since)

    assert written(raw, notes) == once_each(notes)


def test_subject_longer_than_its_column_is_found_again(crm: Crm, raw: Api, people: People) -> None:
    notes = notes_for(people(1), subject=f"{number()} " + "long " * 80)
    since = now()

    first = crm.write_activities(notes, since, look_first=False)

    asked = {"select": ["subject"], "where": [["id", "=", first[0]]]}
    assert raw.call("Activity", "get", asked).rows[0]["subject"] == notes[0].subject[:255].rstrip()
    assert again(crm, notes, since) == first
