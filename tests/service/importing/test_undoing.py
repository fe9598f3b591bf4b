"""An import is taken back after a preview: only accounts that it made and nobody used."""

from dataclasses import replace

import pytest

from latchkey.service.importing.running import carry_out
from latchkey.service.importing.shaping import ImportRefusedError
from latchkey.service.importing.undoing import confirm_undo, plan_undo, undo_preview
from latchkey.service.provisioning.progress import Silent
from latchkey.sites.contract import Support
from latchkey.sites.registry import KINDS
from latchkey.store.models import Account, Import
from service.conftest import WiredConnect
from service.importing.conftest import HEADINGS, PEOPLE, Desk
from service.importing.contacts import WITH_ID, people


def shown(desk: Desk, one: Import) -> dict[str, str]:
    """What the undo would do with each account, by username."""
    plan_undo(desk.workplace.installation, desk.fresh(one), Silent())
    return {row.username: row.fate.value for row in undo_preview(desk.fresh(one))}


def undo(desk: Desk, one: Import, *usernames: str) -> int:
    """Take back what the preview shows, and these accounts, which were ticked."""
    rows = list(undo_preview(desk.fresh(one)))
    ticked = [row.account_id for row in rows if row.username in usernames]
    number = confirm_undo(desk.fresh(one), "anna", ticked)
    carry_out(desk.workplace.installation, desk.fresh(one), Silent(), lambda _seconds: None)
    return number


@pytest.fixture
def telling(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A site that tells who has logged in."""
    spec = KINDS["wordpress"]
    capabilities = replace(spec.capabilities, last_login=Support.FULL)
    told = replace(spec, capabilities=capabilities)
    monkeypatch.setattr(WiredConnect, "spec", lambda _self, _kind: told)
    return desk


def test_site_that_cannot_tell_has_every_account_ticked_by_hand(desk: Desk):
    one = desk.run()

    assert shown(desk, one) == {"Zoe.Novak": "ask", "Abel.Kiss": "ask", "Ines.Sousa": "ask"}
    assert undo(desk, one, "Abel.Kiss") == 1

    roles = {user.login: user.roles for user in desk.users().values()}
    assert roles["Abel.Kiss"] == frozenset()
    assert roles["Zoe.Novak"] == {"subscriber"}
    assert Account.objects.get(username="Abel.Kiss").state == "disabled"
    assert desk.fresh(one).state == "undone"


def test_unused_accounts_are_taken_back_without_being_ticked(telling: Desk):
    one = telling.run()

    assert set(shown(telling, one).values()) == {"take back"}
    assert undo(telling, one) == 3

    made = [telling.users()[email] for email, *_ in PEOPLE]
    assert {user.roles for user in made} == {frozenset()}


def test_accounts_that_the_import_only_linked_are_no_part_of_its_undo(telling: Desk):
    telling.run([HEADINGS, PEOPLE[0]])
    one = telling.run()

    assert set(shown(telling, one)) == {"Abel.Kiss", "Ines.Sousa"}


def test_account_that_was_changed_since_is_asked_for(telling: Desk):
    one = telling.run()
    telling.workplace.world.rows(
        "UPDATE wp_users SET email = 'new@example.org' WHERE login = 'Zoe.Novak'"
    )

    assert shown(telling, one)["Zoe.Novak"] == "ask"


def test_account_that_became_powerful_is_kept_even_after_the_preview(telling: Desk):
    one = telling.run()
    shown(telling, one)
    telling.workplace.world.rows(
        "UPDATE wp_user_roles SET role = 'administrator' WHERE user_id ="
        " (SELECT id FROM wp_users WHERE login = 'Zoe.Novak')"
    )

    undo(telling, one)

    assert telling.users()["zoe@example.org"].roles == {"administrator"}
    assert telling.users()["abel@example.org"].roles == frozenset()


def test_links_and_history_are_undone_too(telling: Desk):
    chosen = people(telling)
    crm = telling.workplace.crm
    one = telling.run([WITH_ID, *chosen], crm=crm, history_group="Website users")
    world = telling.workplace.world
    ids = {row[0] for row in chosen}
    assert ids <= world.links().keys()
    assert ids <= world.members("Website users")

    shown(telling, one)
    undo(telling, one)

    assert not ids & world.links().keys()
    assert not ids & world.members("Website users")
    assert not Account.objects.filter(contact_id__in=ids).exists()


def test_undone_import_has_nothing_left_to_undo(telling: Desk):
    one = telling.run()
    shown(telling, one)
    assert undo(telling, one) == 3

    with pytest.raises(ImportRefusedError, match="No account of this import is left"):
        shown(telling, one)


def test_undo_needs_an_ended_import_that_made_something(desk: Desk):
    one = desk.ready()

    with pytest.raises(ImportRefusedError, match="only an ended one can be undone"):
        shown(desk, one)
    empty = desk.run([HEADINGS, ("", "No", "Mail")])
    with pytest.raises(ImportRefusedError, match="No account of this import is left"):
        shown(desk, empty)
