"""Every address of the application, asked for by everybody."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from latchkey.store.models import User
from latchkey.web.permissions import LEAST, May, allows, asked_of

from .conftest import Browser

SAMPLES: Mapping[str, object] = {"name": "nobody", "pk": 0, "key": "0" * 32}
ROLES = [None, *User.Role]


def views(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """The path of each view of ours, with something in the place of each argument."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from views(pattern.url_patterns, prefix + namespace)
        elif prefix == "web:":
            names = pattern.pattern.converters
            arguments = {name: SAMPLES.get(name, kind_sample(names[name])) for name in names}
            yield reverse(f"{prefix}{pattern.name}", kwargs=arguments), pattern


def kind_sample(converter: object) -> object:
    """Something that the converter of a path takes."""
    names = {"IntConverter": 0, "UUIDConverter": "00000000-0000-0000-0000-000000000000"}
    return names.get(type(converter).__name__, "nothing")


WALK = list(views(get_resolver().url_patterns))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.usefixtures("installation")
def test_each_role_opens_what_the_table_says_and_nothing_more(
    browser: Browser, role: str | None, method: str
):
    client = browser(role)
    wrong = []
    for path, pattern in WALK:
        what = asked_of(pattern.callback, method)
        if what is None:
            continue

        answer = client.generic(method, path)

        refused = answer.status_code == 403 if role else answer.url.startswith("/login/")
        if refused is (role is not None and User.Role(role) in may_roles(what)):
            wrong.append((method, path, answer.status_code))
    assert not wrong


def may_roles(what: May) -> set[User.Role]:
    """The roles of the table in product.md."""
    order = list(User.Role)
    return set(order[order.index(LEAST[what]) :])


def test_table_is_the_one_of_the_product():
    assert LEAST == {
        May.READ: User.Role.VIEWER,
        May.ACT: User.Role.OPERATOR,
        May.DECIDE: User.Role.APPROVER,
        May.ADMINISTER: User.Role.ADMINISTRATOR,
    }


def test_deactivated_person_may_nothing():
    gone = User(role=User.Role.ADMINISTRATOR, is_active=False)

    assert not any(allows(gone, what) for what in May)


def test_part_of_a_page_sends_a_logged_out_browser_to_the_login(browser: Browser):
    answer = browser(None).get("/", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"].startswith("/login/")


def test_view_that_does_not_say_who_may_open_it_is_refused():
    request = RequestFactory().get("/")

    with pytest.raises(PermissionDenied):
        asked_of(lambda _: None, request.method)
