"""The main job against a real WordPress: contacts of the practice CRM get real accounts."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.faults import LoseAnswer, nth, requests
from fakes.practice import start_practice
from latchkey.remote.doors import Doors
from latchkey.service.provisioning.run import preview
from latchkey.store.models import Change, State
from live.wordpress import LiveWordPress, StartWordPress
from service.conftest import WiredConnect, Workplace, working_at

pytestmark = [pytest.mark.live, pytest.mark.slow]

# Of 322 practice contacts, 22 are awkward.
CONTACTS, ACCOUNTS = 322, 300
CREATES = requests("POST", r"(batch/v1|v2/users)")


@pytest.fixture(params=[True, False], ids=["batch", "no batch"])
def real(request: pytest.FixtureRequest, wordpress: StartWordPress) -> LiveWordPress:
    """A real WordPress, with batches and without."""
    return wordpress(batch=request.param)


@pytest.fixture
def at_work(
    real: LiveWordPress,
    tmp_path: Path,
    transactional_db: None,  # noqa: ARG001 - threads of a run see what is committed
) -> Iterator[Workplace]:
    """An installation between a practice CRM and the real WordPress, which does not host it."""
    practice = start_practice(tmp_path / "practice", contacts=CONTACTS)
    connect = WiredConnect(Doors(), real.username, real.app_password)
    try:
        with working_at(practice, real.url, connect, hosted=False) as at_work:
            yield at_work
    finally:
        practice.stop()


def made_at(real: LiveWordPress) -> dict[str, frozenset[str]]:
    """The roles of the accounts that were made, by username."""
    return {
        user.username: frozenset(user.roles)
        for user in real.users()
        if user.username not in {"admin", real.username}
    }


def test_contacts_get_accounts_once_with_usernames_and_roles_as_asked(
    real: LiveWordPress, at_work: Workplace
):
    rule = at_work.rule(notify="off")
    shown = {one.username for one in preview(at_work.installation, rule) if one.verdict == "create"}

    first = at_work.run(rule)
    made = made_at(real)
    second = at_work.run(rule)

    assert first["created"] >= ACCOUNTS
    assert set(made) == shown
    assert set(made.values()) == {frozenset({"subscriber"})}
    assert second["created"] == 0
    assert made_at(real) == made


def test_answer_lost_in_the_middle_leaves_no_double(real: LiveWordPress, at_work: Workplace):
    rule = at_work.rule(notify="off")
    at_work.site_wire.inject(LoseAnswer(), on=CREATES, when=nth(2, 5))

    summary = at_work.run(rule)

    assert summary["failed"] == summary["waiting"] == 0
    assert summary["created"] >= ACCOUNTS
    emails = Counter(user.email.lower() for user in real.users())
    assert max(emails.values()) == 1
    assert len(made_at(real)) == summary["created"]


def test_account_renamed_on_the_site_is_already(real: LiveWordPress, at_work: Workplace):
    rule = at_work.rule(notify="off", afterwards="keep")
    at_work.run(rule)
    change = Change.objects.filter(verdict="create", state=State.DONE).earliest("contact_id")
    real.php(
        "global $wpdb; $wpdb->update($wpdb->users, array('user_login' => 'renamed', "
        "'user_email' => 'renamed@example.org'), array('ID' => (int) $arguments['id']));",
        id=change.account_id,
    )

    summary = at_work.run(rule)

    assert summary["created"] == 0
    assert summary["already"] >= ACCOUNTS


def test_person_is_told_by_the_site_itself(real: LiveWordPress, at_work: Workplace):
    at_work.world.rows("UPDATE civicrm_group_contact SET status = 'Removed' WHERE contact_id > 60")

    summary = at_work.run(at_work.rule(notify="site"))

    told = Change.objects.filter(verdict="create", told="told").count()
    assert told > 0
    assert len(real.mails()) == told
    assert summary["failed"] == 0
