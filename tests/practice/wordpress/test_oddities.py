"""Whatever is sent, the practice site answers as an API does."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from fakes.practice import API_KEY, APP_PASSWORD
from latchkey.practice import database, seeding, server

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("username", "email", "password", "roles", "name", "first_name", "url", "locale", "meta")
LISTING = ("page", "per_page", "search", "include", "offset", "order", "orderby", "roles", "slug")
KNOWN = ("a.b", "a@example.org", "subscriber", "x")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The site in this very process, where an exception is an exception."""
    server.open_home(tmp_path_factory.mktemp("odd"))
    with database.transaction() as db:
        seeding.seed(db, contacts=0, seed=1, app_password=APP_PASSWORD, api_key=API_KEY)
    yield Client(server.application)
    database.close_thread()


def answer(client: Client, method: str, path: str, **more: Any) -> tuple[int, Any]:
    reply = client.open(f"/wp-json{path}", method=method, auth=("latchkey", APP_PASSWORD), **more)
    return reply.status_code, reply.get_json()


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(KNOWN)))
def test_any_account_is_made_or_refused(client: Client, account: dict[str, Any]) -> None:
    status, body = answer(client, "POST", "/wp/v2/users", json=account)

    assert status in {201, 400, 500}
    assert "id" in body if status == 201 else {"code", "message", "data"} == set(body)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(LISTING), st.text() | st.integers().map(str)))
def test_any_question_is_answered_or_refused(client: Client, asked: dict[str, str]) -> None:
    status, body = answer(client, "GET", "/wp/v2/users", query_string=asked)

    assert status in {200, 400}
    assert isinstance(body, list) or body["code"] == "rest_invalid_param"


@settings(max_examples=100, deadline=None)
@given(st.text(), st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]))
def test_any_path_is_answered(client: Client, path: str, method: str) -> None:
    status, _ = answer(client, method, f"/wp/v2/{path}", json={})

    assert status in {200, 400, 403, 404}


@settings(max_examples=50, deadline=None)
@given(JSON | st.lists(st.fixed_dictionaries({"path": st.text()}, optional={"body": JSON})))
def test_any_batch_is_answered_or_refused(client: Client, requests: Any) -> None:
    status, body = answer(client, "POST", "/batch/v1", json={"requests": requests})

    assert status in {207, 400}
    assert "responses" in body or "code" in body


@settings(max_examples=50, deadline=None)
@given(st.binary())
def test_any_body_is_read_or_refused(client: Client, body: bytes) -> None:
    status, answered = answer(
        client, "POST", "/wp/v2/users", data=body, content_type="application/json"
    )

    assert status == 400
    assert answered["code"] in {"rest_invalid_json", "rest_missing_callback_param"}
