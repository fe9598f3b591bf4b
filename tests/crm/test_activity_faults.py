"""Activities are written once each, whatever becomes of the bulk save and of its answer."""

import re
from collections import Counter
from collections.abc import Callable

import pytest

from crm.notes import again, notes_for, now, number, once_each, written
from crm.refusals import BROUGHT_DOWN
from fakes.faults import (
    AnswerThenStatus,
    CutBody,
    Fault,
    LoseAnswer,
    Stall,
    Status,
    about,
    nth,
    requests,
)
from fakes.wire import Wire
from latchkey.crm.contract import Crm
from latchkey.remote.civicrm.api import Api
from latchkey.remote.errors import RateLimited, RemoteError, TransientError, UnknownOutcome

People = Callable[..., list[int]]
Switch = Callable[..., None]
SAVE = requests("POST", "Activity/save")


@pytest.fixture(autouse=True)
def prepared(crm: Crm) -> None:
    crm.prepare_activities()


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


def test_note_that_brings_the_crm_down_holds_up_no_other(
    wire: Wire, wired: Crm, raw: Api, people: People
) -> None:
    notes, since = notes_for(people(5)), now()
    wire.inject(BROUGHT_DOWN, on=about("Activity/save", re.escape(notes[1].subject)))
    wired.write_activities(notes, since, look_first=False)

    outcomes = again(wired, notes, since)

    assert [isinstance(outcome, int) for outcome in outcomes] == [True, False, True, True, True]
    others = [notes[0], *notes[2:]]
    assert written(raw, others) == once_each(others)


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
    notes = notes_for(people(6), subject=f"No primary e-mail {number()}")
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
