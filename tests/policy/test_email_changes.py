"""Which address follows which."""

from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.email_changes import Course, EmailChange, EmailChanges, follow
from latchkey.policy.values import Account, Contact, same_address

ADDRESSES = st.sampled_from(["a@example.org", "A@Example.org", "b@example.org", "nonsense", ""])
ROLES = st.sampled_from([frozenset({"subscriber"}), frozenset({"administrator"})])


def found(way: EmailChanges, of_account: str, of_contact: str, **contact: bool) -> EmailChange:
    """What is done about an ordinary account and its contact."""
    account = Account("1", "ann", of_account, frozenset({"subscriber"}))
    person = Contact(7, "Individual", "Ann", of_contact or None, **contact)
    return follow(account, person, way, frozenset())


def test_account_follows_the_contact():
    change = found(EmailChanges.CRM_TO_SITE, "old@example.org", "new@example.org")

    assert (change.course, change.before, change.after) == (
        Course.CARRY,
        "old@example.org",
        "new@example.org",
    )


def test_contact_follows_the_account():
    change = found(EmailChanges.SITE_TO_CRM, "new@example.org", "")

    assert (change.course, change.before, change.after) == (Course.CARRY, "", "new@example.org")


def test_bouncing_address_is_not_carried_to_the_site():
    change = found(EmailChanges.CRM_TO_SITE, "old@example.org", "new@example.org", on_hold=True)

    assert change.course is Course.NOTHING


@given(
    st.sampled_from(EmailChanges),
    st.tuples(ADDRESSES, ADDRESSES),
    ROLES,
    st.fixed_dictionaries({"is_deleted": st.booleans(), "is_deceased": st.booleans()}),
)
def test_only_good_other_addresses_of_powerless_living_people_are_carried(
    way: EmailChanges,
    addresses: tuple[str, str],
    roles: frozenset[str],
    gone: dict[str, bool],
):
    account = Account("1", "ann", addresses[0], roles)
    contact = Contact(7, "Individual", "Ann", addresses[1], **gone)

    change = follow(account, contact, way, frozenset())

    if change.course is Course.CARRY:
        assert way is not EmailChanges.OFF
        assert not any(gone.values())
        assert roles == {"subscriber"}
        assert "@" in change.after
        assert same_address(change.after) != same_address(change.before)
