"""A mail of ours is seen before anybody gets it, with the tokens of a real contact."""

import pytest
from django.test import Client

from latchkey.store.models import User

from .conftest import Browser
from .forms import RULE
from .importing import GIVEN, HELD, Clerk
from .reading import read, text

MAIL = {
    "notify": "both",
    "telling_subject": "{contact.first_name}, your login for {site.name}",
    "telling_text": "Dear {contact.first_name},\r\n{account.username}\r\n{account.link}",
    "telling_html": '<p style="color:red">Dear {contact.last_name}</p>',
}


@pytest.mark.usefixtures("members")
def test_mail_is_shown_beside_the_rule_while_it_is_typed(administrator: Client):
    answer = administrator.post("/rules/-/typing/", RULE | MAIL)

    assert "Ana, your login for example.org" in text(answer)
    assert "Dear Ana, Nunez https://www.example.org/choose-a-password" in text(answer)
    assert b'formaction="/rules/-/letter/"' in answer.content


@pytest.mark.usefixtures("members")
def test_mail_is_shown_as_text_and_with_its_design(administrator: Client):
    answer = administrator.post("/rules/-/letter/", RULE | MAIL)

    page = answer.content.decode()
    assert "Ana, your login for example.org" in text(answer)
    assert 'srcdoc="&lt;p style=&quot;color:red&quot;&gt;Dear Nunez&lt;/p&gt;"' in page
    assert '<iframe class="letter-frame" sandbox title=' in page
    assert not read(answer).inline


@pytest.mark.usefixtures("members")
def test_styles_count_on_the_page_of_the_mail_alone(administrator: Client):
    mail = administrator.post("/rules/-/letter/", RULE | MAIL)
    form = administrator.get("/rules/-/new/")

    assert "'unsafe-inline'" in mail.headers["Content-Security-Policy"]
    assert "script-src" not in mail.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in form.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"telling_text": "{contact.checksum}"}, "token is refused"),
        ({"notify": "site"}, "Only the site writes to the person"),
        ({"groups": ""}, "Your login for example.org"),
    ],
)
def test_what_cannot_be_shown_is_said(administrator: Client, typed: dict[str, str], sentence: str):
    given = RULE | {"notify": "latchkey"} | typed

    assert sentence in text(administrator.post("/rules/-/letter/", given))


def test_mail_of_an_import_is_shown_for_its_first_person(clerk: Clerk):
    one = clerk.upload()
    columns = {f"column_{number}": what for number, what in enumerate(HELD)}

    answer = clerk.client.post(f"/imports/{one.pk}/-/letter/", {**GIVEN, **columns, **MAIL})

    assert "zoe@example.org" in text(answer)
    assert "Zoe, your login for 127.0.0.1:" in text(answer)


def test_mail_is_not_shown_to_who_may_not_write_the_rule(browser: Browser):
    answer = browser(User.Role.OPERATOR).post("/rules/-/letter/", RULE | MAIL)

    assert answer.status_code == 403
