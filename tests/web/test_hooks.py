"""A CRM's message wakes the poller when it proves where it comes from, and does nothing else."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from latchkey.remote.secrets import Secret
from latchkey.service.installation import Installation
from latchkey.store import connections
from latchkey.store.models import Connection
from latchkey.web.hooks import LARGEST_BODY
from latchkey.web.signatures import HookSecrets, Unproved, prove
from web.around import Around, surrounded

KEY = b"0123456789abcdef0123456789abcdef"
WHSEC = f"whsec_{base64.b64encode(KEY).decode()}"
BODY = b'{"entity": "GroupContact", "op": "create"}'
MINUTE = 60


@pytest.fixture(autouse=True)
def around() -> Iterator[Around]:
    with surrounded() as around:
        yield around


@pytest.fixture
def crm(installation: Installation, db: None) -> Connection:  # noqa: ARG001 - it is stored
    """A CRM whose hook has two signing secrets and two tokens."""
    return stored(installation, hook_secret=f"{WHSEC}, plain secret", hook_token="one-token,other")


def stored(ours: Installation, name: str = "main", role: str = "crm", **secrets: str) -> Connection:
    row = Connection(key=uuid4(), role=role, name=name, kind="civicrm", url="https://c.example.org")
    connections.seal(row, {name: Secret(text) for name, text in secrets.items()}, ours.keyring)
    row.save()
    return row


def signed(body: bytes = BODY, key: bytes = KEY, ago: float = 0, message: str = "msg_1") -> dict:
    """The headers of Standard Webhooks, written out here once more."""
    at = str(int(time.time() - ago))
    digest = hmac.new(key, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def post(headers: Mapping[str, str], body: bytes = BODY, name: str = "main") -> int:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        f"/hooks/{name}", body, content_type="application/json", headers=dict(headers)
    )
    return answer.status_code


def test_signed_message_lets_the_crm_be_polled_at_once(crm, around) -> None:
    assert post(signed()) == 204

    crm.refresh_from_db()
    assert crm.next_poll_at is not None
    assert around.woken == 1


@pytest.mark.parametrize("key", [KEY, b"plain secret"])
@pytest.mark.usefixtures("crm")
def test_any_of_several_secrets_may_sign_while_one_is_replaced(key) -> None:
    assert post(signed(key=key)) == 204


@pytest.mark.usefixtures("crm")
def test_one_of_several_signatures_is_enough() -> None:
    headers = signed()
    old = base64.b64encode(b"of a secret that is no more").decode()
    headers["webhook-signature"] = f"v1,{old} v1a,junk {headers['webhook-signature']}"

    assert post(headers) == 204


@pytest.mark.parametrize(
    "different",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": str(int(time.time()) + 1)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "1e400"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1"},
        {"webhook-signature": ""},
        {"webhook-id": ""},
        {"webhook-id": "m" * 1000},
    ],
)
@pytest.mark.usefixtures("crm")
def test_message_whose_signature_does_not_fit_is_refused(around, different) -> None:
    assert post({**signed(), **different}) == 401

    assert around.woken == 0


@pytest.mark.usefixtures("crm")
def test_message_that_was_changed_on_its_way_is_refused() -> None:
    assert post(signed(BODY), BODY + b" ") == 401


@pytest.mark.usefixtures("crm")
def test_message_that_is_not_text_is_refused_without_harm() -> None:
    assert post(signed(b"\xff\xfe"), b"\xff\xfe") == 401


@pytest.mark.parametrize("ago", [6 * MINUTE, -6 * MINUTE])
@pytest.mark.usefixtures("crm")
def test_message_of_another_time_is_refused(ago) -> None:
    assert post(signed(ago=ago)) == 401


@pytest.mark.parametrize("ago", [4 * MINUTE, -4 * MINUTE])
@pytest.mark.usefixtures("crm")
def test_clocks_may_differ_by_some_minutes(ago) -> None:
    assert post(signed(ago=ago)) == 204


@pytest.mark.usefixtures("crm")
def test_copy_of_a_message_is_refused(around) -> None:
    headers = signed()

    assert [post(headers), post(headers)] == [204, 401]
    assert around.woken == 1


@pytest.mark.usefixtures("crm")
def test_message_that_its_sender_repeats_is_answered_but_wakes_nobody_again(around) -> None:
    post(signed(ago=10))

    assert post(signed()) == 204
    assert around.woken == 1


@pytest.mark.parametrize("token", ["one-token", "other"])
@pytest.mark.usefixtures("crm")
def test_bearer_token_serves_senders_that_cannot_sign(around, token) -> None:
    assert post({"Authorization": f"Bearer {token}"}) == 204

    assert around.woken == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer one-token,other"},
        {"Authorization": "Basic one-token"},
        {"Authorization": "Bearer \u00e9\u00df"},
    ],
)
@pytest.mark.usefixtures("crm")
def test_message_that_proves_nothing_is_refused(around, headers) -> None:
    assert post(headers) == 401

    assert around.woken == 0


@pytest.mark.usefixtures("crm")
def test_signature_that_does_not_fit_is_not_made_good_by_a_token() -> None:
    headers = {**signed(key=b"another"), "Authorization": "Bearer one-token"}

    assert post(headers) == 401


@pytest.mark.parametrize("secrets", [{}, {"hook_secret": " , ", "hook_token": ","}])
@pytest.mark.usefixtures("db")
def test_hook_without_a_secret_is_closed(installation, secrets) -> None:
    stored(installation, **secrets)

    assert post(signed(key=b"")) == 401
    assert post({"Authorization": "Bearer "}) == 401


@pytest.mark.usefixtures("db")
def test_secret_that_is_no_base64_closes_the_door_to_itself_only(installation) -> None:
    stored(installation, hook_secret=f"whsec_%%%,{WHSEC}")

    assert post(signed()) == 204


@pytest.mark.usefixtures("crm")
def test_unknown_connections_and_sites_have_no_hook(installation) -> None:
    stored(installation, name="www", role="site", hook_token="one-token")

    assert post({"Authorization": "Bearer one-token"}, name="www") == 404
    assert post(signed(), name="none") == 404


@pytest.mark.parametrize("method", ["get", "put", "delete", "head"])
@pytest.mark.usefixtures("crm")
def test_hook_is_only_posted_to(method) -> None:
    assert getattr(Client(), method)("/hooks/main").status_code == 405


@pytest.mark.usefixtures("crm")
def test_message_may_have_64_kilobytes_and_no_more() -> None:
    largest = b"x" * LARGEST_BODY

    assert post(signed(largest), largest) == 204
    assert post(signed(largest + b"x"), largest + b"x") == 413


@pytest.mark.usefixtures("crm")
def test_what_a_message_says_and_proves_by_is_never_logged() -> None:
    with capture_logs() as logged:
        post({**signed(), "webhook-signature": "v1,c2VjcmV0LXNpZ25hdHVyZQ=="})
        post({"Authorization": "Bearer secret-token"})

    said = repr(logged)
    assert [one["event"] for one in logged] == ["hook refused", "hook refused"]
    assert not any(word in said for word in ("GroupContact", "secret-token", "c2VjcmV0", "msg_1"))


@pytest.mark.usefixtures("crm")
def test_sender_is_asked_to_come_back_when_nobody_can_be_woken(around) -> None:
    around.queue_is_away = True

    assert post(signed()) == 503


def test_credential_that_cannot_be_decrypted_is_our_fault_and_not_the_senders(crm) -> None:
    crm.sealed = {"hook_token": "gAAAAA"}
    crm.save()

    assert post({"Authorization": "Bearer one-token"}) == 503


headers = st.dictionaries(
    st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "authorization"]),
    st.one_of(
        st.text(), st.sampled_from(["v1,", "v1,=", ",", "nan", "-inf", "Bearer", "bearer x"])
    ),
)


@given(headers, st.binary())
def test_nothing_but_a_secret_opens_a_hook(given_headers: dict[str, Any], body: bytes) -> None:
    secrets = HookSecrets.of({"hook_secret": Secret(WHSEC), "hook_token": Secret("one-token")})

    with pytest.raises(Unproved):
        prove(given_headers, body, secrets)
