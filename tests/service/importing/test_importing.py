"""People of a file get their accounts, and each row says what became of it."""

from pathlib import Path

from fakes.faults import LoseAnswer, requests
from latchkey.service.configuration.dumping import dump
from latchkey.service.importing.results import write_result
from latchkey.service.importing.running import confirm
from latchkey.store import connections, imports, rules
from latchkey.store.models import Account, Connection, Rule
from service.importing.conftest import HEADINGS, PEOPLE, Desk


def test_everybody_in_a_file_gets_an_account_without_a_crm(desk: Desk):
    one = desk.run()

    users = desk.users()
    assert [users[email].login for email, *_ in PEOPLE] == ["Zoe.Novak", "Abel.Kiss", "Ines.Sousa"]
    assert users["zoe@example.org"].roles == {"subscriber"}
    assert desk.counts(one) == {"created": 3}
    assert one.state == "done"


def test_same_file_again_doubles_nobody(desk: Desk):
    desk.run()
    before = desk.workplace.world.users()

    again = desk.run()

    assert desk.workplace.world.users() == before
    assert desk.counts(again) == {"linked": 3}


def test_rows_that_cannot_have_an_account_say_why(desk: Desk):
    rows = [HEADINGS, ("", "No", "Mail"), ("not an address", "Bad", "Mail"), *PEOPLE]

    one = desk.run(rows)

    refused = {row.number: row.reason for row in desk.rows(one) if row.outcome == "refused"}
    assert refused == {
        2: "has no primary e-mail address",
        3: "the primary e-mail address not an address is not a valid address",
    }
    assert desk.counts(one) == {"refused": 2, "created": 3}


def test_two_rows_with_one_address_wait_for_a_person(desk: Desk):
    rows = [HEADINGS, ("both@example.org", "A", "B"), ("BOTH@example.org", "C", "D")]

    one = desk.run(rows)

    assert [row.outcome for row in desk.rows(one)] == ["held", "held"]
    assert "contact 3" in desk.rows(one)[0].reason
    assert "both@example.org" not in desk.users()


def test_oldest_of_two_rows_with_one_address_is_the_first(desk: Desk):
    rows = [HEADINGS, ("both@example.org", "A", "B"), ("both@example.org", "C", "D")]

    one = desk.run(rows, shared_email="oldest")

    assert [row.outcome for row in desk.rows(one)] == ["created", "refused"]


def test_contacts_that_the_file_calls_deceased_or_an_organisation_are_refused(desk: Desk):
    rows = [
        ("Adresse \u00e9lectronique", "D\u00e9c\u00e9d\u00e9", "Type de contact"),
        ("gone@example.org", "1", "Individu"),
        ("office@example.org", "0", "Organisation"),
        ("here@example.org", "0", "Individu"),
    ]

    one = desk.run(rows, username="{contact.email}", fields={})

    assert [row.outcome for row in desk.rows(one)] == ["refused", "refused", "created"]


def test_person_who_wants_no_mail_gets_an_account_and_none(desk: Desk):
    rows = [(*HEADINGS, "Do Not Email"), (*PEOPLE[0], "1"), (*PEOPLE[1], "0")]

    one = desk.run(rows, notify="latchkey")

    mails = [len(desk.workplace.world.mails_to(email)) for email, *_ in PEOPLE[:2]]
    assert mails == [0, 1]
    assert [row.told for row in desk.rows(one)] == ["not_wanted", "told"]


def test_nobody_is_told_unless_asked_for(desk: Desk):
    desk.run()

    assert desk.workplace.world.mails_to("zoe@example.org") == []


def test_preview_writes_nothing_and_says_what_would_happen(desk: Desk):
    before = desk.workplace.world.users()

    one = desk.ready([HEADINGS, *PEOPLE, ("", "No", "Mail")])

    assert desk.counts(one) == {"created": 3, "refused": 1}
    assert [row.username for row in desk.rows(one)][:2] == ["Zoe.Novak", "Abel.Kiss"]
    assert desk.workplace.world.users() == before


def test_import_is_no_rule_and_its_file_no_connection(desk: Desk):
    desk.run()

    assert rules.every() == []
    assert [str(row) for row in connections.every()] == ["crm.main", "site.www"]
    assert "import" not in dump()


def test_lost_answer_while_creating_doubles_nobody(desk: Desk):
    one = desk.ready()
    confirm(one, "anna")
    desk.workplace.site_wire.inject(LoseAnswer(), on=requests("POST", r"batch/v1"))

    desk.carry(one)

    assert desk.counts(one) == {"created": 3}
    assert len([user for user in desk.users().values() if "." in user.login]) == 3


def test_result_file_has_a_line_for_each_row_and_no_formula(desk: Desk, tmp_path: Path):
    rows = [HEADINGS, ("zoe@example.org", "+Zo\u00eb", "Novak"), ("-@", "@A", "B")]
    one = desk.run(rows, fields={})

    with (tmp_path / "result.csv").open("w", encoding="utf-8", newline="") as file:
        assert write_result(one, file) == 2

    lines = (tmp_path / "result.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith("2,,'+Zo\u00eb Novak,zoe@example.org,Zoe.Novak,")
    assert lines[2].startswith("3,,'@A B,'-@,")


def test_removed_import_leaves_its_accounts_known(desk: Desk):
    one = desk.run()

    imports.remove(one)

    assert Account.objects.filter(username="Zoe.Novak", contact_id=None).exists()
    assert not Rule.objects.exists()
    assert not Connection.objects.filter(kind="file").exists()
