"""The real WordPress that other live tests lean on is what they take it for."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from fakes.faults import LoseAnswer, requests
from fakes.wire import Wire
from live import packages
from live.wordpress import LEAST_PRIVILEGE, LiveWordPress, StartWordPress, running

pytestmark = pytest.mark.live

USERS = "/wp-json/wp/v2/users"
BATCH = "/wp-json/batch/v1"


@contextmanager
def caller(site: LiveWordPress, url: str = "") -> Iterator[httpx2.Client]:
    credential = (site.username, site.app_password)
    with httpx2.Client(base_url=url or site.url, auth=credential, timeout=60) as client:
        yield client


def person(number: int) -> dict[str, object]:
    return {
        "username": f"person.{number}",
        "email": f"person.{number}@example.org",
        "password": "a-Long-passw0rd-of-24-chars!",
        "roles": ["subscriber"],
    }


def batch_of(numbers: range) -> dict[str, object]:
    return {
        "requests": [
            {"method": "POST", "path": "/wp/v2/users", "body": person(number)} for number in numbers
        ]
    }


@pytest.fixture(scope="module", params=[packages.WORDPRESS_6_6, packages.WORDPRESS_6_7])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveWordPress]:
    with running(tmp_path_factory.mktemp("wordpress"), build=request.param) as site:
        yield site


def test_index_answers_with_either_kind_of_link(site: LiveWordPress) -> None:
    with caller(site) as client:
        answers = [client.get("/wp-json/"), client.get("/", params={"rest_route": "/"})]

    assert [answer.json()["url"] for answer in answers] == [site.url, site.url]


def test_application_password_names_the_least_privileged_user(site: LiveWordPress) -> None:
    with caller(site) as client:
        me = client.get(f"{USERS}/me", params={"context": "edit"}).json()

    assert me["username"] == "latchkey"
    assert set(me["capabilities"]) == {*LEAST_PRIVILEGE, "account_maker"}


def test_wrong_application_password_is_anonymous(site: LiveWordPress) -> None:
    answer = httpx2.get(f"{site.url}{USERS}/me", auth=(site.username, "made up"), timeout=60)

    assert answer.status_code == 401


def test_batch_creates_twenty_five(site: LiveWordPress) -> None:
    with caller(site) as client:
        answer = client.post(BATCH, json=batch_of(range(25)))

    assert answer.status_code == 207
    assert [one["status"] for one in answer.json()["responses"]] == [201] * 25
    made = {user.username: user for user in site.users()}
    assert all(made[f"person.{number}"].roles == ("subscriber",) for number in range(25))


def test_search_finds_an_account_by_part_of_its_address(site: LiveWordPress) -> None:
    with caller(site) as client:
        client.post(USERS, json=person(70))
        found = client.get(
            USERS,
            params={"search": "person.70@", "search_columns": "email", "context": "edit"},
        )

    assert [user["email"] for user in found.json()] == ["person.70@example.org"]


def test_reset_mail_is_caught_with_its_link(site: LiveWordPress) -> None:
    with caller(site) as client:
        client.post(USERS, json=person(71))
        answer = client.post(
            "/wp-login.php",
            params={"action": "lostpassword"},
            data={"user_login": "person.71@example.org"},
        )

    assert answer.status_code == 302
    assert [mail.to for mail in site.mails()] == ["person.71@example.org"]
    assert re.search(rf"{re.escape(site.url)}/wp-login\.php\?\S*key=\w+", site.mails()[0].text)


def test_parallel_writers_leave_no_account_half_made(site: LiveWordPress) -> None:
    numbers = [range(100 + start, 100 + start + 6) for start in range(0, 36, 6)]

    with caller(site) as client, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda some: client.post(BATCH, json=batch_of(some)), numbers))

    statuses = [one["status"] for answer in answers for one in answer.json()["responses"]]
    made = {user.username: user.roles for user in site.users()}
    assert statuses == [201] * 36
    assert all(made[f"person.{number}"] == ("subscriber",) for number in range(100, 136))


def test_php_complains_of_nothing(site: LiveWordPress) -> None:
    with caller(site) as client:
        client.get(USERS, params={"context": "edit"})

    assert site.php_log() == ""


def test_without_batch_one_at_a_time_still_works(wordpress: StartWordPress) -> None:
    site = wordpress(batch=False)

    with caller(site) as client:
        refused = client.post(BATCH, json=batch_of(range(1)))
        offered = client.options(USERS).json()["endpoints"]
        answer = client.post(USERS, json=person(1))

    assert [one["body"]["code"] for one in refused.json()["responses"]] == [
        "rest_batch_not_allowed"
    ]
    assert not any("allow_batch" in endpoint for endpoint in offered)
    assert (answer.status_code, site.users()[-1].username) == (201, "person.1")


def test_capabilities_are_the_ones_asked_for(wordpress: StartWordPress) -> None:
    site = wordpress(capabilities=("list_users",), workers=1)

    with caller(site) as client:
        answer = client.post(USERS, json=person(1))

    assert (answer.status_code, answer.json()["code"]) == (403, "rest_cannot_create_user")


def test_account_exists_although_its_answer_was_lost(wordpress: StartWordPress) -> None:
    site = wordpress()

    with Wire(site.url) as wire, caller(site, wire.url) as client:
        wire.inject(LoseAnswer(), on=requests("POST", "/users"))
        with pytest.raises(httpx2.RemoteProtocolError):
            client.post(USERS, json=person(1))

    assert [user.username for user in site.users()] == ["admin", "latchkey", "person.1"]


def test_stopped_site_is_gone_and_its_users_can_still_be_read(wordpress: StartWordPress) -> None:
    site = wordpress()

    site.stop()

    with pytest.raises(httpx2.TransportError):
        httpx2.get(site.url, timeout=5)
    assert site.users()[0].roles == ("administrator",)


def test_missing_program_is_skipped_or_failed_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    monkeypatch.setenv("LATCHKEY_LIVE", "skip")
    with pytest.raises(pytest.skip.Exception, match="php is not installed"):
        packages.program("php")
    monkeypatch.setenv("LATCHKEY_LIVE", "require")
    with pytest.raises(pytest.fail.Exception, match="php is not installed"):
        packages.program("php")
