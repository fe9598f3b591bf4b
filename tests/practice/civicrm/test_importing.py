"""Contacts come into the practice CRM by a file, and a profile says what members may change."""

import pytest

from practice.browsing import Browser, Program, hidden, send

IMPORT = "/civicrm/practice/import"
PROFILE = "/civicrm/practice/profile"
PEOPLE = "First Name,Last Name,Email\nAda,Quill,ada@example.org\nBen,Quill,\n"


def sent(service: Program, people: str, **headers: str) -> str:
    """The answer to a file that was sent by the form."""
    body = (
        '--x\r\nContent-Disposition: form-data; name="group"\r\n\r\nChoir\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n'
        f"{people}\r\n--x--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    return send(service.url, "POST", IMPORT, body, {**kind, **headers}).text


def test_people_of_a_file_become_contacts_in_a_group(service: Program):
    page = sent(service, PEOPLE)

    found = service.civicrm(
        "Contact",
        "get",
        select=["display_name", "email_primary.email"],
        where=[["groups:name", "IN", ["Choir"]]],
        orderBy={"id": "ASC"},
    )
    assert "2 contacts were imported." in page
    assert [one["email_primary.email"] for one in found] == ["ada@example.org", None]
    assert found[0]["display_name"] == "Ada Quill"


def test_second_file_joins_the_same_group(service: Program):
    sent(service, PEOPLE)
    sent(service, PEOPLE)

    assert len(service.civicrm("Group", "get", where=[["title", "=", "Choir"]])) == 1


@pytest.mark.parametrize(
    ("people", "sentence"),
    [("Name,Email\nAda,a@b.org\n", "lacks the columns First Name, Last Name")],
)
def test_file_of_another_kind_is_refused(service: Program, people: str, sentence: str):
    assert sentence in sent(service, people)


def test_form_of_another_site_imports_nothing(service: Program):
    page = sent(service, PEOPLE, Origin="https://elsewhere.example.org")

    assert "by the form only" in page
    assert not service.civicrm("Group", "get", where=[["title", "=", "Choir"]])


def test_profile_says_what_members_may_change(service: Program, browser: Browser):
    names = {"first_name": "Mem", "last_name": "Ber"}
    service.create("member.one", password="my own secret", roles=["member"], **names)
    browser.log_in("member.one", "my own secret")
    browser.post(PROFILE, field="first_name")

    page = browser.get("/wp-admin/profile.php").text
    nonce = hidden(page, "_wpnonce")
    given = {"first_name": "Memo", "last_name": "Changed", "phone": "1"}
    browser.post("/wp-admin/profile.php", _wpnonce=nonce, **given)

    assert 'name="first_name"' in page
    assert 'name="last_name"' not in page
    where = [["first_name", "=", "Memo"]]
    [contact] = service.civicrm("Contact", "get", select=["last_name"], where=where)
    assert contact["last_name"] == "Ber"


def test_export_is_offered_for_the_group_that_is_shown(service: Program, browser: Browser):
    sent(service, PEOPLE)
    [group] = service.civicrm("Group", "get", select=["id"], where=[["title", "=", "Choir"]])

    page = browser.get(f"/civicrm/practice?group={group['id']}").text

    assert "/civicrm/practice/export?group=Choir" in page
    assert "Export primary fields" not in browser.get("/civicrm/practice").text
