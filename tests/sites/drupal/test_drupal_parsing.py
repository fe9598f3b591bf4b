"""What Drupal says, taken apart: nothing that it sends makes the connector stumble."""

import json
from threading import Event, Thread
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.values import NAMESPACE
from latchkey.remote.errors import (
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.http import Answer
from latchkey.sites.drupal.access import cookies_in, reads
from latchkey.sites.drupal.documents import PAGE, ROOM, among, either, page_in, parsed, slices_of
from latchkey.sites.drupal.mailing import told
from latchkey.sites.drupal.refusals import Asked, Refusal, error_for, refusal_in
from latchkey.sites.drupal.rest_resource import resource_in
from latchkey.sites.drupal.turns import Underway, turns
from latchkey.sites.drupal.users import (
    account_from,
    document_for,
    langcodes_for,
    our_key,
    uuids_among,
)

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
tokens = st.text(alphabet="abcXYZ019_-", min_size=1, max_size=12)
ATTRIBUTES = {"name": "ann", "mail": "ann@example.org", "status": True}
ROW = {"id": "7d444840-9dc0-51d1-b245-5ffdce74fad2", "attributes": ATTRIBUTES}


@given(cookies=st.dictionaries(tokens, tokens, min_size=1, max_size=3))
def test_every_cookie_of_an_answer_is_sent_back(cookies: dict[str, str]) -> None:
    ending = "; expires=Tue, 15-Dec-2026 21:06:57 GMT; Max-Age=2000000; path=/; HttpOnly"
    header = ", ".join(f"{name}={value}{ending}" for name, value in cookies.items())

    assert cookies_in(header) == "; ".join(f"{name}={value}" for name, value in cookies.items())


@pytest.mark.parametrize(
    ("method", "target", "body", "read"),
    [
        ("GET", "/jsonapi/user/user", b"", True),
        ("POST", "/jsonapi/user/user", b"{}", True),
        ("POST", "/jsonapi/user/user", b'{"data": {}}', False),
        ("POST", "/entity/user", b"{}", False),
        ("PATCH", "/jsonapi/user/user", b"{}", False),
    ],
)
def test_only_an_empty_document_is_no_write(
    method: str, target: str, body: bytes, *, read: bool
) -> None:
    assert reads(method, target, body) is read


@given(body=anything, status=st.integers(200, 599), was_read=st.booleans())
def test_every_refusal_becomes_an_error(body: object, status: int, *, was_read: bool) -> None:
    answer = answered(status, body, was_read=was_read)

    assert isinstance(error_for(answer, Asked()), RemoteError)


@given(before=st.text(max_size=400), secret=st.text(alphabet="äß#19", min_size=4, max_size=20))
def test_refusal_quotes_no_secret(before: str, secret: str) -> None:
    answer = answered(422, {"errors": [{"detail": f"pass: {before} {secret}"}]})

    assert secret not in str(error_for(answer, Asked((secret,))))


@pytest.mark.parametrize(
    ("sentence", "fields"),
    [
        ("name: The username ann is already taken.", {"name"}),
        ("mail.0.value: This value is not a valid email address.", {"mail"}),
        ("field_x.0.value: This value should be of the correct type.", {"field_x"}),
        ("The attribute field_nope does not exist.", set()),
    ],
)
def test_field_is_what_a_sentence_begins_with(sentence: str, fields: set[str]) -> None:
    assert Refusal(422, (sentence,)).fields == fields


def test_lines_of_a_rest_message_are_sentences_of_their_own() -> None:
    text = "Unprocessable Entity: validation failed.\nname: Taken.\nmail: Taken.\n"

    assert refusal_in(answered(422, {"message": text})).fields == {"name", "mail"}


@pytest.mark.parametrize(("was_read", "kind"), [(True, TransientError), (False, UnknownOutcome)])
def test_failure_in_the_middle_is_no_refusal(was_read: bool, kind: type[RemoteError]) -> None:  # noqa: FBT001 - a parameter of the test
    assert type(error_for(answered(500, {}, was_read=was_read), Asked())) is kind


def test_route_that_is_not_there_stops_the_site() -> None:
    said = {"errors": [{"detail": 'No route found for "POST /jsonapi/user/user"'}]}

    assert type(error_for(answered(404, said), Asked())) is SiteError


@given(row=anything)
def test_what_is_no_user_is_no_account(row: object) -> None:
    assert account_from(row if isinstance(row, dict) else {}, str) is None


@given(value=anything)
def test_every_field_is_text_or_left_out(value: object) -> None:
    row = {**ROW, "attributes": {**ATTRIBUTES, "field_x": value}, "relationships": value}

    account = account_from(row, str)

    assert account is not None
    assert all(isinstance(one, str) for one in account.fields.values())


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (42, "42"), (True, "1"), (False, "0"), ({"value": "a", "format": "x"}, "a")],
)
def test_field_is_written_as_a_rule_would_give_it(value: object, text: str) -> None:
    account = account_from({**ROW, "attributes": {**ATTRIBUTES, "field_x": value}}, str)

    assert account is not None
    assert account.fields == {"field_x": text}


@pytest.mark.parametrize("missing", list(ATTRIBUTES))
def test_user_without_what_administrators_see_is_no_account(missing: str) -> None:
    left = {name: value for name, value in ATTRIBUTES.items() if name != missing}

    assert account_from({**ROW, "attributes": left}, str) is None


def test_only_our_kind_of_uuid_is_a_key() -> None:
    ours = uuid5(NAMESPACE, "x")

    assert (our_key(str(ours)), our_key(str(uuid4())), our_key("x")) == (ours, None, None)


@given(uuids=st.lists(st.uuids()), others=st.lists(st.text(alphabet="xyz-", max_size=36)))
def test_only_uuids_are_asked_for(uuids: list[UUID], others: list[str]) -> None:
    texts = [*others, *(str(one).upper() for one in uuids)]

    assert uuids_among(texts) == sorted({str(one) for one in uuids})


@pytest.mark.parametrize(
    ("language", "langcodes"),
    [
        ("fr_FR", ("fr-fr", "fr")),
        ("pt-BR", ("pt-br", "pt")),
        ("zh_TW", ("zh-hant",)),
        ("nb_NO", ("nb",)),
        ("el", ("el",)),
        (None, ()),
    ],
)
def test_language_is_sought_by_drupals_names(
    language: str | None, langcodes: tuple[str, ...]
) -> None:
    assert langcodes_for(language) == langcodes


def test_only_what_is_given_is_sent() -> None:
    document = document_for({"mail": "a@example.org"}, id_=None, roles=None)

    assert document == {"data": {"type": "user--user", "attributes": {"mail": "a@example.org"}}}


@given(values=st.lists(st.text(max_size=5), min_size=1, max_size=PAGE, unique=True))
def test_every_value_is_asked_for_once(values: list[str]) -> None:
    asked = [value for name, value in among("mail", values).items() if "[value]" in name]
    begun = [value for name, value in either("mail", "=", values).items() if "[value]" in name]

    assert asked == begun == values


@given(values=st.lists(st.text(max_size=300), max_size=60), size=st.integers(1, 50))
def test_every_value_is_in_one_slice_that_fits(values: list[str], size: int) -> None:
    parts = slices_of(values, size)

    assert [value for part in parts for value in part] == values
    assert all(1 <= len(part) <= size for part in parts)
    assert all(len(part) == 1 or len(quote("".join(part))) <= ROOM for part in parts)


@given(body=anything)
def test_page_is_a_page_or_an_error(body: object) -> None:
    answer = answered(200, body, was_read=True)
    is_page = isinstance(body, dict) and isinstance(body.get("data"), list)

    if is_page:
        assert isinstance(page_in(answer).rows, list)
    else:
        with pytest.raises(SiteError):
            page_in(answer)


def test_cut_answer_is_told_from_a_wrong_address() -> None:
    for body, kind in ((b'{"data": [', TransientError), (b"<p>Hello", SiteError)):
        with pytest.raises(kind):
            parsed(Answer(200, {"content-type": "text/html"}, body, was_read=True))


@given(written=anything)
def test_user_of_a_rest_resource_is_a_resource(written: object) -> None:
    resource = resource_in(written if isinstance(written, dict) else {})

    assert resource["type"] == "user--user"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"", type(None)),
        (200, b"<h1>Reset your password</h1>", SiteError),
        (400, b'{"message": "Unable to send email."}', TransientError),
        (400, b"<h1>Bad request</h1>", SiteError),
        (403, b"<h1>No</h1>", SiteError),
        (422, b'{"message": "name: no"}', RejectedError),
        (500, b"The website encountered an unexpected error.", UnknownOutcome),
    ],
)
def test_answer_to_a_request_for_mail_tells_what_became_of_it(
    status: int, body: bytes, kind: type[Any]
) -> None:
    outcome = told(Answer(status, {}, body, was_read=False))

    assert isinstance(outcome, kind)


@given(shared=st.lists(st.frozensets(tokens, min_size=1, max_size=2), max_size=12))
def test_writes_that_share_a_name_follow_each_other(shared: list[frozenset[str]]) -> None:
    writes = dict(enumerate(shared))

    done = turns(writes)

    order = {number: turn for turn, numbers in enumerate(done) for number in numbers}
    assert sorted(number for numbers in done for number in numbers) == list(writes)
    assert all(
        order[first] < order[second]
        for first in writes
        for second in range(first + 1, len(shared))
        if shared[first] & shared[second]
    )


def test_write_waits_for_another_with_its_address() -> None:
    underway, order, begun = Underway(), ["first"], Event()

    def second() -> None:
        begun.set()
        with underway.alone(["ann@example.org", "ben@example.org"]):
            order.append("second")

    thread = Thread(target=second)
    with underway.alone(["ann@example.org"]):
        thread.start()
        begun.wait(10)
        with underway.alone(["cem@example.org"]):
            order.append("another")
    thread.join(10)

    assert order == ["first", "another", "second"]


def answered(status: int, body: object, *, was_read: bool = False) -> Answer:
    headers = {"content-type": "application/vnd.api+json"}
    return Answer(status, headers, json.dumps(body).encode(), was_read)
