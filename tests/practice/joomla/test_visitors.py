"""A member's way through the practice Joomla: mail, link, password, log-in."""

import re

import pytest

from latchkey.practice import database
from latchkey.practice.mailbox import messages
from practice.browsing import Browser, Reply
from practice.joomla import lab

RESET = "/index.php?option=com_users&view=reset"
TASK = "/index.php?option=com_users&task={}"
NEW = "A-Brand-New-Password-1"


class Visitor(Browser):
    """A browser that sends the hidden field of the form it has just been shown."""

    def form(self, address: str, task: str, **fields: str) -> Reply:
        found = re.search(r'name="([0-9a-f]{32})"', self.get(address).text)
        assert found is not None
        named = {f"jform[{name}]": value for name, value in fields.items()}
        return self.post(TASK.format(task), **{found[1]: "1", **named})

    def log_in_as(self, username: str, password: str) -> str:
        found = re.search(
            r'name="([0-9a-f]{32})"', self.get("/index.php?option=com_users&view=login").text
        )
        assert found is not None
        fields = {found[1]: "1", "username": username, "password": password}
        return self.post(TASK.format("user.login"), **fields).text


@pytest.fixture
def visitor(joomla: str) -> Visitor:
    with database.transaction() as db:
        lab.alice(db)
    return Visitor(joomla)


def ask(visitor: Visitor, email: str = "alice@example.org") -> Reply:
    return visitor.form(RESET, "reset.request", email=email)


def link(visitor: Visitor) -> str:
    text = messages.after(database.connection())[-1].text
    found = re.search(r"http\S+", text)
    assert found is not None
    return found[0].removeprefix(visitor.url)


def test_member_chooses_a_password_by_the_link_and_logs_in(visitor: Visitor) -> None:
    ask(visitor)
    address = link(visitor)
    code = address.rpartition("token=")[2]

    confirmed = visitor.form(address, "reset.confirm", username="alice", token=code)
    chosen = visitor.form(
        confirmed.headers["location"], "reset.complete", password1=NEW, password2=NEW
    )

    assert (confirmed.status, chosen.status) == (303, 303)
    assert "Hello Test alice" in visitor.log_in_as("alice", NEW)
    assert "do not match" in visitor.log_in_as("alice", lab.PASSWORD)


def test_link_works_once(visitor: Visitor) -> None:
    ask(visitor)
    address = link(visitor)
    code = address.rpartition("token=")[2]
    visitor.form(address, "reset.confirm", username="alice", token=code)
    visitor.form(f"{RESET}&layout=complete", "reset.complete", password1=NEW, password2=NEW)

    again = visitor.form(address, "reset.confirm", username="alice", token=code)

    assert again.status == 200
    assert "User not found" in again.text


@pytest.mark.parametrize(
    ("username", "code"), [("alice", "0" * 32), ("nobody", ""), ("svc_reg", "")]
)
def test_wrong_code_confirms_nobody(username: str, code: str, visitor: Visitor) -> None:
    ask(visitor)

    refused = visitor.form(link(visitor), "reset.confirm", username=username, token=code)

    assert "User not found" in refused.text


@pytest.mark.parametrize(("first", "second"), [("short", "short"), (NEW, "another")])
def test_bad_choice_of_a_password_is_told(first: str, second: str, visitor: Visitor) -> None:
    ask(visitor)
    address = link(visitor)
    code = address.rpartition("token=")[2]
    visitor.form(address, "reset.confirm", username="alice", token=code)

    refused = visitor.form(
        f"{RESET}&layout=complete", "reset.complete", password1=first, password2=second
    )

    assert refused.status == 200
    assert "notice" in refused.text


def test_form_without_its_hidden_field_is_refused(visitor: Visitor) -> None:
    visitor.get(RESET)

    refused = visitor.post(TASK.format("reset.request"), **{"jform[email]": "alice@example.org"})

    assert refused.status == 403
    assert messages.after(database.connection()) == []


def test_nobody_chooses_a_password_without_a_code(visitor: Visitor) -> None:
    sent = visitor.form(RESET, "reset.complete", password1=NEW, password2=NEW)

    assert sent.headers["location"].endswith("layout=confirm")
    assert "do not match" in visitor.log_in_as("alice", NEW)


def test_eleventh_request_within_an_hour_sends_nothing(visitor: Visitor) -> None:
    answers = [ask(visitor) for _ in range(11)]

    assert {one.status for one in answers} == {303}
    assert len(messages.after(database.connection())) == 10


def test_count_begins_again_after_an_hour(visitor: Visitor) -> None:
    with database.transaction() as db:
        db.execute(
            "UPDATE joomla_users SET reset_count = 10, last_reset = '2020-01-01 00:00:00'"
            " WHERE username = 'alice'"
        )

    ask(visitor)

    assert len(messages.after(database.connection())) == 1


def test_mail_that_could_not_be_sent_leads_back_to_the_form(visitor: Visitor) -> None:
    with database.transaction() as db:
        lab.turn(db, mail_transport=False)

    sent = ask(visitor)

    assert "layout=confirm" not in sent.headers["location"]


@pytest.mark.parametrize("address", ["/nowhere", "/index.php?option=com_users&view=nothing"])
def test_page_that_is_not_there_is_not_found(address: str, visitor: Visitor) -> None:
    assert visitor.get(address).status == 404


def test_front_page_leads_to_the_mailbox(visitor: Visitor) -> None:
    assert "/mailbox/" in visitor.get("/").text
    assert visitor.get("/mailbox/").status == 200
