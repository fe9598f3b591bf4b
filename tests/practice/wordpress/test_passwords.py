"""A person gets a mail, chooses a password, logs in and out."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.practice import RunningPractice
from latchkey.practice.wordpress import passwords
from latchkey.practice.wordpress.login import local
from latchkey.practice.wordpress.resets import LASTS
from practice.browsing import Browser, Program, hidden

MEMBER = "member.one"
ADDRESS = f"{MEMBER}@example.org"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def member(service: Program, browser: Browser) -> Browser:
    """The browser of a member who has asked for a reset mail."""
    service.create(MEMBER, first_name="Member", last_name="One", roles=["member"])
    browser.post("/wp-login.php?action=lostpassword", user_login=ADDRESS)
    return browser


@contextmanager
def state_of(practice: RunningPractice) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(practice.home / "practice.sqlite3", isolation_level=None)
    yield db
    db.close()


def choose(browser: Browser, link: str, password: str) -> str:
    """Fill in the set-password page; gives the page or address that follows."""
    form = browser.get(link)
    assert form.status == 200
    reply = browser.post(
        "/wp-login.php?action=resetpass",
        rp_login=hidden(form.text, "rp_login"),
        rp_key=hidden(form.text, "rp_key"),
        pass1=password,
    )
    return reply.headers.get("location", reply.text)


def test_member_chooses_a_password_and_logs_in(member: Browser) -> None:
    link = member.link_in_mail(ADDRESS)

    page = choose(member, link, "my own secret")

    logged_in = member.log_in(MEMBER, "my own secret")
    account = member.get(logged_in.headers["location"])
    assert "Your password has been reset." in page
    assert logged_in.headers["location"] == "/wp-admin/profile.php"
    assert all(text in account.text for text in (MEMBER, ADDRESS, "Member One", "member"))


def test_link_of_a_reset_mail_works_once(member: Browser) -> None:
    link = member.link_in_mail(ADDRESS)
    choose(member, link, "first")

    again = member.get(link)

    assert again.headers["location"].endswith("error=invalidkey")
    assert "appears to be invalid" in member.get(again.headers["location"]).text


def test_looking_at_the_link_does_not_use_it_up(member: Browser) -> None:
    link = member.link_in_mail(ADDRESS)
    member.get(link)

    assert "has been reset" in choose(member, link, "first")


def test_newer_mail_ends_the_older_link(member: Browser) -> None:
    older = member.link_in_mail(ADDRESS)
    member.post("/wp-login.php?action=lostpassword", user_login=MEMBER)

    assert member.get(older).status == 302
    assert "has been reset" in choose(member, member.link_in_mail(ADDRESS), "second")


def test_link_expires_after_a_day(member: Browser, practice: RunningPractice) -> None:
    with state_of(practice) as db:
        db.execute("UPDATE wp_users SET reset_asked = ?", (time.time() - LASTS - 1,))

    reply = member.get(member.link_in_mail(ADDRESS))

    assert reply.headers["location"].endswith("error=expiredkey")


def test_forged_link_is_refused(member: Browser) -> None:
    forged = member.get(f"/wp-login.php?action=rp&key=guess&login={MEMBER}")
    unknown = member.get("/wp-login.php?action=rp&key=guess&login=nobody")

    assert forged.headers["location"] == unknown.headers["location"]


def test_empty_password_is_not_taken(member: Browser) -> None:
    page = choose(member, member.link_in_mail(ADDRESS), "  ")

    assert "The password cannot be empty." in page


def test_new_password_ends_the_sessions_of_the_old_one(member: Browser) -> None:
    choose(member, member.link_in_mail(ADDRESS), "first")
    member.log_in(MEMBER, "first")
    member.post("/wp-login.php?action=lostpassword", user_login=MEMBER)

    choose(member, member.link_in_mail(ADDRESS), "second")

    assert member.get("/wp-admin/profile.php").status == 302


def test_wrong_password_does_not_log_in(visitor: Browser) -> None:
    reply = visitor.log_in("admin", "guess")

    assert reply.status == 200
    assert 'id="login_error"' in reply.text
    assert not visitor.cookies


def test_administrator_logs_in_with_either_name(visitor: Browser) -> None:
    assert visitor.log_in("ADMIN", "practice").status == 302
    assert visitor.log_in("admin@example.org", "practice").status == 302


def test_page_that_asked_for_the_log_in_is_shown_after_it(visitor: Browser) -> None:
    asked = visitor.get("/wp-admin/profile.php")
    form = visitor.get(asked.headers["location"])

    reply = visitor.log_in("admin", "practice", redirect_to=hidden(form.text, "redirect_to"))

    assert reply.headers["location"] == "/wp-admin/profile.php"


@pytest.mark.parametrize(
    "target", ["https://example.com/", "//example.com", "/\\example.com", "javascript:x", "/a\r\nb"]
)
def test_nobody_is_sent_to_another_site(target: str) -> None:
    assert local(target) == ""


@settings(max_examples=30)
@given(TEXTS, TEXTS)
def test_hash_matches_its_password_alone(password: str, other: str) -> None:
    kept = passwords.hashed(password)

    assert passwords.matches(password, kept)
    assert password == other or not passwords.matches(other, kept)
