"""Which addresses a door opens to: a credential never travels in the clear by accident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.remote.doors import Doors
from latchkey.remote.errors import SiteError
from latchkey.remote.http import allowed_address, is_loopback
from remote.conftest import OpenDoor


@pytest.mark.parametrize(
    "url", ["http://www.example.org", "http://10.0.0.7", "http://127.0.0.1.example.org"]
)
def test_http_to_another_machine_is_refused(url: str) -> None:
    with pytest.raises(SiteError, match="Use https"):
        allowed_address(url, allow_http=False)


def test_http_to_another_machine_can_be_allowed() -> None:
    assert allowed_address("http://10.0.0.7/", allow_http=True) == "http://10.0.0.7"


@pytest.mark.parametrize(
    "url", ["http://localhost:8080", "http://127.0.0.1", "http://127.3.2.1", "http://[::1]:8080"]
)
def test_http_on_this_machine_is_allowed(url: str) -> None:
    assert allowed_address(url, allow_http=False) == url


def test_https_is_allowed_and_loses_its_last_slash() -> None:
    assert allowed_address(" https://a.example/crm/ ", allow_http=False) == "https://a.example/crm"


@pytest.mark.parametrize(
    "url",
    [
        *("", "www.example.org", "ftp://example.org", "https://", "file:///", "https://[::1"),
        *("https://example.org:http", "https://example.org:99999", "https://exam ple.org"),
        *("https://ex\nample.org", f"https://{'a' * 64}.org", "https://a..b"),
    ],
)
def test_something_else_than_an_address_is_refused(url: str) -> None:
    with pytest.raises(SiteError, match="is not an address"):
        allowed_address(url, allow_http=True)


@pytest.mark.parametrize(
    "url",
    ["https://someone:hidden@example.org", "someone:hidden@example.org", "https://a:hidden@[b"],
)
def test_credential_inside_an_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SiteError) as caught:
        allowed_address(url, allow_http=False)

    assert "hidden" not in str(caught.value)


def test_door_is_not_opened_to_an_address_that_is_refused(door_to: OpenDoor) -> None:
    with pytest.raises(SiteError):
        door_to("http://www.example.org", Doors())


@given(st.ip_addresses())
def test_loopback_is_what_the_address_says(address: object) -> None:
    assert is_loopback(str(address)) == address.is_loopback  # type: ignore[attr-defined]  # both kinds have it


@given(st.text())
def test_any_text_is_refused_or_is_an_address_that_travels_safely(text: str) -> None:
    try:
        address = allowed_address(text, allow_http=False)
    except SiteError:
        return

    assert address.startswith(("https://", "http://localhost", "http://127.", "http://[::1]"))
