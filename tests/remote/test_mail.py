"""What becomes of a mail that is handed to a mail server, and who gets it."""

import pytest

from latchkey.remote.errors import RejectedError, RemoteError, TransientError, UnknownOutcome
from latchkey.remote.mail import Mail, Smtp
from remote.mailserver import MailServer, mail_server


def send(server: MailServer, to: str = "ada@example.org", text: str = "Hello", **more: str) -> None:
    url = f"smtp://127.0.0.1:{server.port}"
    Smtp(url, "Latchkey <no-reply@example.org>", timeout=2).send(
        Mail(to, more.get("subject", "Your account"), text)
    )


@pytest.mark.parametrize("farewell", ["421 too slow", "500 what?", ""])
def test_mail_that_was_taken_is_sent_however_the_server_says_goodbye(farewell: str) -> None:
    with mail_server(QUIT=farewell) as server:
        send(server)

    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"RCPT": "550 no such person"}, RejectedError),
        ({"RCPT": "451 greylisted, come again"}, TransientError),
        ({"MAIL": "530 log in first"}, TransientError),
        ({"end": "554 no such person"}, RejectedError),
        ({"end": "452 no room"}, TransientError),
        ({"end": ""}, UnknownOutcome),
    ],
)
def test_refusal_for_now_is_told_from_one_for_good(
    answers: dict[str, str], kind: type[RemoteError]
) -> None:
    with mail_server(**answers) as server, pytest.raises(RemoteError) as caught:
        send(server)

    assert type(caught.value) is kind


@pytest.mark.parametrize("password", ["wrong", "fal%C5%A1"])
def test_log_in_that_fails_leaves_no_conversation_open(password: str) -> None:
    greeting = "250-here\r\n250 AUTH PLAIN LOGIN"
    mail = Mail("ada@example.org", "Hi", "Hello")

    # The server waits at its end for every conversation that is still open.
    with mail_server(EHLO=greeting, AUTH="535 who are you?") as server:
        smtp = Smtp(f"smtp://ada:{password}@127.0.0.1:{server.port}", "no-reply@example.org")
        with pytest.raises(TransientError, match="cannot be used"):
            smtp.send(mail)

    assert server.mails == []


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org, eve@example.org",
        "ada;eve@example.org",
        "ada,eve@example.org",
        "ada@example.org\nBcc: eve@example.org",
        "Ada <ada@example.org>",
        "ada",
        "",
    ],
)
def test_text_that_is_not_one_address_gets_no_mail(address: str) -> None:
    with mail_server() as server, pytest.raises(RejectedError):
        send(server, address)

    assert server.recipients == []


@pytest.mark.parametrize(
    "address", ['"ada,eve"@example.org', "o'neil@example.org", "ada..b@example.org"]
)
def test_address_with_marks_in_it_is_one_person(address: str) -> None:
    with mail_server() as server:
        send(server, address)

    assert server.recipients == [address]


def test_address_that_the_server_cannot_write_is_refused() -> None:
    with mail_server() as server, pytest.raises(RejectedError, match="jürgen@example"):
        send(server, "jürgen@example.org")


def test_subject_stays_one_line() -> None:
    with mail_server() as server:
        send(server, subject="Hello\r\nBcc: eve@example.org\u2028Ada")

    assert b"\r\nBcc:" not in server.mails[0]


def test_text_in_other_letters_travels_in_seven_bits() -> None:
    with mail_server() as server:
        send(server, text="Grüße\n")

    assert server.mails[0].isascii()
