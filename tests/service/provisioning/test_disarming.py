"""An account that comes back with more power than asked loses it, or is shouted about."""

from collections.abc import Sequence

import pytest

from fakes.faults import Fault, LoseAnswer, Refuse, Status, nth, requests
from latchkey.policy.reasons import Why
from latchkey.policy.values import Account, NewAccount
from latchkey.remote.errors import RemoteError
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store.models import AttemptEnded, Change, Rule, State
from service.conftest import Workplace
from service.working import add_to_group, empty_group

TAKING = requests("POST", r"v2/users/\d+")
REFUSED = Status(400, body=b'{"code":"rest_invalid_param","message":"Not this one."}')
DOWN = Status(503, body=b"down")


@pytest.fixture
def rule(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> Rule:
    """A rule for contact 30, on a site that makes every new user an administrator."""
    site = workplace.installation.connect.site(workplace.site)
    create = site.create

    def creates(wanted: Sequence[NewAccount]) -> list[Account | RemoteError]:
        made = create(wanted)
        for one in made:
            sets = "INSERT INTO wp_user_roles VALUES (?, 9, 'administrator')"
            workplace.world.rows(sets, int(one.id))
        return list(site.get([one.id for one in made]).values())

    monkeypatch.setattr(site, "create", creates)
    empty_group(workplace)
    add_to_group(workplace, 30)
    return workplace.rule()


def the_change() -> Change:
    """What became of contact 30."""
    return Change.objects.select_related("rule").get(contact_id=30)


def roles(workplace: Workplace) -> set[str]:
    """The roles of the account that was made last."""
    return set(max(workplace.world.users().values(), key=lambda user: user.id).roles)


@pytest.mark.parametrize("fault", [None, LoseAnswer(), Refuse()], ids=str)
def test_account_with_power_is_emptied_and_held_and_the_rule_stops(
    workplace: Workplace, rule: Rule, fault: Fault | None
):
    if fault is not None:
        workplace.site_wire.inject(fault, on=TAKING, when=nth(1))

    with pytest.raises(RuleError, match="more power than asked"):
        workplace.run(rule)

    change = the_change()
    assert (change.state, change.why) == (State.HELD, Why.CAME_BACK_POWERFUL)
    assert "more power" in change.rule.stopped_reason
    assert roles(workplace) == set()


def test_account_that_cannot_be_emptied_is_held_with_what_a_person_has_to_do(
    workplace: Workplace, rule: Rule
):
    workplace.site_wire.inject(REFUSED, on=TAKING)

    with pytest.raises(RuleError, match="still has it"):
        workplace.run(rule)

    change = the_change()
    assert (change.state, change.why) == (State.HELD, Why.STILL_POWERFUL)
    assert "Not this one" in change.reason.sentence
    assert "at once" in change.rule.stopped_reason


def test_account_that_has_power_without_roles_is_not_said_to_have_lost_it(
    workplace: Workplace, rule: Rule, monkeypatch: pytest.MonkeyPatch
):
    site = workplace.installation.connect.site(workplace.site)
    monkeypatch.setattr(
        site, "update", lambda wanted: [*site.get([one.account.id for one in wanted]).values()]
    )

    with pytest.raises(RuleError, match="still has it"):
        workplace.run(rule)

    assert the_change().why == Why.STILL_POWERFUL


def test_account_on_a_site_that_gives_out_is_emptied_when_it_is_back(
    workplace: Workplace, rule: Rule
):
    workplace.site_wire.inject(DOWN, on=TAKING)
    with pytest.raises(UnavailableError):
        workplace.run(rule)
    change = the_change()
    assert (change.state, change.rule.stopped_reason) == (State.CREATING, "")
    workplace.site_wire.mend()

    with pytest.raises(RuleError, match="more power than asked"):
        workplace.run(rule)

    assert the_change().why == Why.CAME_BACK_POWERFUL
    assert AttemptEnded.objects.count() == 1
    assert roles(workplace) == set()
