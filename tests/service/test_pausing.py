"""What may not go on holds before the next write and the next mail, and says so when asked."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from latchkey.remote.doors import Doors
from latchkey.remote.errors import Paused
from latchkey.remote.mail import Mail
from latchkey.service import errands, pausing
from latchkey.service.provisioning import carrying
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.run import provision, run_rule
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.service.resetting import reset_passwords
from latchkey.store import pauses
from latchkey.store.clock import now
from latchkey.store.models import Change, Errand, Rule, Task, Told
from service.conftest import LIMITS, WiredConnect, Workplace, working_at
from service.mailing import Post, with_post

STANDS: dict[str, dict[str, Any]] = {
    "is off": {"enabled": False},
    "is stopped: Nobody knows why": {"stopped_reason": "Nobody knows why"},
}


@pytest.fixture
def guarded(practice: Any, transactional_db: None) -> Iterator[Workplace]:  # noqa: ARG001 - threads see what is committed
    """A workplace whose doors ask before each write whether the rule may go on."""
    guard = partial(pauses.stop_if_paused, uuid4())
    connect = WiredConnect(Doors(limits=LIMITS, guard=guard))
    with working_at(practice, practice.url, connect, hosted=True) as at_work:
        yield at_work


@pytest.mark.parametrize("stands", STANDS)
def test_rule_that_is_switched_off_in_the_middle_of_a_slice_writes_nothing_more(
    guarded: Workplace, monkeypatch: pytest.MonkeyPatch, stands
):
    rule = guarded.rule()
    steps = [_and_then(step, partial(_switch, stands)) for step in carrying.STEPS[Task.ACCOUNT]]
    monkeypatch.setattr(carrying, "STEPS", {Task.ACCOUNT: steps})

    with pytest.raises(UnavailableError, match=stands):
        guarded.run(rule)

    made = len(guarded.world.users())
    assert guarded.world.rows("SELECT * FROM mailbox_messages") == guarded.world.notes() == []
    monkeypatch.undo()
    Rule.objects.update(enabled=True, stopped_reason="")
    guarded.run(rule)
    assert len(guarded.world.users()) == made
    assert guarded.world.broken_invariants() == []


@pytest.mark.parametrize("stands", STANDS)
@pytest.mark.parametrize(
    "act",
    [
        lambda place, rule: run_rule(place.installation, rule, Silent()),
        lambda place, rule: provision(place.installation, rule, 40, Silent()),
        lambda place, rule: reset_passwords(place.installation, rule, Silent()),
    ],
    ids=["run", "provision", "reset-passwords"],
)
def test_what_is_asked_of_a_rule_that_may_not_go_on_is_refused_with_the_reason(
    workplace: Workplace, act, stands
):
    rule = workplace.rule()
    _switch(stands)

    with pytest.raises(Paused, match=stands):
        act(workplace, rule)

    assert not Change.objects.exists()


@pytest.mark.parametrize("stands", STANDS)
def test_mail_is_not_sent_again_by_a_rule_that_may_not_go_on(workplace: Workplace, stands):
    post = Post()
    place = with_post(workplace, post)
    rule = workplace.rule(notify="latchkey")
    place.run(rule)
    told = Change.objects.filter(told=Told.TOLD).first()
    assert told is not None
    _switch(stands)
    sent = len(post.sent)

    errand = errands.ask(Errand.Kind.RESEND, "bo", rule=rule, contact_id=told.contact_id)
    errands.perform(place.installation, errand.pk)

    errand.refresh_from_db()
    assert stands in errand.problem
    assert len(post.sent) == sent


@pytest.mark.parametrize("name", [None, "www", "members"])
def test_own_mails_stop_before_the_next_one_and_each_goes_once_in_the_end(
    workplace: Workplace, name
):
    post = PausingPost(name)
    place = with_post(workplace, post)
    rule = workplace.rule(notify="latchkey")

    place.run(rule)

    assert len(post.sent) == 1
    pausing.resume(name, "anna")
    Change.objects.filter(due_at__isnull=False).update(due_at=now())
    place.run(rule)
    addresses = [mail.to for mail in post.sent]
    assert len(addresses) == len(set(addresses)) == Change.objects.filter(told=Told.TOLD).count()


class PausingPost(Post):
    """While it sends its first mail, somebody pauses the work."""

    def __init__(self, name: str | None) -> None:
        super().__init__()
        self._name = name

    def send(self, mail: Mail) -> None:
        """See Mailer."""
        super().send(mail)
        if len(self.sent) == 1:
            pausing.pause(self._name, "anna")


def _switch(stands: str) -> None:
    Rule.objects.update(**STANDS[stands])


def _and_then(step: Callable[..., None], follows: Callable[[], None]) -> Callable[..., None]:
    """The step; once accounts are made, something else happens."""

    def both(work: Any, cases: Any) -> None:
        step(work, cases)
        if step.__name__ == "make":
            follows()

    return both
