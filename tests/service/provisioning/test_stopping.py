"""A rule that is stopped or off lets go of whoever the site refused before anything was made."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from latchkey.policy.values import NewAccount
from latchkey.remote.errors import (
    Conflict,
    Paused,
    RateLimited,
    RejectedError,
    RemoteError,
    UnknownOutcome,
)
from latchkey.service.configuration.editing import remove_rule
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store.models import AddressInUse, Change, Rule, State
from service.conftest import Workplace
from service.working import add_to_group, empty_group, work, workload

__all__ = ["workload"]

TWO = (30, 31)
NO_ROLE = RejectedError("WordPress has no role subscribr.", "subscribr")


@pytest.fixture(autouse=True)
def two(workplace: Workplace) -> None:
    """Only two contacts are in the trigger."""
    empty_group(workplace)
    for contact_id in TWO:
        add_to_group(workplace, contact_id)


@pytest.fixture
def answering(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has the site answer every creation with these outcomes, and make nothing."""
    site = workplace.installation.connect.site(workplace.site)

    def answer(*outcomes: RemoteError) -> None:
        def create(accounts: Sequence[NewAccount]) -> list[RemoteError]:
            return list(outcomes[: len(accounts)])

        monkeypatch.setattr(site, "create", create)

    return answer


def states() -> list[str]:
    """How far the changes have come, by contact."""
    return list(Change.objects.order_by("contact_id").values_list("state", flat=True))


def test_people_of_a_rule_with_an_unknown_role_are_due_again_with_free_addresses(
    workplace: Workplace, workload: Any
):
    workplace.rule(roles=["subscribr"])

    work(workload)

    assert "subscribr" in Rule.objects.get().stopped_reason
    assert states() == [State.DUE, State.DUE]
    assert not AddressInUse.objects.exists()


def test_rule_with_an_unknown_role_can_be_removed(workplace: Workplace, workload: Any):
    rule = workplace.rule(roles=["subscribr"])
    work(workload)

    remove_rule(rule, "maria")

    assert not Rule.objects.exists()


@pytest.mark.parametrize("enabled", [True, False])
def test_another_rule_goes_on_with_the_people_of_a_stopped_one(
    workplace: Workplace, workload: Any, *, enabled: bool
):
    bad = workplace.rule("bad", 0, roles=["subscribr"])
    work(workload)
    Rule.objects.filter(pk=bad.pk).update(enabled=enabled)
    good = workplace.rule("good", 1)

    summary = workplace.run(good)

    assert summary["created"] == 2
    assert workplace.world.broken_invariants() == []


def test_rule_whose_role_was_put_right_makes_each_account_once(workplace: Workplace, workload: Any):
    workplace.rule(roles=["subscribr"])
    work(workload)

    rule = workplace.rule()
    Rule.objects.update(stopped_reason="")

    assert workplace.run(rule)["created"] == 2
    assert workplace.world.broken_invariants() == []


def test_whose_answer_was_lost_beside_an_unknown_role_stays_half_way(
    workplace: Workplace, answering: Callable[..., None]
):
    rule = workplace.rule()
    answering(UnknownOutcome("The answer was lost."), NO_ROLE)

    with pytest.raises(RuleError):
        workplace.run(rule)

    assert states() == [State.CREATING, State.DUE]
    with pytest.raises(ConfigurationError, match="1 of its contacts"):
        remove_rule(rule, "maria")


@pytest.mark.parametrize(
    "other",
    [Paused("The rule is off."), RateLimited("slow down"), Conflict("taken", "username"), NO_ROLE],
    ids=lambda error: type(error).__name__,
)
def test_whoever_was_refused_beside_somebody_else_is_due_again(
    workplace: Workplace, answering: Callable[..., None], other
):
    answering(other, Paused("The rule is off."))

    with pytest.raises((UnavailableError, RuleError)):
        workplace.run(workplace.rule())

    assert states() == [State.DUE, State.DUE]
    assert not AddressInUse.objects.exists()


def test_whose_try_failed_is_in_nobodys_way_until_the_next(
    workplace: Workplace, answering: Callable[..., None]
):
    rule = workplace.rule()
    answering(RejectedError("not this one"), RejectedError("nor this one"))

    workplace.run(rule)

    assert states() == [State.DUE, State.DUE]
    assert not AddressInUse.objects.exists()
    remove_rule(rule, "maria")


def test_whose_answers_were_all_lost_stays_half_way(
    workplace: Workplace, answering: Callable[..., None]
):
    lost = UnknownOutcome("The answer was lost.")
    answering(lost, lost)

    workplace.run(workplace.rule())

    assert states() == [State.CREATING, State.CREATING]
    assert AddressInUse.objects.count() == 2


def test_whoever_waits_for_an_address_says_for_which_rule_and_goes_on_when_it_is_free(
    workplace: Workplace, answering: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    lost = UnknownOutcome("The answer was lost.")
    answering(lost, lost)
    first = workplace.rule("first", 0)
    workplace.run(first)
    Rule.objects.filter(pk=first.pk).update(enabled=False)
    second = workplace.rule("second", 1)
    monkeypatch.undo()

    summary = workplace.run(second)

    waiting = Change.objects.get(rule=second, contact_id=30)
    assert summary["waiting"] == 2
    assert "rule first has begun an account with the same address" in waiting.reason.sentence
    AddressInUse.objects.all().delete()
    assert workplace.run(second)["created"] == 2
    assert workplace.world.broken_invariants() == []
