"""Polling asks for everybody in triggers that are emptied, and for what is new in standing ones."""

from collections.abc import Callable

from fakes.wire import Wire
from latchkey.crm.contract import Crm, PollAnswer, PollRequest, Trigger

People = Callable[..., list[int]]
MakeTrigger = Callable[..., Trigger]


def test_emptied_trigger_answers_with_everybody_in_it(
    crm: Crm, people: People, group: MakeTrigger, tag: MakeTrigger
) -> None:
    ids = people(3)
    requests = [PollRequest(group(*ids), standing=False), PollRequest(tag(*ids), standing=False)]

    assert crm.poll(requests) == [PollAnswer(tuple(ids)), PollAnswer(tuple(ids))]


def test_standing_trigger_begins_with_the_cursor_of_the_moment(
    crm: Crm, people: People, group: MakeTrigger, tag: MakeTrigger
) -> None:
    ids = people(2)
    for trigger in (group(*ids), tag(*ids)):
        (first,) = crm.poll([PollRequest(trigger, standing=True)])
        assert first.contact_ids == ()
        assert first.cursor is not None
        assert crm.poll([PollRequest(trigger, True, first.cursor)]) == [first]  # noqa: FBT003 - as in the contract


def test_standing_trigger_answers_with_who_was_added_since(
    crm: Crm, people: People, group: MakeTrigger, tag: MakeTrigger
) -> None:
    before, first, second = people(3)
    members, mark = group(before), tag(before)
    start = crm.poll([PollRequest(members, standing=True), PollRequest(mark, standing=True)])

    crm.add_to_group(members, [first, second])
    crm.add_tag(mark, [first])
    crm.remove_from_group(members, [before])
    cursors = [one.cursor for one in start]
    found = crm.poll(
        [
            PollRequest(members, standing=True, after=cursors[0]),
            PollRequest(mark, standing=True, after=cursors[1]),
        ]
    )

    assert [one.contact_ids for one in found] == [(first, second), (first,)]


def test_standing_trigger_that_was_always_empty_begins_at_nothing(
    crm: Crm, people: People, group: MakeTrigger
) -> None:
    trigger, ids = group(), people(2)
    (start,) = crm.poll([PollRequest(trigger, standing=True)])

    crm.add_to_group(trigger, ids)
    (found,) = crm.poll([PollRequest(trigger, standing=True, after=start.cursor)])

    assert start.cursor == 0
    assert found.contact_ids == tuple(ids)


def test_smart_and_parent_groups_answer_with_everybody(crm: Crm) -> None:
    triggers = crm.triggers(["Everybody", "Contacts with preferred language French"], [])

    found = crm.poll([PollRequest(one, standing=True, after=1) for one in triggers])

    assert [len(one.contact_ids) for one in found] == [crm.count([one]) for one in triggers]
    assert all(one.contact_ids and one.cursor is None for one in found)


def test_all_triggers_are_asked_for_in_one_request(
    wire: Wire, wired: Crm, group: MakeTrigger, tag: MakeTrigger
) -> None:
    requests = [PollRequest(one, standing=True) for one in (group(), group(), tag())]
    before = len(wire.acts)

    wired.poll(requests)

    assert len(wire.acts) == before + 1
    assert wired.poll([]) == []
    assert len(wire.acts) == before + 1
