"""A new contact by the form on the contacts page of the practice CRM."""

import re
from html import escape
from urllib.parse import urlencode

import pytest

from practice.browsing import FORM, Browser, Program, send

PLACE = "/civicrm/practice"
NEW = f"{PLACE}/new"
ADA = {"first_name": "Ada", "last_name": "<b>Quill</b>", "email": "ada.quill@example.org"}


def group_called(service: Program, title: str) -> str:
    """The number of a group."""
    [group] = service.civicrm("Group", "get", select=["id"], where=[["title", "=", title]])
    return str(group["id"])


def with_address(service: Program, email: str) -> list[int]:
    """The contacts whose primary address this is."""
    where = [["email_primary.email", "=", email]]
    return [one["id"] for one in service.civicrm("Contact", "get", select=["id"], where=where)]


def test_new_contact_is_in_the_group_with_its_address(service: Program, browser: Browser):
    group = group_called(service, "Active Members")

    answer = browser.post(NEW, **ADA, group=group)

    [contact] = with_address(service, ADA["email"])
    of_hers = [["contact_id", "=", contact], ["group_id", "=", int(group)]]
    [joined] = service.civicrm("GroupContact", "get", select=["status"], where=of_hers)
    [told] = service.civicrm("SubscriptionHistory", "get", select=["status"], where=of_hers)
    assert (joined["status"], told["status"]) == ("Added", "Added")
    page = browser.get(answer.headers["location"]).text
    assert "<h1>Ada &lt;b&gt;Quill&lt;/b&gt;</h1>" in page
    assert "<li>Active Members</li>" in page


def test_new_contact_may_be_in_no_group_and_have_one_name(service: Program, browser: Browser):
    answer = browser.post(NEW, last_name=" Madonna ", email=" madonna@example.org ", group="")

    [contact] = with_address(service, "madonna@example.org")
    where = [["contact_id", "=", contact]]
    assert answer.headers["location"].endswith(f"cid={contact}")
    assert "<h1>Madonna</h1>" in browser.get(answer.headers["location"]).text
    assert not service.civicrm("GroupContact", "get", where=where)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": ""}, "Give an e-mail address."),
        ({"email": "ada.quill at example.org"}, "ada.quill at example.org is not an e-mail"),
        ({"email": "ada@example"}, "ada@example is not an e-mail address"),
        ({"email": "ada..quill@-example.org"}, "ada..quill@-example.org is not an e-mail"),
        ({"first_name": " ", "last_name": ""}, "Give a first name or a last name."),
        ({"group": "999999"}, "Choose a group of the list."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    standing: Program, visitor: Browser, typed: dict[str, str], sentence: str
):
    given = {**ADA, "group": group_called(standing, "Active Members"), **typed}

    answer = visitor.post(NEW, **given)

    assert (answer.status, sentence in answer.text) == (400, True)
    assert "<details open>" in answer.text
    for name in ADA:
        assert f'name="{name}" value="{escape(given[name].strip())}"' in answer.text
    assert f'value="{given["group"]}" selected>Active' in answer.text or "group" in typed
    assert with_address(standing, ADA["email"]) == []


def test_only_groups_that_one_can_be_added_to_are_offered(visitor: Browser):
    form = re.search(r"<details>.*?</details>", visitor.get(PLACE).text, re.DOTALL)

    assert form is not None
    assert "<summary>New contact</summary>" in form[0]
    assert ">Active Members<" in form[0]
    assert ">Everybody<" not in form[0]


def test_parent_of_groups_is_refused_as_a_group(standing: Program, visitor: Browser):
    answer = visitor.post(NEW, **ADA, group=group_called(standing, "Everybody"))

    assert answer.status == 400
    assert with_address(standing, ADA["email"]) == []


def test_form_of_another_site_makes_nobody(standing: Program, visitor: Browser):
    elsewhere = {**FORM, "Origin": "https://elsewhere.example"}

    answer = send(visitor.url, "POST", NEW, urlencode(ADA), elsewhere)

    assert answer.status == visitor.get(f"{NEW}?{urlencode(ADA)}").status == 403
    assert with_address(standing, ADA["email"]) == []
