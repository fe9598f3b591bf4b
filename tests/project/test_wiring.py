"""Connections are opened once, anew when they are changed, and never written to in a dry run."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from latchkey.policy.values import NewAccount
from latchkey.project.practice import APP_PASSWORD, PracticeSystems
from latchkey.project.wiring import Wiring, smtp
from latchkey.remote.doors import Doors
from latchkey.remote.errors import DryRun, Paused, SiteError
from latchkey.remote.mail import Smtp
from latchkey.remote.secrets import Keyring, Secret, new_key
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.store import connections, pauses
from latchkey.store.models import Connection
from project.running import processes_of

KEYRING = Keyring([new_key()])
ANNA = NewAccount("anna", "anna@example.org", "x1X!" * 6, frozenset({"subscriber"}))


@pytest.fixture
def wiring(tmp_path: Path) -> Iterator[Wiring]:
    """A wiring on a new home."""
    made = Wiring(KEYRING, PracticeSystems(tmp_path, contacts=1), Doors())
    yield made
    made.close()


def site(url: str = "http://127.0.0.1:9") -> Connection:
    row = Connection(key=uuid4(), role="site", name="www", kind="wordpress", url=url)
    row.settings = {"username": "latchkey", "users_to_contacts": "match"}
    connections.seal(row, {"password": Secret("secret")}, KEYRING)
    return row


def crm() -> Connection:
    row = Connection(key=uuid4(), role="crm", name="main", kind="civicrm", url="http://127.0.0.1:9")
    connections.seal(row, {"api_key": Secret("secret")}, KEYRING)
    return row


def test_connection_is_opened_once(wiring: Wiring) -> None:
    one, two = site(), crm()

    assert wiring.site(one) is wiring.site(one)
    assert wiring.crm(two) is wiring.crm(two)


def test_changed_connection_is_opened_anew(wiring: Wiring) -> None:
    row = site()
    before = wiring.site(row)
    row.url = "http://127.0.0.1:10"

    assert wiring.site(row) is not before


def test_practice_connection_leads_to_the_practice_systems_and_dry_writes_nothing(
    wiring: Wiring,
) -> None:
    row = site("http://127.0.0.1:9")
    row.practice = True
    connections.seal(row, {"password": Secret(APP_PASSWORD)}, KEYRING)

    with pytest.raises(DryRun):
        wiring.dry().site(row).create([ANNA])

    assert not wiring.site(row).find_by_usernames(["anna"])


def test_practice_connection_stays_usable_when_the_systems_were_killed(
    wiring: Wiring, tmp_path: Path
) -> None:
    row = site()
    row.practice = True
    connections.seal(row, {"password": Secret(APP_PASSWORD)}, KEYRING)
    wiring.site(row).find_by_usernames(["anna"])

    for running in processes_of(tmp_path):
        os.kill(running, signal.SIGKILL)
        # To its very end, but for whoever began it to be told.
        os.waitid(os.P_PID, running, os.WEXITED | os.WNOWAIT)

    assert not wiring.site(row).find_by_usernames(["anna"])


@pytest.mark.django_db(transaction=True)
def test_paused_connection_lets_no_write_out(wiring: Wiring) -> None:
    row = site()
    row.practice = True
    connections.seal(row, {"password": Secret(APP_PASSWORD)}, KEYRING)
    row.save()
    pauses.pause("anna", connection=row)

    with pytest.raises(Paused):
        wiring.site(row).create([ANNA])

    assert not wiring.site(row).find_by_usernames(["anna"])


def test_address_that_is_not_safe_is_refused(wiring: Wiring) -> None:
    with pytest.raises(SiteError):
        wiring.site(site("http://www.example.org"))


def test_credential_of_another_key_is_refused(tmp_path: Path) -> None:
    other = Wiring(Keyring([new_key()]), PracticeSystems(tmp_path), Doors())

    with pytest.raises(SiteError, match="LATCHKEY_ENCRYPTION_KEYS"):
        other.site(site())

    other.close()


def test_kind_that_is_gone_is_a_sentence(wiring: Wiring) -> None:
    row = site()
    row.kind = "gone"

    with pytest.raises(SiteError, match="gone"):
        wiring.site(row)


def test_no_mail_server_is_no_mailer() -> None:
    assert smtp({}) is None


def test_mail_server_is_taken_from_the_environment() -> None:
    given = {
        "LATCHKEY_SMTP_URL": "smtp://mail.example.org:587",
        "LATCHKEY_MAIL_FROM": "office@example.org",
    }

    assert isinstance(smtp(given), Smtp)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"LATCHKEY_SMTP_URL": "smtp://mail.example.org"}, "LATCHKEY_MAIL_FROM"),
        ({"LATCHKEY_SMTP_URL": "mail", "LATCHKEY_MAIL_FROM": "a@example.org"}, "LATCHKEY_SMTP_URL"),
    ],
)
def test_half_a_mail_server_is_refused(given: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        smtp(given)
