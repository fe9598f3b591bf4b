"""People of a file get their accounts, and each row says what became of it."""

from service.importing.conftest import HEADINGS, PEOPLE, Desk


def test_everybody_in_a_file_gets_an_account_without_a_crm(desk: Desk):
    one = desk.run()

    users = desk.users()
    assert [users[email].login for email, *_ in PEOPLE] == ["Zoe.Novak", "Abel.Kiss", "Ines.Sousa"]
    assert users["zoe@example.org"].roles == {"subscriber"}
    assert desk.counts(one) == {"created": 3}
    assert one.state == "done"
