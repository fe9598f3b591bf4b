"""What a worker does hourly for a whole site."""

from datetime import UTC, datetime, timedelta

import pytest

from latchkey.policy.email_changes import Course, EmailChanges
from latchkey.remote.errors import RejectedError
from latchkey.service.email_changes import carry_email_changes
from latchkey.service.workload import RuleWorkload
from latchkey.store.models import Connection, SettingChange
from service.addresses import NEW, linked, primary, synchronise
from service.conftest import Workplace


@pytest.fixture
def workload(workplace: Workplace) -> RuleWorkload:
    """A worker with no rule."""
    return RuleWorkload(workplace.installation, "worker-1", lambda _crm: timedelta(days=1))


def look(workload: RuleWorkload) -> list[str]:
    """One look of the worker; what it did."""
    jobs = list(workload.due())
    for job in jobs:
        workload.perform(job)
    return [job.name for job in jobs]


def test_users_are_not_linked_before_somebody_had_it_done_once(workload):
    assert "pair" not in look(workload)


def test_user_who_registers_later_is_linked_within_the_hour(workplace, workload):
    user_id, contact_id = linked(workplace)
    workplace.world.rows("DELETE FROM civicrm_uf_match WHERE uf_id = ?", user_id)
    assert "pair" not in look(workload)
    Connection.objects.update(paired_at=datetime.now(UTC) - timedelta(hours=1))

    done = look(workload)

    assert "pair" in done
    assert workplace.world.links()[contact_id] == user_id
    assert "pair" not in look(workload)


def test_addresses_are_carried_hourly_where_the_site_says_so(workplace, workload):
    synchronise(workplace, on=False)
    user_id, contact_id = linked(workplace)
    workplace.world.rows(
        "UPDATE civicrm_email SET email = ? WHERE contact_id = ? AND is_primary = 1",
        NEW,
        contact_id,
    )
    assert "emails" not in look(workload)
    Connection.objects.filter(role="site").update(settings={"email_changes": "crm to site"})

    assert "emails" in look(workload)

    assert workplace.world.users()[user_id].email == NEW
    assert "emails" not in look(workload)


def test_old_address_is_told_and_the_change_is_written_down(workplace):
    synchronise(workplace, on=False)
    user_id, contact_id = linked(workplace)
    old = primary(workplace, contact_id)
    workplace.world.rows("UPDATE wp_users SET email = ? WHERE id = ?", NEW, user_id)

    done = list(
        carry_email_changes(workplace.installation, workplace.site, EmailChanges.SITE_TO_CRM)
    )

    assert [one.course for one in done if one.contact_id == contact_id] == [Course.CARRY]
    assert primary(workplace, contact_id) == NEW
    assert workplace.world.mails_to(old) == ["Your e-mail address was changed"]
    assert SettingChange.objects.get(after=NEW).before == old


def test_address_that_somebody_else_has_is_held(workplace):
    synchronise(workplace, on=False)
    user_id, contact_id = linked(workplace)
    theirs = next(
        user.email for user in workplace.world.users().values() if user.id not in {user_id, 1}
    )
    workplace.world.rows(
        "UPDATE civicrm_email SET email = ? WHERE contact_id = ? AND is_primary = 1",
        theirs,
        contact_id,
    )

    done = list(
        carry_email_changes(workplace.installation, workplace.site, EmailChanges.CRM_TO_SITE)
    )

    assert [one.course for one in done if one.contact_id == contact_id] == [Course.HOLD]
    assert workplace.world.users()[user_id].email != theirs


def test_nothing_is_carried_where_civicrm_does_it_itself(workplace):
    synchronise(workplace, on=True)

    with pytest.raises(RejectedError, match="syncCMSEmail"):
        list(carry_email_changes(workplace.installation, workplace.site, EmailChanges.SITE_TO_CRM))
