"""Connections in the browser: made, tested, paused, and never showing a credential."""

import re

import pytest
from django.test import Client

from latchkey.remote.errors import SiteError
from latchkey.service.installation import Installation
from latchkey.sites import table
from latchkey.store import connections
from latchkey.store.models import Connection, Pause, SettingChange

from .conftest import BrowsedCrm
from .reading import pressed, text

SITE = {
    "name": "learn",
    "url": "https://learn.example.org",
    "username": "latchkey",
    "password": "words that nobody may see",
    "users_to_contacts": "match",
    "email_changes": "off",
    "connections": "4",
}
CRM = {"url": "https://crm.example.org", "connections": "8"}


@pytest.mark.usefixtures("installation")
def test_crm_is_connected_with_its_key_sealed(administrator: Client, installation: Installation):
    answer = administrator.post(
        "/connections/crm/-/new/", {**CRM, "name": "main", "api_key": "top-secret"}
    )

    row = Connection.objects.get(name="main")
    assert answer.url == "/connections/crm/main/?saved"
    assert connections.unseal(row, installation.keyring)["api_key"].reveal() == "top-secret"
    assert "top-secret" not in str(row.sealed)


@pytest.mark.usefixtures("members")
def test_empty_credential_keeps_what_is_stored(administrator: Client, installation: Installation):
    administrator.post("/connections/crm/main/edit/", CRM)

    row = Connection.objects.get(name="main")
    assert row.url == "https://crm.example.org"
    assert connections.unseal(row, installation.keyring)["api_key"].reveal() == "a-key-of-the-crm"


@pytest.mark.usefixtures("members")
def test_pace_of_mails_is_set_shown_and_taken_away(administrator: Client):
    form, kept = "/connections/site/www/edit/", {**SITE, "password": ""}
    administrator.post(form, {**kept, "mails_per_minute": "30"})
    paced = Connection.objects.get(name="www").mails_per_minute
    page = administrator.get(form).content.decode()

    administrator.post(form, kept)

    assert paced == 30
    assert 'name="mails_per_minute" value="30"' in page
    assert Connection.objects.get(name="www").mails_per_minute is None


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize("page", ["", "edit/"])
def test_no_page_shows_a_credential(administrator: Client, page: str):
    crm = administrator.get(f"/connections/crm/main/{page}").content.decode()
    site = administrator.get(f"/connections/site/www/{page}").content.decode()

    assert "a-key-of-the-crm" not in crm
    assert "a password of the site" not in site


@pytest.mark.usefixtures("members")
def test_change_is_written_down_with_its_author(administrator: Client):
    administrator.post("/connections/crm/main/edit/", {**CRM, "api_key": "another-key"})

    written = {row.what: (row.by, row.after) for row in SettingChange.objects.all()}
    assert written["crm.main.url"] == ("the administrator", "https://crm.example.org")
    assert written["crm.main.api_key"] == ("the administrator", "a new value")


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize("written", ["env:HOME", "file:/etc/hostname"])
def test_reference_into_the_host_is_refused(administrator: Client, written: str):
    answer = administrator.post(
        "/connections/site/-/new/?kind=wordpress", SITE | {"password": written}
    )

    assert "type the credential itself" in text(answer)
    assert not Connection.objects.filter(name="learn").exists()


@pytest.mark.usefixtures("members")
def test_site_is_connected_by_the_form_of_its_kind(administrator: Client):
    administrator.post("/connections/site/-/new/?kind=wordpress", SITE)

    row = Connection.objects.get(name="learn")
    assert (row.kind, row.settings["username"]) == ("wordpress", "latchkey")


def test_choice_of_kinds_shows_what_each_can_do(administrator: Client):
    page = administrator.get("/connections/site/-/new/")

    shown = text(page)
    for row in table.rows():
        cells = [row.label, *row.cells]
        assert re.search(r"\s+".join(map(re.escape, cells)), shown), row.kind


@pytest.mark.usefixtures("members")
def test_what_is_wrong_stands_beside_its_field(administrator: Client):
    answer = administrator.post(
        "/connections/site/-/new/?kind=wordpress", SITE | {"url": "ftp://x", "username": ""}
    )

    assert answer.context["form"].errors.keys() == {"username"} or "url" in (
        answer.context["form"].errors
    )
    assert not Connection.objects.filter(name="learn").exists()


@pytest.mark.usefixtures("members")
def test_command_of_a_site_is_shown_and_cannot_be_typed(administrator: Client):
    page = administrator.get("/connections/site/-/new/?kind=drupal7")

    assert "come from its configuration file only" in text(page)
    assert 'name="command"' not in page.content.decode()


@pytest.mark.usefixtures("members")
def test_command_that_is_posted_all_the_same_is_not_taken(administrator: Client):
    administrator.post(
        "/connections/site/-/new/?kind=drupal7", SITE | {"command": "touch /tmp/x", "root": "/"}
    )

    assert not Connection.objects.filter(name="learn").exists()


@pytest.mark.usefixtures("members")
def test_test_says_what_is_missing(administrator: Client, browsed_crm: BrowsedCrm):
    browsed_crm.failure = SiteError("The API key was refused. Make a new one.")

    answer = administrator.post("/connections/crm/main/test/", headers={"HX-Request": "true"})

    assert "The API key was refused. Make a new one." in text(answer)
    assert "something is missing" in text(answer)


@pytest.mark.usefixtures("members")
def test_sound_connection_works_again_after_a_test(administrator: Client):
    Connection.objects.filter(name="main").update(paused_reason="It was down.")

    administrator.post("/connections/crm/main/test/")

    assert "It was down." not in text(administrator.get("/connections/crm/main/"))


@pytest.mark.usefixtures("members")
def test_pause_is_one_click_and_so_is_going_on(administrator: Client):
    pressed(administrator, "/connections/site/www/")
    paused = Pause.objects.filter(connection__name="www").exists()
    pressed(administrator, "/connections/site/www/")

    assert paused
    assert not Pause.objects.exists()


@pytest.mark.usefixtures("members")
def test_pause_that_is_pressed_twice_stays_a_pause(administrator: Client):
    administrator.post("/connections/site/www/pause/", {"to": "pause"})
    administrator.post("/connections/site/www/pause/", {"to": "pause"})

    assert Pause.objects.filter(connection__name="www").exists()


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize("role", Connection.Role)
def test_pause_is_about_the_connection_that_the_page_shows(administrator: Client, role: str):
    Connection.objects.update(name="members")

    administrator.post(f"/connections/{role}/members/pause/", {"to": "pause"})

    pause = Pause.objects.select_related("connection").get()
    assert pause.connection is not None
    assert pause.connection.role == role


@pytest.mark.usefixtures("members")
def test_connection_in_use_is_not_removed(administrator: Client):
    answer = administrator.post("/connections/site/www/remove/", follow=True)

    assert "it is used by rule members" in text(answer)
    assert Connection.objects.filter(name="www").exists()


@pytest.mark.slow
def test_practice_crm_is_found_sound(administrator: Client, practising):
    answer = administrator.post(
        f"/connections/crm/{practising.crm.name}/test/", headers={"HX-Request": "true"}
    )

    assert "All is there that Latchkey needs" in text(answer)
    assert 'Permission "administer CiviCRM"' in text(answer)


@pytest.mark.usefixtures("members")
def test_secrets_of_the_webhook_are_typed_and_never_shown(
    administrator: Client, installation: Installation
):
    typed = {"hook_secret": "whsec_c2VjcmV0IG9mIHRoZSBob29r", "hook_token": "a-token-of-the-hook"}

    administrator.post("/connections/crm/main/edit/", CRM | typed)
    page = administrator.get("/connections/crm/main/edit/").content.decode()

    kept = connections.unseal(Connection.objects.get(name="main"), installation.keyring)
    assert {name: kept[name].reveal() for name in typed} == typed
    assert not any(secret in page for secret in typed.values())
