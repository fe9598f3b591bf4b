"""What was begun and lost is found again, whatever was changed in the CRM meanwhile."""

from collections.abc import Iterator

import pytest

from fakes.practice import RunningPractice
from latchkey.remote.doors import Doors
from latchkey.service.provisioning import carrying
from latchkey.store.models import Change, State, Task
from service.conftest import LIMITS, WiredConnect, Workplace, working_at
from service.provisioning.going_on import Killed, until_done
from service.working import add_to_group, empty_group

ADDRESS = "UPDATE civicrm_email SET email = ? WHERE contact_id = 30"
EDITED = "UPDATE civicrm_contact SET modified_date = 'later' WHERE id = 30"


@pytest.fixture
def elsewhere(
    practice: RunningPractice,
    transactional_db: None,  # noqa: ARG001 - threads of a run see what is committed
) -> Iterator[Workplace]:
    """An installation on a site that carries no key of ours and does not host the CRM."""
    connect = WiredConnect(Doors(limits=LIMITS))
    with working_at(practice, practice.url, connect, hosted=False) as at_work:
        yield at_work


def lose_the_answer(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Contact 30 gets its account, and the process dies before it knows."""

    def dying(work: object, cases: object) -> None:
        carrying.make(work, cases)
        raise Killed

    empty_group(workplace)
    add_to_group(workplace, 30)
    monkeypatch.setattr(carrying, "STEPS", {Task.ACCOUNT: (carrying.examine, dying)})
    with pytest.raises(Killed):
        workplace.run(workplace.rule())
    monkeypatch.undo()
    Change.objects.update(lease_until=None)
    return Change.objects.get(contact_id=30)


@pytest.mark.parametrize("email", ["moved@example.net", ""])
def test_account_that_was_begun_with_an_address_since_changed_is_not_made_twice(
    elsewhere: Workplace, monkeypatch: pytest.MonkeyPatch, email
):
    change = lose_the_answer(elsewhere, monkeypatch)
    before = elsewhere.world.users()
    elsewhere.world.rows(ADDRESS, email)
    elsewhere.world.rows(EDITED)

    until_done(elsewhere, change.rule)

    change.refresh_from_db()
    assert elsewhere.world.users() == before
    assert (change.state, change.verdict) == (State.DONE, "create")
    assert before[int(change.account_id)].login == change.intended_username


def test_account_with_the_name_that_belongs_to_another_address_is_not_taken_for_ours(
    elsewhere: Workplace, monkeypatch: pytest.MonkeyPatch
):
    change = lose_the_answer(elsewhere, monkeypatch)
    name = change.intended_username
    taken = "UPDATE wp_users SET email = 'somebody@example.com' WHERE login = ?"
    elsewhere.world.rows(taken, name)
    elsewhere.world.rows(ADDRESS, "moved@example.net")
    elsewhere.world.rows(EDITED)

    until_done(elsewhere, change.rule)

    change.refresh_from_db()
    assert change.intended_username != name
    assert elsewhere.world.users()[int(change.account_id)].email == "moved@example.net"
