"""The main job on other kinds of site than WordPress, on the same practice contacts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.practice import API_KEY, start_practice
from latchkey.practice.moodle import TOKEN
from latchkey.remote.doors import Doors
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import Site, SiteConnection
from latchkey.sites.registry import KINDS
from latchkey.store.models import Connection
from service.conftest import LIMITS, WiredConnect, Workplace, working_at

SECRETS = {"moodle": {"token": Secret(TOKEN)}, "standalone": {"api_key": Secret(API_KEY)}}
NAMES = {"firstname": "{contact.first_name}", "lastname": "{contact.last_name}"}
USERS = """
SELECT u.contact_id, r.name, u.uf_id = u.id FROM standalone_user u
JOIN standalone_user_role h ON h.user_id = u.id JOIN standalone_role r ON r.id = h.role_id
"""
LEARNERS = """
SELECT u.email, u.firstname FROM mdl_user u JOIN mdl_cohort_members m ON m.userid = u.id
JOIN mdl_cohort c ON c.id = m.cohortid WHERE c.idnumber = 'members' AND u.idnumber <> ''
"""


class KindConnect(WiredConnect):
    """Opens a site of another kind with its practice credential."""

    def site(self, connection: Connection) -> Site:
        """See Connect."""
        if connection.pk not in self._open:
            given = SiteConnection(
                key=connection.key,
                name=connection.name,
                kind=connection.kind,
                url=connection.url,
                secrets=SECRETS[connection.kind],
            )
            self._open[connection.pk] = KINDS[connection.kind].connect(given, self._doors)
        return self._open[connection.pk]


@contextmanager
def of_kind(work: Iterator[Workplace], kind: str) -> Iterator[Workplace]:
    """The workplace with a site of this kind."""
    with work as at_work:
        at_work.site.kind = kind
        at_work.site.save()
        yield at_work


@pytest.fixture
def standalone(
    tmp_path: Path,
    transactional_db: None,  # noqa: ARG001 - threads of a run see what is committed
) -> Iterator[Workplace]:
    """A CRM that is its own site."""
    practice = start_practice(tmp_path, site="standalone")
    connect = KindConnect(Doors(limits=LIMITS))
    work = working_at(practice, practice.url, connect, hosted=True)
    with of_kind(work, "standalone") as at_work:
        yield at_work
    practice.stop()


@pytest.fixture
def moodle(
    tmp_path: Path,
    transactional_db: None,  # noqa: ARG001 - as above
) -> Iterator[Workplace]:
    """A Moodle beside the practice CRM."""
    practice, site = start_practice(tmp_path), start_practice(tmp_path, site="moodle")
    connect = KindConnect(Doors(limits=LIMITS))
    with of_kind(working_at(practice, site.url, connect, hosted=False), "moodle") as at_work:
        yield at_work
    site.stop()
    practice.stop()


def test_members_get_users_of_their_own_crm(standalone: Workplace) -> None:
    rule = standalone.rule(roles=["member"])

    summary = standalone.run(rule)
    again = standalone.run(rule)

    done = {note.contact_id for note in standalone.world.notes("Completed")}
    users = set(standalone.world.rows(USERS))
    assert summary["created"] > 20
    assert summary["failed"] == summary["waiting"] == again["created"] == 0
    assert {(contact, "member", 1) for contact in done} <= users


def test_members_get_accounts_and_a_cohort_on_moodle(moodle: Workplace) -> None:
    rule = moodle.rule(roles=["members"], fields=[f"{n}={p}" for n, p in NAMES.items()])

    summary = moodle.run(rule)
    again = moodle.run(rule)

    learners = dict(moodle.world.rows(LEARNERS))
    assert summary["created"] == len(learners) > 20
    assert summary["failed"] == summary["waiting"] == again["created"] == 0
    assert "Żółć" in learners.values()


def test_user_without_contact_is_linked_with_the_member_of_its_address(
    standalone: Workplace,
) -> None:
    world = standalone.world
    ((contact, user),) = world.rows(
        "SELECT contact_id, id FROM standalone_user WHERE username = 'user1'"
    )
    world.rows("UPDATE standalone_user SET contact_id = NULL WHERE id = ?", user)

    summary = standalone.run(standalone.rule(roles=["member"]))

    linked = world.rows("SELECT contact_id FROM standalone_user WHERE id = ?", user)
    assert (summary["linked"], summary["failed"]) == (1, 0)
    assert linked == [(contact,)]
