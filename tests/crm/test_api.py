"""The API is found at whichever address the CMS gives it, and answers call by call."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from crm.recorded import Recording, recording
from fakes.practice import RunningPractice
from latchkey.crm.contract import Crm
from latchkey.remote.call import Call as Sent
from latchkey.remote.call import Limits
from latchkey.remote.civicrm.answers import Result, Unsupported
from latchkey.remote.civicrm.api import Api, Call
from latchkey.remote.civicrm.reading import is_read
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RemoteError, SiteError, TransientError

ANYWHERE = re.compile(".*")
WHO = recording("civicrm/authx-id")
FORMS: dict[str, Callable[[Request], str]] = {
    "clean": lambda request: request.path.strip("/"),
    "wordpress": lambda request: (
        request.args.get("q", "") if request.args.get("civiwp") == "CiviCRM" else ""
    ),
    "drupal": lambda request: "" if "civiwp" in request.args else request.args.get("q", ""),
    "joomla": lambda request: request.args.get("task", "") if request.path == "/index.php" else "",
    "joomla-back": lambda request: (
        request.args.get("task", "") if request.path == "/administrator/index.php" else ""
    ),
}


def told(one: Recording) -> Response:
    return Response(one.body, one.status, content_type=one.content_type)


@pytest.fixture
def sent() -> list[Sent]:
    return []


@pytest.fixture
def api(httpserver: HTTPServer, sent: list[Sent]) -> Iterator[Api]:
    doors = Doors(observe=sent.append, limits=Limits(answer=2, tries=1))
    api = Api(doors.http(httpserver.url_for(""), is_read=is_read))
    yield api
    api.close()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("elsewhere", [200, 302, 403, 404])
def test_address_form_is_found_and_remembered(
    httpserver: HTTPServer, api: Api, sent: list[Sent], form: str, elsewhere: int
) -> None:
    def answer(request: Request) -> Response:
        route = FORMS[form](request)
        if route == "civicrm/authx/id":
            return told(WHO)
        if route == "civicrm/ajax/api4/Contact/get":
            return told(recording("civicrm/contact-get-basic"))
        return Response("<html></html>", elsewhere, {"Location": "/somewhere"}, "text/html")

    httpserver.expect_request(ANYWHERE).respond_with_handler(answer)

    assert len(api.call("Contact", "get").rows) == 3
    after = len(sent)
    api.call("Contact", "get")

    assert len(sent) == after + 1


def test_wordpress_without_a_base_page_is_reached(
    practice: RunningPractice,
    switch: Callable[..., None],
    connected: Callable[..., Crm],
) -> None:
    switch(base_page=False)

    crm = connected(practice.url)

    assert crm.triggers(["Active Members"], [])
    assert crm.check().usable


def test_address_without_civicrm_says_so(httpserver: HTTPServer, api: Api) -> None:
    page = "<html><body>Welcome</body></html>"
    httpserver.expect_request(ANYWHERE).respond_with_data(page, content_type="text/html")

    with pytest.raises(SiteError, match="No CiviCRM was found"):
        api.call("Contact", "get")


def test_site_that_is_down_is_not_taken_for_one_without_civicrm(
    httpserver: HTTPServer, api: Api
) -> None:
    httpserver.expect_request("/civicrm/authx/id").respond_with_data("", 503)

    with pytest.raises(TransientError):
        api.call("Contact", "get")


def test_parameters_are_sent_as_a_form(httpserver: HTTPServer, api: Api) -> None:
    httpserver.expect_request("/civicrm/authx/id").respond_with_response(told(WHO))
    basic = recording("civicrm/contact-get-basic")
    httpserver.expect_request("/civicrm/ajax/api4/Contact/get").respond_with_response(told(basic))

    api.call("Contact", "get", {"where": [["last_name", "=", "Żółć & Söhne"]]})

    request, _ = httpserver.log[-1]
    assert request.mimetype == "application/x-www-form-urlencoded"
    assert json.loads(request.form["params"]) == {"where": [["last_name", "=", "Żółć & Söhne"]]}


def test_headers_of_a_connection_are_those_civicrm_wants(
    httpserver: HTTPServer, connected: Callable[..., Crm]
) -> None:
    httpserver.expect_request("/civicrm/authx/id").respond_with_response(
        told(recording("civicrm/error-bad-key"))
    )

    with pytest.raises(SiteError, match="does not accept the API key"):
        connected(httpserver.url_for(""), key="abc").groups()

    request, _ = httpserver.log[0]
    assert request.headers["X-Civi-Auth"] == "Bearer abc"
    assert request.headers["X-Requested-With"] == "XMLHttpRequest"


def test_one_failing_call_leaves_the_others_their_results(httpserver: HTTPServer, api: Api) -> None:
    httpserver.expect_request("/civicrm/authx/id").respond_with_response(told(WHO))
    several = told(recording("standalone/multi_calls"))
    httpserver.expect_request("/civicrm/ajax/api4").respond_with_response(several)

    first, second = api.calls([Call("User", "get"), Call("User", "nosuch")])

    assert isinstance(first, Result)
    assert first.rows == [{"id": 11}]
    assert isinstance(second, Unsupported)


def test_recorded_list_of_results_is_read_in_order(httpserver: HTTPServer, api: Api) -> None:
    httpserver.expect_request("/civicrm/authx/id").respond_with_response(told(WHO))
    several = told(recording("civicrm/multicall-list"))
    httpserver.expect_request("/civicrm/ajax/api4").respond_with_response(several)

    contacts, groups = api.all([Call("Contact", "get"), Call("Group", "get")])

    assert contacts.rows == [{"id": 1}]
    assert groups.rows == [{"id": 1, "name": "Administrators"}]


@pytest.mark.parametrize("body", [b"[]", b"[1, 2]", b'{"values": 3}', b'{"values": [1]}', b"[{}]"])
def test_answer_of_another_shape_is_an_error(httpserver: HTTPServer, api: Api, body: bytes) -> None:
    httpserver.expect_request("/civicrm/authx/id").respond_with_response(told(WHO))
    httpserver.expect_request("/civicrm/ajax/api4").respond_with_data(body)
    httpserver.expect_request("/civicrm/ajax/api4/Contact/get").respond_with_data(body)

    assert all(isinstance(one, RemoteError) for one in api.calls([Call("Contact", "get")]))
    with pytest.raises(RemoteError):
        api.call("Contact", "get")


def test_one_result_is_not_believed_to_be_that_of_every_call(
    httpserver: HTTPServer, api: Api
) -> None:
    httpserver.expect_request("/civicrm/authx/id").respond_with_response(told(WHO))
    httpserver.expect_request("/civicrm/ajax/api4").respond_with_json({"values": []})

    outcomes = api.calls([Call("Contact", "get"), Call("UFMatch", "get")])

    assert [type(one) for one in outcomes] == [TransientError, TransientError]


def test_no_calls_send_nothing(httpserver: HTTPServer, api: Api) -> None:
    assert api.calls([]) == []
    assert httpserver.log == []
