"""The synthetic contacts, and the practice world that is made of them."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from latchkey.practice import database, people, seeding, server
from latchkey.practice.civicrm import hosting
from latchkey.practice.people import Person, Situation

HELD = {Situation.SHARED, Situation.PRIVILEGED, Situation.CROSSED}
REFUSED = {
    Situation.NO_EMAIL,
    Situation.BOUNCING,
    Situation.DECEASED,
    Situation.ORGANISATION,
}
TWO_HUNDRED = 200


def counted(contacts: int, seed: int = 1) -> Counter[Situation]:
    return Counter(person.situation for person in people.people(contacts, seed))


@pytest.mark.parametrize(("contacts", "created"), [(50, 28), (200, 178), (1000, 978)])
def test_the_rule_comes_to_the_figures_promised(contacts: int, created: int) -> None:
    found = counted(contacts)

    assert found.total() == contacts
    assert found[Situation.ORDINARY] == created
    assert found[Situation.HAS_ACCOUNT] == 5
    assert found[Situation.LACKS_ROLE] == 2
    assert found[Situation.LINKED] == 3
    assert sum(found[each] for each in HELD) == 7
    assert sum(found[each] for each in REFUSED) == 5


def test_few_people_are_all_ordinary() -> None:
    assert counted(49) == {Situation.ORDINARY: 49}


def test_the_same_seed_makes_the_same_people() -> None:
    assert [*people.people(120, 7)] == [*people.people(120, 7)]
    assert [*people.people(120, 7)] != [*people.people(120, 8)]


def test_addresses_are_shared_by_the_pair_and_the_triple_alone() -> None:
    found = Counter(person.email for person in people.people(2000, 3) if person.email)

    assert sorted(count for count in found.values() if count > 1) == [2, 3]
    assert all(email.isascii() for email in found)
    assert {email.rpartition(".")[2] for email in found} == {"com", "net", "org"}


def test_awkward_names_are_among_them() -> None:
    everybody = [*people.people(50, 1)]
    full = [f"{person.first_name} {person.last_name}" for person in everybody]

    assert any("'" in name for name in full)
    assert any("-" in name for name in full)
    assert {"李", "Ż", "Π", "И", "\N{ARABIC LETTER ALEF}"} <= {
        letter for name in full for letter in name
    }
    assert max(map(len, full)) > 60
    assert any(not person.first_name and person.email for person in everybody)
    assert [name for name, count in Counter(full).items() if count > 1] == ["Same Name"]
    assert sum(person.do_not_email for person in everybody) == 2


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home filled with two hundred contacts."""
    home = tmp_path_factory.mktemp("seeded")
    server.open_home(home)
    fill()
    database.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close_thread()
    return home


@pytest.fixture
def db(seeded: Path) -> Iterator[sqlite3.Connection]:
    server.open_home(seeded)
    yield database.connection()
    database.close_thread()


def fill() -> None:
    with database.transaction() as db:
        seeding.seed(
            db, contacts=TWO_HUNDRED, seed=1, app_password="practice", api_key="practice-key"
        )


def one(db: sqlite3.Connection, sql: str, *values: object) -> int:
    return int(db.execute(sql, values).fetchone()[0])


def account_of(db: sqlite3.Connection, person: Person) -> int | None:
    row = db.execute("SELECT id FROM wp_users WHERE email = ?", (person.email,)).fetchone()
    return None if row is None else int(row[0])


def test_everybody_is_in_the_trigger(db: sqlite3.Connection) -> None:
    members = one(
        db,
        "SELECT COUNT(*) FROM civicrm_group_contact c JOIN civicrm_group g ON g.id = c.group_id"
        " WHERE g.title = ? AND c.status = 'Added'",
        seeding.MEMBERS,
    )

    assert members == TWO_HUNDRED
    assert one(db, "SELECT COUNT(*) FROM civicrm_subscription_history") == TWO_HUNDRED


@pytest.mark.parametrize(
    ("situation", "linked"),
    [
        (Situation.HAS_ACCOUNT, False),
        (Situation.PRIVILEGED, False),
        (Situation.LINKED, True),
        (Situation.LACKS_ROLE, True),
        (Situation.CROSSED, True),
    ],
)
def test_accounts_are_as_the_situation_says(
    db: sqlite3.Connection, situation: Situation, *, linked: bool
) -> None:
    for person in people.people(TWO_HUNDRED, 1):
        if person.situation is situation:
            account = account_of(db, person)
            assert account is not None
            assert (hosting.contact_of(db, account) is not None) is linked


def test_ordinary_people_have_no_account(db: sqlite3.Connection) -> None:
    everybody = people.people(TWO_HUNDRED, 1)
    ordinary = [each for each in everybody if each.situation is Situation.ORDINARY]

    assert ordinary
    assert not any(account_of(db, person) for person in ordinary)


def test_crossed_account_belongs_to_somebody_outside_the_trigger(db: sqlite3.Connection) -> None:
    crossed = [p for p in people.people(TWO_HUNDRED, 1) if p.situation is Situation.CROSSED]
    account = account_of(db, crossed[0])
    assert account is not None
    owner = hosting.contact_of(db, account)

    found = one(db, "SELECT COUNT(*) FROM civicrm_group_contact WHERE contact_id = ?", owner)

    assert found == 0


def test_keys_open_what_they_are_for(db: sqlite3.Connection) -> None:
    permissions = {}
    for key in ("practice-key", seeding.READER_KEY, seeding.GUEST_KEY):
        contact = one(db, "SELECT id FROM civicrm_contact WHERE api_key = ?", key)
        user = hosting.user_of(db, contact)
        assert user is not None
        permissions[key] = hosting.permissions_of(db, user)

    assert permissions["practice-key"] == seeding.SERVICE_PERMISSIONS
    assert "administer CiviCRM" not in permissions[seeding.READER_KEY]
    assert "authenticate with api key" not in permissions[seeding.GUEST_KEY]


def test_filling_again_changes_nothing(db: sqlite3.Connection) -> None:
    before = one(db, "SELECT COUNT(*) FROM civicrm_contact")

    fill()

    assert one(db, "SELECT COUNT(*) FROM civicrm_contact") == before
