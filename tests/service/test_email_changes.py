"""What product and documents promise of changed addresses, each on practice systems."""

import pytest

from fakes.faults import LoseAnswer, Status, nth, requests
from latchkey.policy.email_changes import Course, EmailChange, EmailChanges
from latchkey.service.configuration.schema import SiteTable
from latchkey.service.email_changes import carry_email_changes
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store.models import Account, SettingChange
from service.addresses import NEW, linked, primary, synchronise
from service.conftest import Workplace

CHANGE = requests("POST", "Email/update")
SET_PRIMARY = "UPDATE civicrm_email SET email = ? WHERE contact_id = ? AND is_primary = 1"


@pytest.fixture
def pair(workplace: Workplace) -> tuple[int, int]:
    """A user and its contact, whose addresses CiviCRM itself leaves alone."""
    synchronise(workplace, on=False)
    return linked(workplace)


def carry(workplace: Workplace, way: EmailChanges) -> list[EmailChange]:
    """Look at all accounts of the site once."""
    return list(carry_email_changes(workplace.installation, workplace.site, way))


def test_nothing_is_carried_unless_somebody_says_so():
    assert SiteTable.model_fields["email_changes"].default == EmailChanges.OFF


def test_account_gets_its_contacts_address_and_the_old_one_is_told(
    workplace: Workplace, pair: tuple[int, int]
):
    user_id, contact_id = pair
    old = workplace.world.users()[user_id].email
    workplace.world.rows(SET_PRIMARY, NEW, contact_id)

    carry(workplace, EmailChanges.CRM_TO_SITE)

    assert workplace.world.users()[user_id].email == NEW
    assert workplace.world.mails_to(old) == ["Your e-mail address was changed"]
    assert not workplace.world.mails_to(NEW)
    assert SettingChange.objects.get(after=NEW).before == old
    assert Account.objects.get(account_id=str(user_id)).email == NEW


def test_powerful_account_is_left_to_a_person(workplace: Workplace, pair: tuple[int, int]):
    user_id, contact_id = pair
    before = workplace.world.users()[user_id].email
    grant = "UPDATE wp_user_roles SET role = 'administrator' WHERE user_id = ?"
    workplace.world.rows(grant, user_id)
    workplace.world.rows(SET_PRIMARY, NEW, contact_id)

    done = carry(workplace, EmailChanges.CRM_TO_SITE)

    assert [one.course for one in done if one.contact_id == contact_id] == [Course.HOLD]
    assert workplace.world.users()[user_id].email == before
    assert not workplace.world.mails_to(before)


def test_account_of_nobody_is_left_alone(workplace: Workplace, pair: tuple[int, int]):
    user_id, contact_id = pair
    before = primary(workplace, contact_id)
    workplace.world.rows("DELETE FROM civicrm_uf_match WHERE uf_id = ?", user_id)
    workplace.world.rows("UPDATE wp_users SET email = ? WHERE id = ?", NEW, user_id)

    done = carry(workplace, EmailChanges.SITE_TO_CRM)

    assert contact_id not in {one.contact_id for one in done}
    assert primary(workplace, contact_id) == before


def test_second_look_carries_nothing_more(workplace: Workplace, pair: tuple[int, int]):
    user_id, _ = pair
    workplace.world.rows("UPDATE wp_users SET email = ? WHERE id = ?", NEW, user_id)

    first = carry(workplace, EmailChanges.SITE_TO_CRM)
    again = carry(workplace, EmailChanges.SITE_TO_CRM)

    assert Course.CARRY in {one.course for one in first}
    assert Course.CARRY not in {one.course for one in again}


def test_old_address_is_told_although_the_answer_was_lost(
    workplace: Workplace, pair: tuple[int, int]
):
    user_id, contact_id = pair
    old = primary(workplace, contact_id)
    workplace.world.rows("UPDATE wp_users SET email = ? WHERE id = ?", NEW, user_id)
    workplace.crm_wire.inject(LoseAnswer(), on=CHANGE)

    carry(workplace, EmailChanges.SITE_TO_CRM)

    assert primary(workplace, contact_id) == NEW
    assert workplace.world.mails_to(old) == ["Your e-mail address was changed"]


def test_old_address_is_told_although_the_crm_gave_out_at_the_next_one(
    workplace: Workplace, pair: tuple[int, int]
):
    user_id, contact_id = pair
    old = primary(workplace, contact_id)
    again = "UPDATE wp_users SET email = 'another@example.org' WHERE id = ?"
    other = workplace.world.rows("SELECT max(uf_id) FROM civicrm_uf_match")[0][0]
    workplace.world.rows("UPDATE wp_users SET email = ? WHERE id = ?", NEW, user_id)
    workplace.world.rows(again, other)
    workplace.crm_wire.inject(Status(503), on=CHANGE, when=nth(2))

    with pytest.raises(UnavailableError):
        carry(workplace, EmailChanges.SITE_TO_CRM)

    assert primary(workplace, contact_id) == NEW
    assert workplace.world.mails_to(old) == ["Your e-mail address was changed"]
