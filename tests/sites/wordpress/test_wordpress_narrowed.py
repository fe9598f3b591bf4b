"""The lines of the connector's page that narrow what our user may do, in a real WordPress."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from latchkey.policy.values import Account, AccountChange
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError
from latchkey.sites.contract import Site
from live.wordpress import LiveWordPress, running
from sites.connecting import outcome
from sites.stand import person
from sites.wordpress.stand import LiveStand

PAGE = Path(__file__).resolve().parents[3] / "docs" / "connectors" / "wordpress.md"

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def narrowed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveWordPress]:
    lines = re.search(r"```php\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert lines is not None
    with running(tmp_path_factory.mktemp("wordpress")) as wordpress:
        (wordpress.code / "wp-content" / "mu-plugins" / "narrow.php").write_text(lines[1])
        yield wordpress


@pytest.fixture
def site(narrowed: LiveWordPress) -> Iterator[Site]:
    stand = LiveStand(narrowed)
    site = stand.spec.connect(stand.connection(stand.url), Doors())
    yield site
    site.close()


def test_powerful_role_cannot_be_given(narrowed: LiveWordPress, site: Site) -> None:
    ann = person("administrator")

    refused = outcome(lambda: site.create([ann]))

    assert isinstance(refused, RejectedError)
    assert refused.unknown_role == "administrator"
    assert ann.email not in [user.email for user in narrowed.users()]


def test_powerful_account_is_left_alone(narrowed: LiveWordPress, site: Site) -> None:
    admin = site.find_by_usernames(["admin"])["admin"]

    refused = outcome(lambda: site.update([AccountChange(admin, email="us@example.org")]))

    assert isinstance(refused, RejectedError)
    assert "protects" in str(refused)
    assert narrowed.users()[0].email == admin.email


def test_ordinary_work_goes_on(narrowed: LiveWordPress, site: Site) -> None:
    made = outcome(lambda: site.create([person("subscriber")]))
    assert isinstance(made, Account)

    changed = outcome(
        lambda: site.update([AccountChange(made, roles=frozenset({"subscriber", "author"}))])
    )

    assert isinstance(changed, Account)
    assert changed.roles == {"subscriber", "author"}
    assert narrowed.php_log() == ""
