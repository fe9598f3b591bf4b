"""The practice CRM as its staff see it: contacts found, put into a group, and what was noted."""

import re

import pytest

from practice.browsing import FORM, Browser, Program, send

PLACE = "/civicrm/practice"
JOIN = f"{PLACE}/join"


def contact_page(contact: int) -> str:
    """Where CiviCRM shows a contact, so that links from Latchkey lead here."""
    return f"/civicrm/contact/view?reset=1&cid={contact}"


def nora(service: Program) -> int:
    """Somebody new, who is in no group."""
    named = {"contact_type": "Individual", "first_name": "Nora", "last_name": "<b>New</b>"}
    return service.civicrm("Contact", "create", values=named)[0]["id"]


def choice(page: str, field: str, title: str) -> str:
    """The number behind a title in one of the page's fields."""
    options = re.search(rf'<select id="{field}".*?</select>', page, re.DOTALL)
    assert options is not None
    found = re.search(rf'value="(\d+)"[^>]*>{title}<', options[0])
    assert found is not None, options[0]
    return found[1]


def test_contacts_are_found_by_name(standing: Program, visitor: Browser):
    one = standing.civicrm("Contact", "get", select=["id", "display_name"], limit=1)[0]

    page = visitor.get(f"{PLACE}?q={one['display_name'].split()[0]}").text

    assert f'cid={one["id"]}">{one["display_name"]}</a>' in page


def test_contacts_of_a_group_are_shown(standing: Program, visitor: Browser):
    [group] = standing.civicrm("Group", "get", select=["id"], where=[["title", "=", "Everybody"]])
    page = visitor.get(f"{PLACE}?group={group['id']}").text

    assert page.count("<tr>") > 10
    assert "Export primary fields" in page


def test_contact_that_is_put_into_a_group_is_in_it(service: Program, browser: Browser):
    contact = nora(service)
    group = choice(browser.get(contact_page(contact)).text, "group", "Active Members")

    answer = browser.post(JOIN, cid=str(contact), what="group", id=group)

    where = [["contact_id", "=", contact]]
    [joined] = service.civicrm("GroupContact", "get", select=["status"], where=where)
    assert answer.headers["location"].endswith(contact_page(contact))
    assert joined["status"] == "Added"
    assert "<li>Active Members</li>" in browser.get(contact_page(contact)).text


def test_contact_that_left_a_group_is_put_into_it_again(service: Program, browser: Browser):
    contact = nora(service)
    group = choice(browser.get(contact_page(contact)).text, "group", "Active Members")
    browser.post(JOIN, cid=str(contact), what="group", id=group)
    where = [["contact_id", "=", contact]]
    service.civicrm("GroupContact", "update", values={"status": "Removed"}, where=where)

    browser.post(JOIN, cid=str(contact), what="group", id=group)

    [joined] = service.civicrm("GroupContact", "get", select=["status"], where=where)
    assert joined["status"] == "Added"


def test_contact_gets_a_tag(service: Program, browser: Browser):
    contact = nora(service)
    tag = choice(browser.get(contact_page(contact)).text, "tag", "Volunteer")

    browser.post(JOIN, cid=str(contact), what="tag", id=tag)

    assert "<li>Volunteer</li>" in browser.get(contact_page(contact)).text


def test_organisation_has_a_page_too(standing: Program, visitor: Browser):
    where = [["contact_type", "=", "Organization"]]
    one = standing.civicrm("Contact", "get", select=["id", "display_name"], where=where, limit=1)[0]

    answer = visitor.get(contact_page(one["id"]))

    assert (answer.status, one["display_name"] in answer.text) == (200, True)


def test_only_groups_that_one_can_be_added_to_are_offered(standing: Program, visitor: Browser):
    one = standing.civicrm("Contact", "get", select=["id"], limit=1)[0]["id"]

    page = visitor.get(contact_page(one)).text

    assert ">Active Members<" in page
    assert ">Everybody<" not in page
    assert ">Contacts with preferred language French<" not in page


def test_activities_of_a_contact_are_listed_and_markup_is_text(service: Program, browser: Browser):
    contact = nora(service)
    noted = {"subject": "Account <i>made</i>", "activity_type_id:name": "Meeting"}
    values = {**noted, "source_contact_id": contact, "target_contact_id": [contact]}
    service.civicrm("Activity", "create", values=values)

    page = browser.get(contact_page(contact)).text

    assert "Account &lt;i&gt;made&lt;/i&gt;" in page
    assert "&lt;b&gt;New&lt;/b&gt;" in page


@pytest.mark.parametrize("asked", ["999999", "me", ""])
def test_contact_that_is_not_there_is_a_page_with_404(asked: str, visitor: Browser):
    answer = visitor.get(f"/civicrm/contact/view?cid={asked}")

    assert answer.status == 404
    assert "no such contact" in answer.text


def test_form_of_another_site_adds_nobody(service: Program, browser: Browser):
    contact = nora(service)
    group = choice(browser.get(contact_page(contact)).text, "group", "Active Members")
    body = f"cid={contact}&what=group&id={group}"

    answer = send(service.url, "POST", JOIN, body, {**FORM, "Origin": "https://elsewhere.example"})

    assert answer.status == 403
    assert not service.civicrm("GroupContact", "get", where=[["contact_id", "=", contact]])


def test_link_alone_adds_nobody(visitor: Browser):
    assert visitor.get(f"{JOIN}?cid=1&what=group&id=1").status == 403
    assert visitor.post(JOIN, cid="1", what="nothing", id="1").status == 400
