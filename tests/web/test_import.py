"""A file is taken in by the browser, and said what it holds."""

import re

import pytest
from django.test import Client

from latchkey.store.models import Import, User
from latchkey.web.uploads import AROUND, MOST_BYTES
from service.conftest import Workplace
from service.importing.malformed import MALFORMED

from .conftest import Browser
from .importing import HELD, Clerk
from .reading import text


def test_columns_are_shown_with_what_the_first_people_have(clerk: Clerk):
    one = clerk.upload()

    page = clerk.client.get(f"/imports/{one.pk}/shape/").content.decode()

    assert "Zoe · Abel · Nomail" in page
    assert '<option value="email_primary.email" selected>' in page
    assert "zoe@example.org" in text(clerk.client.get(f"/imports/{one.pk}/shape/"))


def test_mapping_by_hand_is_remembered_for_the_next_file(clerk: Clerk):
    content = b"Wohin,Wer\nzoe@example.org,Zoe\n"
    held = ("email_primary.email", "nick_name")
    clerk.ready(content, held=held, username="{contact.nick_name}")

    again = clerk.upload(b"Wer,Wohin\nAbel,abel@example.org\n")

    page = clerk.client.get(f"/imports/{again.pk}/shape/").content.decode()
    assert page.index('value="nick_name" selected') < page.index('"email_primary.email" selected')


@pytest.mark.parametrize(
    ("held", "given", "sentence"),
    [
        (("", "first_name", "last_name", ""), {}, "No column holds the e-mail address"),
        (HELD[:3] + HELD[:1], {}, "The column “E-Mail” holds this already."),
        (HELD, {"crm": "main"}, "No column holds the Contact ID"),
        (HELD, {"username": "{column.Nick}"}, 'A pattern names the column "Nick"'),
        (HELD, {"roles": "administrator"}, "Administrator is privileged"),
        (HELD, {"username": "{contact.hash}"}, "token is refused, because whoever"),
        (HELD, {"site": "elsewhere"}, "elsewhere is not one of the available choices"),
    ],
)
def test_what_stands_against_an_import_is_said_beside_its_field(
    clerk: Clerk, held: tuple[str, ...], given: dict[str, str], sentence: str
):
    one = clerk.upload()

    answer = clerk.shape(one, held, **given)

    assert answer.status_code == 200
    assert sentence in text(answer)
    assert clerk.fresh(one).state == Import.State.UPLOADED


def test_usernames_are_previewed_while_the_pattern_is_typed(clerk: Clerk):
    one = clerk.upload()
    typed = {f"column_{number}": what for number, what in enumerate(HELD)}

    def shown(pattern: str) -> str:
        given = {**typed, "site": "www", "username": pattern}
        return text(clerk.client.post(f"/imports/{one.pk}/-/username/", given))

    assert "Zoe Novak Zoe-M-1" in shown("{contact.first_name}-{column.Member No.}")
    assert "has no usable address" in shown("{contact.first_name}")
    assert "names the column" in shown("{column.Nick}")


def test_first_line_may_be_said_to_be_a_person(clerk: Clerk):
    one = clerk.upload(b"zoe@example.org,Zoe\nabel@example.org,Abel\n", first_line="yes")
    assert clerk.fresh(one).has_headings

    clerk.act(one, "head", {"first_line": "no"})

    page = text(clerk.client.get(f"/imports/{one.pk}/shape/"))
    assert "Column 1" in page
    assert "2 people." in page


def test_password_column_is_warned_of_and_never_shown(clerk: Clerk):
    content = b"Email,Name,Password\nzoe@example.org,Zoe,Hunter-22-Hunter\n"
    one = clerk.upload(content)

    shaping = text(clerk.client.get(f"/imports/{one.pk}/shape/"))
    clerk.shape(one, ("email_primary.email", "nick_name", "password"), username="{contact.email}")
    clerk.work()
    planned = text(clerk.page(one))

    assert "The file brings passwords along." in shaping
    assert "The file brings passwords along." in planned
    assert "Hunter" not in shaping + planned


@pytest.mark.parametrize(("content", "sentence"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_file_is_refused_with_its_line(clerk: Clerk, content: bytes, sentence: str):
    answer = clerk.send(content)

    assert answer.status_code == 200
    assert re.search(sentence, text(answer))
    assert not Import.objects.exists()


def test_file_of_one_gigabyte_is_refused_before_it_is_read(clerk: Clerk):
    answer = clerk.client.post("/imports/new/", b"x", "text/plain", CONTENT_LENGTH=str(2**30))

    assert answer.status_code == 413
    assert "The file is too large: at most 256 MB can be read." in text(answer)


def test_largest_file_is_said_to_the_browser(clerk: Clerk):
    page = clerk.client.get("/imports/new/").content.decode()

    assert f'data-most-bytes="{MOST_BYTES}"' in page
    assert AROUND < MOST_BYTES


def test_form_of_another_site_is_refused(practising: Workplace, browser: Browser):
    clerk = Clerk(Client(enforce_csrf_checks=True), practising)
    clerk.client.cookies = browser(User.Role.OPERATOR).cookies

    assert clerk.send().status_code == 403
    assert not Import.objects.exists()
