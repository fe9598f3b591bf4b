"""The address of a person behind proxies, which limits what one place may ask for."""

import pytest
from django.test import Client, override_settings

from latchkey.service import visiting
from latchkey.store.models import Visit

PROXY, PERSON, LIE = "192.0.2.1", "198.51.100.7", "203.0.113.9"


def place_of(client: Client, forwarded: str | None) -> str:
    """Where a visitor of the welcome page is said to be, as its mark."""
    header = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    given = {"rule": "members", "cid": "1", "cs": "x"}
    client.post("/welcome", given, REMOTE_ADDR=PROXY, **header)
    return str(Visit.objects.latest("pk").address)


@pytest.mark.usefixtures("installation", "transactional_db")
@pytest.mark.parametrize(
    ("proxies", "forwarded", "place"),
    [
        (0, f"{PERSON}", PROXY),
        (0, None, PROXY),
        (1, f"{PERSON}", PERSON),
        (1, f"{LIE}, {PERSON}", PERSON),
        (2, f"{LIE}, {PERSON}, 192.0.2.2", PERSON),
        (2, f"{PERSON}", PROXY),
        (1, "unknown", PROXY),
        (1, None, PROXY),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_address_is_the_one_that_our_own_proxies_tell(
    client: Client, proxies: int, forwarded: str | None, place: str
):
    with override_settings(LATCHKEY_PROXIES=proxies):
        found = place_of(client, forwarded)

    assert found == visiting.digest(place)


@override_settings(LATCHKEY_PROXIES=1)
@pytest.mark.usefixtures("installation", "transactional_db")
def test_one_visitor_behind_a_proxy_does_not_use_up_the_limit_of_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(visiting, "FROM_ONE_PLACE", 2)

    def ask(person: str, cid: int) -> int:
        given = {"rule": "members", "cid": str(cid), "cs": "x"}
        header = {"HTTP_X_FORWARDED_FOR": person}
        return client.post("/welcome", given, REMOTE_ADDR=PROXY, **header).status_code

    busy = [ask(PERSON, cid) for cid in range(1, 4)]

    assert busy == [302, 302, 429]
    assert ask("198.51.100.8", 9) == 302
