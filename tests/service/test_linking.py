"""Accounts find their contacts, and wrong links are found."""

import pytest

from latchkey.policy.pairing import Pairing, UsersToContacts
from latchkey.service.doctor import Ailment, diagnose, repair
from latchkey.service.linking import link_users, preview_users
from service.conftest import Workplace


def crossed(workplace: Workplace) -> tuple[int, int, int]:
    """Link the account of contact 7's address to contact 40: account, rightful owner, other."""
    [(user_id, email)] = workplace.world.rows("SELECT id, email FROM wp_users WHERE id = 5")
    [(owner,)] = workplace.world.rows(
        "SELECT contact_id FROM civicrm_email WHERE email = ? AND is_primary = 1", email
    )
    workplace.world.rows(
        "INSERT INTO civicrm_uf_match (domain_id, uf_id, uf_name, contact_id) VALUES (1, ?, ?, 40)",
        user_id,
        email,
    )
    return user_id, owner, 40


def test_preview_of_users_writes_nothing(workplace: Workplace):
    links = workplace.world.links()

    shown = list(preview_users(workplace.installation, workplace.site, UsersToContacts.MATCH))

    assert {one.pairing for one in shown} >= {Pairing.LINK, Pairing.HOLD}
    assert workplace.world.links() == links


def test_accounts_are_linked_to_the_one_contact_with_their_address(workplace: Workplace):
    done = list(link_users(workplace.installation, workplace.site, UsersToContacts.MATCH))

    linked = {one.contact_id: int(one.account.id) for one in done if one.pairing is Pairing.LINK}
    assert linked
    assert linked.items() <= workplace.world.links().items()


def test_second_time_there_is_nobody_left_to_link(workplace: Workplace):
    list(link_users(workplace.installation, workplace.site, UsersToContacts.MATCH))

    again = list(link_users(workplace.installation, workplace.site, UsersToContacts.MATCH))

    assert not [one for one in again if one.pairing is Pairing.LINK]


def test_contact_is_made_for_an_account_that_nobody_has_where_it_is_asked_for(
    workplace: Workplace,
):
    workplace.world.rows("UPDATE wp_users SET email = 'nobody@example.org' WHERE id = 5")

    done = list(link_users(workplace.installation, workplace.site, UsersToContacts.CREATE))

    [made] = [one for one in done if one.pairing is Pairing.CREATE]
    [(contact_id,)] = workplace.world.rows(
        "SELECT contact_id FROM civicrm_email WHERE email = 'nobody@example.org'"
    )
    assert made.contact_id == contact_id
    assert workplace.world.links()[contact_id] == 5


def test_doctor_finds_a_crossed_link_and_repairs_it_when_asked(workplace: Workplace):
    user_id, owner, _ = crossed(workplace)
    [found] = [
        one
        for one in diagnose(workplace.installation, workplace.site)
        if one.ailment is Ailment.CROSSED and one.account_id == str(user_id)
    ]
    assert found.move_to == owner

    said = repair(workplace.installation, workplace.site, found)

    assert str(owner) in said
    assert workplace.world.links()[owner] == user_id


def test_doctor_finds_accounts_without_a_link_and_contacts_in_the_trash(workplace: Workplace):
    workplace.world.rows(
        "UPDATE civicrm_contact SET is_deleted = 1 WHERE id = "
        "(SELECT contact_id FROM civicrm_uf_match WHERE contact_id BETWEEN 11 AND 13 LIMIT 1)"
    )

    ailments = {one.ailment for one in diagnose(workplace.installation, workplace.site)}

    assert {Ailment.UNLINKED, Ailment.CONTACT_GONE} <= ailments


def test_doctor_finds_accounts_that_are_gone(workplace: Workplace):
    workplace.run(workplace.rule())
    contact_id = workplace.world.notes("Completed")[0].contact_id
    user_id = workplace.world.links()[contact_id]
    workplace.world.rows("DELETE FROM wp_users WHERE id = ?", user_id)

    gone = [
        one
        for one in diagnose(workplace.installation, workplace.site)
        if one.ailment is Ailment.ACCOUNT_GONE
    ]

    assert [one.account_id for one in gone] == [str(user_id)]


def test_what_has_no_safe_repair_is_not_repaired(workplace: Workplace):
    workplace.world.rows("UPDATE wp_users SET email = 'nobody@example.org' WHERE id = 5")
    found = diagnose(workplace.installation, workplace.site)
    [nobodys] = [one for one in found if one.move_to is None and one.account_id == "5"]

    with pytest.raises(ValueError, match="by hand"):
        repair(workplace.installation, workplace.site, nobodys)
