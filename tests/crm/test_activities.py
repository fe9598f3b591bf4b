"""Activities are written once each, whatever becomes of the bulk save and of its answer."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from fakes.faults import AnswerThenStatus, CutBody, Fault, LoseAnswer, Stall, Status, nth, requests
from fakes.wire import Wire
from latchkey.crm.civicrm.answers import Incomplete
from latchkey.crm.civicrm.api import Api
from latchkey.crm.contract import ActivityKind, ActivityNote, Crm
from latchkey.remote.errors import RateLimited, RemoteError, TransientError, UnknownOutcome

People = Callable[..., list[int]]
Switch = Callable[..., None]
SAVE = requests("POST", "Activity/save")
_numbers = count(1)


def notes_for(contact_ids: list[int], **fields: object) -> list[ActivityNote]:
    mark = next(_numbers)
    return [
        ActivityNote(
            contact_id,
            ActivityKind.CREATION,
            completed=True,
            subject=str(fields.get("subject", f"Account u{contact_id} ({mark})")),
            details=str(fields.get("details", "made")),
        )
        for contact_id in contact_ids
    ]


def now() -> datetime:
    return datetime.now(UTC)


def written(raw: Api, notes: list[ActivityNote]) -> Counter[tuple[str, tuple[int, ...]]]:
    """What the CRM holds with these subjects: subject and targets."""
    where = [["subject", "IN", sorted({note.subject for note in notes})]]
    asked = {"select": ["subject", "target_contact_id"], "where": where}
    found: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for row in raw.call("Activity", "get", asked).rows:
        targets = row["target_contact_id"]
        ids = targets if isinstance(targets, list) else []
        found[str(row["subject"]), tuple(int(one) for one in ids)] += 1
    return found


def once_each(notes: list[ActivityNote]) -> Counter[tuple[str, tuple[int, ...]]]:
    return Counter((note.subject, (note.contact_id,)) for note in notes)


def again(crm: Crm, notes: list[ActivityNote], since: datetime) -> list[int | RemoteError]:
    """What a caller does later: try those whose outcome is unknown, looking first."""
    return crm.write_activities(notes, since, look_first=True)


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


@pytest.mark.parametrize("fault", [LoseAnswer(), CutBody(), AnswerThenStatus(500)])
def test_lost_answer_of_a_save_is_found_again(
    wire: Wire, wired: Crm, raw: Api, people: People, fault: Fault
) -> None:
    notes = notes_for(people(3))
    wire.inject(fault, on=SAVE)

    outcomes = wired.write_activities(notes, now(), look_first=False)

    assert all(isinstance(outcome, int) for outcome in outcomes)
    assert written(raw, notes) == once_each(notes)


def test_save_that_did_not_arrive_is_unknown_until_a_later_look(
    wire: Wire, wired: Crm, raw: Api, people: People
) -> None:
    notes, since = notes_for(people(3)), now()
    wire.inject(Stall(3), on=SAVE, when=nth(1))

    first = wired.write_activities(notes, since, look_first=False)
    second = again(wired, notes, since)

    assert all(isinstance(outcome, UnknownOutcome) for outcome in first)
    assert all(isinstance(outcome, int) for outcome in second)
    assert written(raw, notes) == once_each(notes)


def test_look_that_fails_after_a_lost_answer_leaves_it_unknown(
    wire: Wire, wired: Crm, raw: Api, people: People
) -> None:
    notes, since = notes_for(people(2)), now()
    wire.inject(LoseAnswer(), on=SAVE)
    wire.inject(Status(503), on=requests("POST", "Activity/get"))

    first = wired.write_activities(notes, since, look_first=False)
    wire.mend()

    assert all(isinstance(outcome, UnknownOutcome) for outcome in first)
    assert all(isinstance(outcome, int) for outcome in again(wired, notes, since))
    assert written(raw, notes) == once_each(notes)


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


def test_bulk_save_that_stopped_half_way_is_completed(
    crm: Crm, raw: Api, people: People, switch: Switch
) -> None:
    notes = notes_for(people(7))
    switch(partial_saves=1)

    outcomes = crm.write_activities(notes, now(), look_first=False)

    assert all(isinstance(outcome, int) for outcome in outcomes)
    assert len(set(outcomes)) == 7
    assert written(raw, notes) == once_each(notes)


def test_notes_that_read_alike_are_told_apart_by_their_contacts(
    crm: Crm, raw: Api, people: People, switch: Switch
) -> None:
    notes = notes_for(people(6), subject=f"No primary e-mail {next(_numbers)}")
    switch(partial_saves=1)

    outcomes = crm.write_activities(notes, now(), look_first=False)

    assert len(set(outcomes)) == 6
    assert written(raw, notes) == once_each(notes)


def test_half_done_save_whose_answer_is_lost_is_completed_later(
    wire: Wire, wired: Crm, raw: Api, people: People, switch: Switch
) -> None:
    notes, since = notes_for(people(6)), now()
    switch(partial_saves=1)
    wire.inject(LoseAnswer(), on=SAVE, when=nth(1))

    first = wired.write_activities(notes, since, look_first=False)
    later = [note for note, one in zip(notes, first, strict=True) if not isinstance(one, int)]

    assert 0 < len(later) < 6
    assert all(isinstance(one, int) for one in again(wired, later, since))
    assert written(raw, notes) == once_each(notes)


def test_look_that_fails_after_a_half_done_save_doubles_nothing(
    wire: Wire, wired: Crm, raw: Api, people: People, switch: Switch
) -> None:
    notes, since = notes_for(people(6)), now()
    switch(partial_saves=1)
    wire.inject(Status(429), on=requests("POST", "Activity/get"))

    first = wired.write_activities(notes, since, look_first=False)
    wire.mend()

    assert all(isinstance(outcome, UnknownOutcome) for outcome in first)
    assert all(isinstance(one, int) for one in again(wired, notes, since))
    assert written(raw, notes) == once_each(notes)


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


def test_intent_in_another_time_zone_is_the_same_moment(crm: Crm, raw: Api, people: People) -> None:

    notes = notes_for(people(2))
    since = now().astimezone(ZoneInfo("Pacific/Auckland"))
    crm.write_activities(notes, since, look_first=False)

    again(crm, notes, since)

    assert written(raw, notes) == once_each(notes)


def test_subject_longer_than_its_column_is_found_again(crm: Crm, raw: Api, people: People) -> None:
    notes = notes_for(people(1), subject=f"{next(_numbers)} " + "long " * 80)
    since = now()

    first = crm.write_activities(notes, since, look_first=False)

    asked = {"select": ["subject"], "where": [["id", "=", first[0]]]}
    assert raw.call("Activity", "get", asked).rows[0]["subject"] == notes[0].subject[:255].rstrip()
    assert again(crm, notes, since) == first


@pytest.mark.parametrize(("code", "kind"), [(429, RateLimited), (503, TransientError)])
def test_nothing_was_written_when_the_crm_was_busy(
    wire: Wire, wired: Crm, raw: Api, people: People, *, code: int, kind: type[RemoteError]
) -> None:
    notes = notes_for(people(2))
    wire.inject(Status(code), on=SAVE)

    with pytest.raises(kind):
        wired.write_activities(notes, now(), look_first=False)

    assert written(raw, notes) == Counter()


def test_crm_busy_in_the_middle_keeps_what_was_written(
    wire: Wire, wired: Crm, raw: Api, people: People
) -> None:
    notes = notes_for(people(1) * 101)
    notes = [*notes[:100], *notes_for(people(1))]
    wire.inject(Status(503), on=SAVE, when=nth(2))

    outcomes = wired.write_activities(notes, now(), look_first=False)

    assert all(isinstance(outcome, int) for outcome in outcomes[:100])
    assert isinstance(outcomes[100], TransientError)
    assert written(raw, notes) == once_each(notes[:100])
