"""What holds for every page: nothing inline, nothing from elsewhere, labels and headings."""

import re

import pytest
from django.test import Client

from latchkey.store.models import Connection, Rule

from .pages import PAGES
from .reading import read, text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("members")
def test_page_is_whole_by_itself(administrator: Client, page: str):
    answer = administrator.get(page)

    found = read(answer)
    assert answer.status_code == 200
    assert not found.inline
    assert all(place.startswith("/static/") for place in found.loaded)
    assert len(found.ids) == len(set(found.ids))
    assert answer.content.count(b"<h1") == 1


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("members")
def test_every_field_has_a_label(administrator: Client, page: str):
    html = administrator.get(page).content.decode()

    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", html)
    seen = [field for field in fields if 'type="hidden"' not in field]
    labelled = set(re.findall(r'<label[^>]*for="([^"]+)"', html))
    wrong = [field for field in seen if not _is_named(field, labelled, html)]
    assert not wrong


def _is_named(field: str, labelled: set[str], html: str) -> bool:
    found = re.search(r'\bid="([^"]+)"', field)
    return "aria-label" in field or (found and found[1] in labelled) or f">{field}" in html


def test_policy_lets_nothing_from_elsewhere_in(administrator: Client):
    policy = administrator.get("/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("name", ["vendor/bootstrap.min.css", "vendor/htmx.min.js", "web/theme.js"])
def test_what_pages_load_is_served_by_ourselves(client: Client, name: str):
    answer = client.get(f"/static/{name}")

    assert answer.status_code == 200
    assert len(answer.getvalue()) > 100


def test_unknown_page_leads_back(administrator: Client):
    answer = administrator.get("/rules/nobody/")

    assert answer.status_code == 404
    assert "There is nothing here" in text(answer)


def test_role_that_does_not_suffice_is_told_so(browser):
    answer = browser("viewer").get("/users/")

    assert answer.status_code == 403
    assert "Your role does not allow this" in text(answer)


@pytest.mark.parametrize("page", ["/login/", "/welcome"])
@pytest.mark.django_db
def test_form_of_an_old_page_is_refused_with_what_to_do(page: str):
    answer = Client(enforce_csrf_checks=True).post(page, {"username": "maria"})

    assert answer.status_code == 403
    assert "load the page again" in text(answer)
    assert not read(answer).inline


@pytest.mark.parametrize("place", ["rules", "connections/crm", "connections/site"])
def test_what_is_called_new_has_a_page_of_its_own(administrator: Client, members: Rule, place: str):
    Connection.objects.update(name="new")
    Rule.objects.filter(pk=members.pk).update(name="new")

    page = administrator.get(f"/{place}/new/")

    assert "<h1>new " in page.content.decode()
