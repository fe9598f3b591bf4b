"""The first start, logging in, and the users of Latchkey."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from latchkey.store.models import SettingChange, User
from latchkey.web.first_start import A_DAY, link

from .conftest import Browser
from .reading import text

FIRST = {
    "username": "maria",
    "email": "maria@example.org",
    "password": "seven purple kettles",
    "again": "seven purple kettles",
}
USER = {"username": "jo", "email": "jo@example.org", "role": "operator", "digest": "on"}


def token() -> str:
    """The token that the terminal shows."""
    return link("http://127.0.0.1:8000").split("token=")[1]


@pytest.mark.django_db
@pytest.mark.usefixtures("installation")
def test_link_of_the_terminal_makes_the_first_administrator(client: Client):
    answer = client.post("/start/", {**FIRST, "token": token()}, follow=True)

    maria = User.objects.get()
    assert maria.role == User.Role.ADMINISTRATOR
    assert maria.check_password("seven purple kettles")
    assert answer.redirect_chain == [("/setup/", 302)]
    assert "Connect the CRM" in text(answer)


@pytest.mark.django_db
@pytest.mark.usefixtures("installation")
def test_link_is_used_up_by_the_first(client: Client):
    given = token()
    client.post("/start/", {**FIRST, "token": given})

    Client().post("/start/", {**FIRST, "username": "eve", "token": given})

    assert list(User.objects.values_list("username", flat=True)) == ["maria"]
    assert link("http://127.0.0.1:8000") is None


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "forged", "another"])
def test_nobody_begins_without_the_link(client: Client, given: str):
    given = signing.dumps("x", salt=given) if given == "another" else given

    answer = client.post("/start/", {**FIRST, "token": given})

    assert answer.status_code == 403
    assert not User.objects.exists()


@pytest.mark.django_db
def test_link_is_good_for_a_day(client: Client, monkeypatch: pytest.MonkeyPatch):
    given = token()
    later = timezone.now() + timedelta(seconds=A_DAY + 60)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)

    answer = client.post("/start/", {**FIRST, "token": given})

    assert answer.status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"again": "different words"}, {"password": "short", "again": "short"}]
)
def test_weak_or_mistyped_password_is_refused(client: Client, wrong: dict[str, str]):
    client.post("/start/", {**FIRST, **wrong, "token": token()})

    assert not User.objects.exists()


@pytest.mark.django_db
def test_login_says_where_to_begin_while_nobody_is_there(client: Client):
    assert "the terminal shows a link" in text(client.get("/login/"))


@pytest.mark.usefixtures("installation")
def test_person_logs_in_and_is_led_back(browser: Browser):
    User.objects.create_user("maria", password="seven purple kettles", role="viewer")
    client = browser(None)

    answer = client.post(
        "/login/", {"username": "maria", "password": "seven purple kettles", "next": "/rules/"}
    )

    assert answer.url == "/rules/"


@pytest.mark.usefixtures("installation")
def test_login_leads_to_no_other_host(browser: Browser):
    User.objects.create_user("maria", password="seven purple kettles")

    answer = browser(None).post(
        "/login/",
        {"username": "maria", "password": "seven purple kettles", "next": "https://evil.example"},
    )

    assert answer.url == "/"


def test_guessing_passwords_is_stopped(browser: Browser):
    User.objects.create_user("maria", password="seven purple kettles")
    client = browser(None)
    for _ in range(8):
        client.post("/login/", {"username": "maria", "password": "guess"})

    answer = client.post("/login/", {"username": "maria", "password": "seven purple kettles"})

    assert answer.status_code == 429
    assert "Too many attempts" in text(answer)


def test_new_user_chooses_a_password_by_a_link(administrator: Client):
    page = administrator.post("/users/new/", USER).content.decode()
    place = re.search(r"http://testserver(/choose/[^\"]+)", page)[1]
    client = Client()
    form = client.get(place, follow=True)
    words = "nine quiet lanterns"
    client.post(form.request["PATH_INFO"], {"new_password1": words, "new_password2": words})

    jo = User.objects.get(username="jo")
    assert jo.check_password(words)
    assert (jo.role, jo.digest, jo.at_once) == ("operator", True, False)
    assert "used up" in text(Client().get(place))


def test_last_administrator_stays_one(administrator: Client):
    me = User.objects.get(username="the administrator")

    answer = administrator.post(f"/users/{me.pk}/", {"role": "viewer", "is_active": "on"})

    me.refresh_from_db()
    assert "Nobody could administer" in text(answer)
    assert me.role == User.Role.ADMINISTRATOR


def test_deactivated_user_is_out_at_once(administrator: Client, browser: Browser):
    client = browser("operator")
    them = User.objects.get(username="the operator")

    administrator.post(f"/users/{them.pk}/", {"role": "operator"})

    assert client.get("/rules/").url.startswith("/login/")


def test_what_was_changed_about_a_user_is_written_down(administrator: Client, browser: Browser):
    browser("operator")
    them = User.objects.get(username="the operator")

    administrator.post(f"/users/{them.pk}/", {"role": "approver", "is_active": "on"})

    row = SettingChange.objects.get()
    assert (row.by, row.what) == ("the administrator", "user the operator.role")
    assert (row.before, row.after) == ("operator", "approver")


def test_everybody_chooses_their_own_mails_and_nothing_else(browser: Browser):
    browser("viewer").post(
        "/mails/", {"email": "v@example.org", "digest": "on", "role": "administrator"}
    )

    them = User.objects.get(username="the viewer")
    assert (them.email, them.digest, them.role) == ("v@example.org", True, "viewer")


def test_everybody_changes_their_own_password(browser: Browser):
    client = browser("viewer")
    them = User.objects.get(username="the viewer")
    them.set_password("seven purple kettles")
    them.save()
    client.force_login(them, backend="django.contrib.auth.backends.ModelBackend")
    new = "nine quiet lanterns"

    client.post(
        "/password/",
        {"old_password": "seven purple kettles", "new_password1": new, "new_password2": new},
    )

    them.refresh_from_db()
    assert them.check_password(new)


def test_address_that_is_longer_than_mail_knows_is_refused(browser: Browser):
    longest = f"{'v' * 64}@{'w' * 63}.{'x' * 63}.{'y' * 63}.org"

    answer = browser("viewer").post("/mails/", {"email": longest})

    assert "at most 254 characters" in text(answer)
    assert not User.objects.get(username="the viewer").email
