"""Users to contacts on a site with many: page by page, and on from where it was stopped."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from fakes.faults import LoseAnswer, Status, about
from latchkey.policy.pairing import Pairing, UsersToContacts
from latchkey.service.linking import link_users, preview_users
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.service.workload import RuleWorkload
from latchkey.store.models import Connection
from service.conftest import Workplace

# Two pages and a part of a third, besides the few that practice has.
MANY = 230
REGISTER = """
INSERT INTO wp_users (login, email, slug, password, first_name, last_name, display_name,
    nickname, url, description, locale, registered)
SELECT ?, ?, ?, password, ?, 'Late', ?, nickname, url, description, locale, registered
FROM wp_users WHERE id = 5
"""


def register(workplace: Workplace, first: int = 0, number: int = MANY) -> None:
    """So many people register by themselves; the CRM hears nothing of it."""
    for i in range(first, first + number):
        name = f"late{i}"
        workplace.world.rows(REGISTER, name, f"{name}@example.org", name, f"Late{i}", name)


def linked(workplace: Workplace) -> dict[str, int]:
    """The contact of each of those users, by address."""
    by_user = {user_id: contact_id for contact_id, user_id in workplace.world.links().items()}
    return {
        user.email: by_user[user_id]
        for user_id, user in workplace.world.users().items()
        if user_id in by_user and user.login.startswith("late")
    }


def contacts(workplace: Workplace) -> Counter[str]:
    """How many contacts have each of those addresses."""
    query = "SELECT email FROM civicrm_email WHERE email LIKE 'late%@example.org'"
    return Counter(email for (email,) in workplace.world.rows(query))


def create(workplace: Workplace, stop: int | None = None) -> Counter[Pairing]:
    """Make a contact for each account that nobody has; stopped after so many accounts."""
    done = link_users(workplace.installation, workplace.site, UsersToContacts.CREATE)
    return Counter(one.pairing for one in islice(done, stop))


def test_every_page_of_the_site_is_gone_through(workplace: Workplace):
    register(workplace)

    shown = Counter(
        one.pairing
        for one in preview_users(workplace.installation, workplace.site, UsersToContacts.CREATE)
    )

    assert shown[Pairing.CREATE] == MANY
    assert not contacts(workplace)


@pytest.mark.slow  # a contact each is made over HTTP
def test_what_was_stopped_goes_on_where_it_was_and_doubles_nobody(workplace: Workplace):
    register(workplace)
    create(workplace, stop=120)
    between = len(linked(workplace))

    again = create(workplace)

    assert 0 < between < MANY
    assert again[Pairing.CREATE] == MANY - between
    assert len(linked(workplace)) == MANY
    assert set(contacts(workplace).values()) == {1}


def test_contact_whose_answer_was_lost_is_found_the_next_time(workplace: Workplace):
    register(workplace, number=3)
    lost = about("Contact/create", "late1@")
    workplace.crm_wire.inject(LoseAnswer(), on=lost)

    first = create(workplace)
    workplace.crm_wire.mend()
    again = create(workplace)

    assert (first[Pairing.CREATE], again[Pairing.LINK]) == (2, 1)
    assert contacts(workplace) == {f"late{i}@example.org": 1 for i in range(3)}
    assert len(linked(workplace)) == 3


def test_crm_that_goes_away_in_the_middle_leaves_the_rest_for_later(workplace: Workplace):
    register(workplace, number=3)
    gone = about("Contact/create", "late[12]@")
    workplace.crm_wire.inject(Status(503), on=gone)
    create_as_far_as_it_goes(workplace)

    workplace.crm_wire.mend()
    create(workplace)

    assert contacts(workplace) == {f"late{i}@example.org": 1 for i in range(3)}
    assert len(linked(workplace)) == 3


def create_as_far_as_it_goes(workplace: Workplace) -> None:
    """As a worker that takes a site that gives out for one that is down."""
    with pytest.raises(UnavailableError):
        create(workplace)


def test_people_who_register_later_are_matched_or_made_within_the_hour(workplace: Workplace):
    create(workplace)
    register(workplace, number=2)
    one_contact(workplace, "late0@example.org")
    Connection.objects.filter(role="site").update(
        paired_at=datetime.now(UTC) - timedelta(hours=1),
        settings={"users_to_contacts": "create"},
    )

    look(workplace)

    assert linked(workplace).keys() == {"late0@example.org", "late1@example.org"}
    assert set(contacts(workplace).values()) == {1}


def test_nobody_is_matched_where_the_site_says_off(workplace: Workplace):
    create(workplace)
    register(workplace, number=1)
    Connection.objects.filter(role="site").update(
        paired_at=datetime.now(UTC) - timedelta(hours=1), settings={"users_to_contacts": "off"}
    )

    look(workplace)

    assert not linked(workplace)


def test_user_with_an_address_that_several_contacts_have_waits(workplace: Workplace):
    register(workplace, number=1)
    for _ in range(2):
        one_contact(workplace, "late0@example.org")

    done = create(workplace)

    assert done[Pairing.HOLD] >= 1
    assert not linked(workplace)


def one_contact(workplace: Workplace, email: str) -> None:
    """Somebody in the CRM who has this address."""
    crm = workplace.installation.connect.crm(workplace.crm)
    crm.create_contact(email, "Late", "Comer")


def look(workplace: Workplace) -> None:
    """One look of a worker."""
    workload = RuleWorkload(workplace.installation, "worker-1", lambda _crm: timedelta(days=1))
    for job in list(workload.due()):
        workload.perform(job)
