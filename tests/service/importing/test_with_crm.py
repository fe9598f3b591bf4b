"""A file beside its CRM: linked, checked, written back there."""

import csv
import io
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from latchkey.policy.columns import ColumnsError
from latchkey.service.importing.running import carry_out, confirm
from latchkey.service.importing.uploading import upload
from latchkey.service.provisioning.progress import Silent
from latchkey.store.models import Import
from service.importing.conftest import Desk
from service.importing.contacts import WITH_ID, people


def test_accounts_are_linked_and_written_back(desk: Desk):
    chosen = people(desk)

    one = desk.run([WITH_ID, *chosen], crm=desk.workplace.crm, history_group="Website users")

    world = desk.workplace.world
    links, users = world.links(), world.users()
    assert [users[links[row[0]]].email for row in chosen] == [row[1] for row in chosen]
    assert {note.contact_id for note in world.notes("Completed")} == {row[0] for row in chosen}
    assert {row[0] for row in chosen} <= world.members("Website users")
    assert [row.contact_id for row in desk.rows(one)] == [row[0] for row in chosen]
    assert world.broken_invariants() == []


def test_row_that_differs_from_the_crm_is_held_with_both_values(desk: Desk):
    (first, email, name, last), other, third = people(desk)
    rows = [
        WITH_ID,
        (first, "stranger@example.org", name, last),
        (other[0], other[1], "Somebody", other[3]),
        (third[0], third[1].upper(), third[2].upper(), third[3]),
    ]

    one = desk.run(rows, crm=desk.workplace.crm)

    held, renamed, same = desk.rows(one)
    sentence = f"the e-mail is stranger@example.org in the file, {email} in the CRM"
    assert (held.outcome, held.reason) == ("held", f"is not as the file says: {sentence}")
    assert (renamed.outcome, same.outcome) == ("held", "created")
    assert f"the first name is Somebody in the file, {other[2]} in the CRM" in renamed.reason


def test_rows_without_a_contact_say_so(desk: Desk):
    [good] = people(desk, 1)
    rows = [WITH_ID, good, good, ("", "a@example.org", "A", "B"), (999_999, "b@b.org", "B", "B")]

    one = desk.run(rows, crm=desk.workplace.crm)

    assert [(row.outcome, row.reason) for row in desk.rows(one)][1:] == [
        ("refused", "row 2 of the file has the same contact ID"),
        ("refused", "the row holds no contact ID, which is a whole number"),
        ("refused", "no longer exists in the CRM"),
    ]


def test_column_that_named_the_wrong_contacts_can_be_corrected(desk: Desk):
    chosen = people(desk)
    rows = [("Number", *WITH_ID), *((999_999_000 + n, *row) for n, row in enumerate(chosen))]
    one = desk.upload(rows)
    held = {"email": "Email", "first_name": "First Name", "last_name": "Last Name"}
    desk.shape(one, crm=desk.workplace.crm, held={**held, "id": "Number"})
    desk.plan(one)
    wrong = desk.counts(one)

    desk.shape(desk.fresh(one), crm=desk.workplace.crm, held={**held, "id": "Contact ID"})
    desk.plan(one)

    assert wrong == {"refused": 3}
    assert desk.counts(one) == {"created": 3}


def test_import_with_a_crm_needs_the_contact_id(desk: Desk):
    one = desk.upload([("Email",), ("zoe@example.org",)])

    with pytest.raises(ColumnsError, match="No column holds the Contact ID"):
        desk.shape(one, crm=desk.workplace.crm)


def test_refused_row_is_said_in_the_crm_once(desk: Desk):
    dead = desk.workplace.world.rows("SELECT id FROM civicrm_contact WHERE is_deceased = 1")[0][0]

    one = desk.run([("Contact ID", "Email"), (dead, "")], crm=desk.workplace.crm, fields={})

    assert desk.counts(one) == {"refused": 1}
    notes = desk.workplace.world.notes("Failed")
    assert [note.contact_id for note in notes] == [dead]


def test_what_the_file_lacks_is_read_from_the_crm(desk: Desk):
    [(contact_id, email, first, last)] = people(desk, 1)

    desk.run([("Contact ID", "E-Mail"), (contact_id, email)], crm=desk.workplace.crm)

    login = desk.users()[email].login
    assert login.lower().startswith(first[0].lower())
    assert last


def exported(desk: Desk) -> io.BytesIO:
    """The practice CRM's "Export primary fields" of the members."""
    query = urlencode({"group": "Active Members"})
    address = f"{desk.workplace.practice.url}/civicrm/practice/export?{query}"
    with urlopen(address, timeout=10) as answer:  # noqa: S310 - loopback, by http
        return io.BytesIO(answer.read())


def imported(desk: Desk, file: io.BytesIO, **given: object) -> Import:
    """The file, from its upload to its end."""
    one = upload(desk.workplace.installation, file, "CiviCRM_Contact_Search.csv", "anna")
    desk.shape(one, crm=desk.workplace.crm, **given)
    desk.plan(one)
    confirm(desk.fresh(one), "anna")
    carry_out(desk.workplace.installation, desk.fresh(one), Silent(), lambda _seconds: None)
    return desk.fresh(one)


def test_export_of_civicrm_is_imported_as_it_is(desk: Desk):
    file = exported(desk)
    text = file.getvalue().decode("utf-8-sig")
    wanted = len(list(csv.DictReader(io.StringIO(text, newline=""))))

    one = imported(desk, file)

    counts = desk.counts(one)
    assert one.state == "done"
    assert sum(counts.values()) == wanted
    assert sum(counts[one] for one in ("created", "linked", "updated", "already")) == 38
    assert desk.workplace.world.broken_invariants() == []


def test_export_imported_twice_changes_nothing_the_second_time(desk: Desk):
    imported(desk, exported(desk))
    before = desk.workplace.world.users(), desk.workplace.world.links()

    again = imported(desk, exported(desk))

    assert (desk.workplace.world.users(), desk.workplace.world.links()) == before
    assert "created" not in desk.counts(again)
