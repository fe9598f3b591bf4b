"""An account in the way that carries our key is looked at, and the name does not move on."""

import pytest

from latchkey.policy.values import NewAccount
from latchkey.remote.errors import Conflict
from latchkey.store.models import Change
from service.conftest import Workplace
from service.working import add_to_group, empty_group

ONE = 41


def test_account_in_the_way_with_our_key_is_looked_for_and_not_endlessly(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
):
    empty_group(workplace)
    add_to_group(workplace, ONE)
    site, asked = workplace.installation.connect.site(workplace.site), []

    def create(accounts: list[NewAccount]) -> list[Conflict]:
        asked.extend(one.username for one in accounts)
        return [Conflict("There is an account with our key already.", "key") for _ in accounts]

    monkeypatch.setattr(site, "create", create)
    workplace.run(workplace.rule())

    change = Change.objects.get(contact_id=ONE)
    assert change.attempts == 1
    assert "our key" in change.reason.sentence
    assert len(set(asked)) == 1
    assert len(asked) <= 3
