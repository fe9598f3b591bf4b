"""Mails land in the practice mailbox and can be read there."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.practice.mailbox.app import linked
from practice.browsing import JSON, Browser, Reply, send

MAIL = {"to": "Ann@example.org", "subject": "Welcome", "text": "Go to https://a.example/x?y=1."}


def put(browser: Browser, mail: object) -> Reply:
    return send(browser.url, "POST", "/mailbox/messages", json.dumps(mail), JSON)


def test_mail_put_in_is_read_back(browser: Browser) -> None:
    reply = put(browser, {**MAIL, "html": "<p>Welcome</p>"})

    mail = browser.mails("ann@EXAMPLE.org")[0]
    assert reply.status == 201
    assert mail["id"] == reply.json()["id"]
    assert (mail["subject"], mail["html"]) == ("Welcome", "<p>Welcome</p>")


def test_only_newer_mails_are_given(browser: Browser) -> None:
    first = put(browser, MAIL).json()["id"]
    second = put(browser, MAIL).json()["id"]

    newer = browser.get(f"/mailbox/messages.json?after={first}").json()

    assert [mail["id"] for mail in newer] == [second]


def test_mails_to_others_are_not_given(browser: Browser) -> None:
    put(browser, MAIL)

    assert browser.mails("bob@example.org") == []


def test_list_shows_the_newest_first(browser: Browser) -> None:
    put(browser, {**MAIL, "subject": "Older"})
    put(browser, {**MAIL, "subject": "Newer"})

    page = browser.get("/mailbox/").text

    assert page.index("Newer") < page.index("Older")


def test_links_in_a_mail_can_be_clicked(browser: Browser) -> None:
    mail_id = put(browser, MAIL).json()["id"]

    page = browser.get(f"/mailbox/{mail_id}").text

    assert '<a href="https://a.example/x?y=1">https://a.example/x?y=1</a>.' in page


def test_markup_in_a_mail_is_shown_as_text(browser: Browser) -> None:
    mail_id = put(browser, {**MAIL, "subject": "<i>", "text": "<script>x</script>"}).json()["id"]

    for page in (browser.get("/mailbox/").text, browser.get(f"/mailbox/{mail_id}").text):
        assert "<script>" not in page
        assert "&lt;i&gt;" in page


def test_html_of_a_mail_may_run_nothing(browser: Browser) -> None:
    mail_id = put(browser, {**MAIL, "html": "<script>x</script>"}).json()["id"]

    reply = browser.get(f"/mailbox/{mail_id}/html")

    assert reply.text == "<script>x</script>"
    assert reply.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize("mail", [[], {}, {**MAIL, "to": 1}, {**MAIL, "html": 1}, "x"])
def test_what_is_not_a_mail_is_refused(mail: object, visitor: Browser) -> None:
    assert put(visitor, mail).status == 400
    assert visitor.get("/mailbox/messages.json").json() == []


def test_mail_that_there_is_not_is_a_404(visitor: Browser) -> None:
    assert visitor.get("/mailbox/99").status == 404
    assert visitor.get("/mailbox/99/html").status == 404
    assert visitor.get("/mailbox/nothing").status == 404


@given(st.text())
def test_linked_text_holds_no_markup_but_links(text: str) -> None:
    shown = linked(text)

    without_links = shown.replace('<a href="', "").replace('">', "").replace("</a>", "")
    assert "<" not in without_links
    assert ">" not in without_links


@given(st.text(st.characters(exclude_characters="h")))
def test_text_without_links_is_only_escaped(text: str) -> None:
    assert linked(text).unescape() == text
