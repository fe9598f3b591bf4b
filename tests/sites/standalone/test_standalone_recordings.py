"""Every answer that was recorded of Standalone becomes what says to do next."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from latchkey.remote.civicrm.api import Api, Call
from latchkey.remote.civicrm.reading import is_read
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError, RemoteError, SiteError, UnknownOutcome
from latchkey.sites.standalone.users import user_from
from sites.standalone.outcomes import OUTCOMES

FOLDERS = ("standalone", "standalone-6.12")
RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
TOLD: dict[str, Any] = {
    f"{folder}/{path.stem}": json.loads(path.read_text("utf-8"))
    for folder in FOLDERS
    for path in sorted((RECORDINGS / folder).glob("*.json"))
}
ME = '{"contact_id":2,"user_id":1,"flow":"xheader","cred":"api_key"}'
ENTITY = re.compile(r"/api4/(User)/(\w+)$")


def is_failed_user_write(name: str) -> bool:
    """The other errors are held by the tests of CiviCRM's protocol."""
    route = ENTITY.search(TOLD[name]["request"]["url"])
    write = route is not None and not route[2].startswith("get")
    return write and bool(TOLD[name]["response"]["status"] >= 400) and has_key(name)


def has_key(name: str) -> bool:
    return (
        TOLD[name]["request"]["method"] == "POST"
        and "X-Civi-Auth" in TOLD[name]["request"]["headers"]
    )


FAILED = [name for name in TOLD if is_failed_user_write(name)]
ROWS = [
    (name, row)
    for name, told in TOLD.items()
    if told["request"]["url"].endswith("/User/get") and told["response"]["status"] == 200
    for row in json.loads(told["response"]["body"])["values"]
    if {"username", "uf_name", "roles:name"} <= set(row)
]


@pytest.fixture
def answering(httpserver: HTTPServer) -> Iterator[Callable[[str], Api]]:
    door = Doors().http(httpserver.url_for(""), is_read=is_read)

    def api(name: str) -> Api:
        told = TOLD[name]["response"]

        def answer(request: Request) -> Response:
            if request.path.endswith("/authx/id"):
                return Response(ME, content_type="application/json")
            return Response(told["body"], told["status"], told["headers"])

        httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
        return Api(door)

    yield api
    door.close()


def test_every_recorded_refusal_has_an_outcome() -> None:
    assert {name.partition("/")[2] for name in FAILED} == set(OUTCOMES)


@pytest.mark.parametrize("name", FAILED)
def test_recorded_refusal_becomes(name: str, answering: Callable[[str], Api]) -> None:
    route = ENTITY.search(TOLD[name]["request"]["url"])
    assert route is not None
    call = Call(route[1], route[2])

    with pytest.raises(RemoteError) as raised:
        answering(name).call(call.entity, call.action, call.params)

    expected = OUTCOMES[name.partition("/")[2]]
    assert type(raised.value) is expected.kind
    assert expected.words in str(raised.value)
    assert isinstance(raised.value, RejectedError | SiteError | UnknownOutcome)


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{n} {r['username']}" for n, r in ROWS])
def test_recorded_user_becomes_an_account(name: str, row: dict[str, Any]) -> None:
    user = user_from({"uf_id": row["id"], **row}, {})

    assert user.whole, name
    assert (user.account.id, user.account.username) == (str(row["id"]), row["username"])
    assert user.account.roles == frozenset(row["roles:name"] or ())
    assert user.contact_id == row["contact_id"]
