"""Every error that a real CiviCRM was seen to give becomes the error that says what to do next."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pytest_httpserver import HTTPServer

from crm.outcomes import MEANT
from crm.recorded import Recording, recording, recordings
from latchkey.remote.call import Limits
from latchkey.remote.civicrm.answers import Duplicate, PermissionLacking
from latchkey.remote.civicrm.api import Api, Call
from latchkey.remote.civicrm.reading import is_read
from latchkey.remote.doors import Doors
from latchkey.remote.errors import (
    RemoteError,
    SiteError,
)

ERRORS = [one for one in recordings() if one.is_error]


@pytest.fixture
def api(httpserver: HTTPServer) -> Iterator[Api]:
    limits = Limits(answer=5, tries=1)
    api = Api(Doors(limits=limits).http(httpserver.url_for(""), is_read=is_read))
    yield api
    api.close()


def answer(httpserver: HTTPServer, path: str, told: Recording) -> None:
    httpserver.expect_request(path).respond_with_data(
        told.body, told.status, content_type=told.content_type
    )


def outcomes(api: Api, told: Recording) -> list[object]:
    """What comes of making the recorded request."""
    route = urlsplit(told.target).path
    if route.endswith("authx/id"):
        return [api.who_am_i()]
    if route.endswith("/api4"):
        return list(api.calls(_calls(told)))
    entity, action = route.split("/")[-2:] if "api4" in route else ("Contact", "get")
    return [api.call(entity, action)]


def _calls(told: Recording) -> list[Call]:
    body = told.json
    count = len(body) if isinstance(body, dict) and "error_message" not in body else 1
    return [Call("User", "get")] * count


def test_no_recorded_error_is_without_a_meaning() -> None:
    assert {one.label for one in ERRORS} == MEANT.keys()


@pytest.mark.parametrize("told", ERRORS, ids=lambda told: told.label)
def test_recorded_error_becomes_the_error_that_says_what_to_do(
    httpserver: HTTPServer, api: Api, told: Recording
) -> None:
    if not told.target.endswith("authx/id"):
        answer(httpserver, "/civicrm/authx/id", recording("civicrm/authx-id"))
    answer(httpserver, urlsplit(told.target).path, told)

    try:
        found = outcomes(api, told)[-1]
    except RemoteError as error:
        found = error

    assert type(found) is MEANT[told.label], found
    assert "PLACEHOLDER" not in str(found)


@pytest.mark.parametrize(
    "label",
    [
        "civicrm-drupal7/authx_id_anonymous",
        "standalone/authx_id_anonymous",
        "standalone-6.12/authx_id_anonymous",
    ],
)
def test_being_taken_for_nobody_is_an_error(httpserver: HTTPServer, api: Api, label: str) -> None:
    answer(httpserver, "/civicrm/authx/id", recording(label))

    with pytest.raises(SiteError, match="anonymous visitor"):
        api.who_am_i()


def test_a_guard_that_is_not_met_names_the_permission(httpserver: HTTPServer, api: Api) -> None:
    answer(httpserver, "/civicrm/authx/id", recording("standalone/err_key_of_contact_without_user"))

    with pytest.raises(PermissionLacking, match='"authenticate with api key"'):
        api.who_am_i()


def test_debug_output_of_an_error_is_not_repeated(httpserver: HTTPServer, api: Api) -> None:
    answer(httpserver, "/civicrm/authx/id", recording("civicrm/authx-id"))
    told = recording("standalone/err_user_create_duplicate_email_debug")
    answer(httpserver, "/civicrm/ajax/api4/User/create", told)

    with pytest.raises(Duplicate) as caught:
        api.call("User", "create", {"values": {"username": "ada2"}})

    assert "INSERT" in told.body.decode()
    assert "INSERT" not in str(caught.value)
