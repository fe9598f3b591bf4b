"""My account: a member's own page."""

import pytest

from practice.browsing import Browser, Program, hidden

PAGE = "/wp-admin/profile.php"


@pytest.fixture
def member(service: Program, browser: Browser) -> Browser:
    """The browser of a member who is logged in."""
    names = {"first_name": "Mem", "last_name": "Ber"}
    service.create("member.one", password="my own secret", roles=["member"], **names)
    browser.log_in("member.one", "my own secret")
    return browser


def test_changed_names_reach_the_contact(member: Browser, service: Program) -> None:
    nonce = hidden(member.get(PAGE).text, "_wpnonce")

    page = member.post(PAGE, _wpnonce=nonce, first_name="Zoë", last_name="<b>O'Neil</b>")

    user = service.ask("GET", "/wp/v2/users?slug=member-one&context=edit").json()[0]
    where = [["first_name", "=", "Zoë"], ["last_name", "=", "O'Neil"]]
    assert "Saved." in page.text
    assert user["name"] == "Zoë O'Neil"
    assert len(service.civicrm("Contact", "get", where=where)) == 1


def test_changed_phone_number_reaches_the_contact(member: Browser, service: Program) -> None:
    nonce = hidden(member.get(PAGE).text, "_wpnonce")
    ours = {"first_name": "Mem", "last_name": "Ber"}

    member.post(PAGE, _wpnonce=nonce, phone="+31 20 555 0100", **ours)
    page = member.post(PAGE, _wpnonce=nonce, phone="+31 20 555 0199", **ours)

    where = [["phone", "=", "+31 20 555 0199"], ["is_primary", "=", True]]
    first = [["phone", "=", "+31 20 555 0100"]]
    assert 'value="+31 20 555 0199"' in page.text
    assert len(service.civicrm("Phone", "get", where=where)) == 1
    assert not service.civicrm("Phone", "get", where=first)


def test_names_are_not_changed_by_a_foreign_form(member: Browser, service: Program) -> None:
    page = member.post(PAGE, _wpnonce="guess", first_name="Mallory", last_name="")

    user = service.ask("GET", "/wp/v2/users?slug=member-one&context=edit").json()[0]
    assert "Nothing was saved." in page.text
    assert user["first_name"] == "Mem"


def test_markup_in_a_name_is_shown_as_text(member: Browser) -> None:
    nonce = hidden(member.get(PAGE).text, "_wpnonce")

    page = member.post(PAGE, _wpnonce=nonce, first_name='"><i', last_name="& co")

    assert "&#34;&gt;&lt;i" in page.text
    assert '"><i' not in page.text


def test_member_logs_out_by_the_button(member: Browser) -> None:
    nonce = hidden(member.get(PAGE).text, "_wpnonce")

    reply = member.post("/wp-login.php?action=logout", _wpnonce=nonce)

    assert reply.headers["location"] == "/wp-login.php?loggedout=true"
    assert "You are now logged out." in member.get(reply.headers["location"]).text
    assert member.get(PAGE).status == 302


def test_link_alone_logs_nobody_out(member: Browser) -> None:
    asked = member.get("/wp-login.php?action=logout")

    assert "Log out" in asked.text
    assert member.get(PAGE).status == 200


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Browser) -> None:
    cookie = visitor.log_in("admin", "practice").headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("address", ["/", "/wp-login.php", "/mailbox/"])
def test_every_page_says_that_it_is_practice(address: str, visitor: Browser) -> None:
    page = visitor.get(address)

    assert page.status == 200
    assert "Practice site." in page.text
    assert "style=" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_style_sheet_is_served_from_here(visitor: Browser) -> None:
    assert visitor.get("/practice/style.css").headers["content-type"].startswith("text/css")


def test_unknown_address_is_a_page_with_404(visitor: Browser) -> None:
    reply = visitor.get("/nothing/here")

    assert reply.status == 404
    assert reply.headers["content-type"].startswith("text/html")
