"""An installation as Hypothesis drives it: every rule is something that may happen to it."""

import json
import sqlite3
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from fakes.faults import (
    AnswerThenStatus,
    CutBody,
    Fault,
    Html,
    LoseAnswer,
    Refuse,
    Status,
    nth,
    requests,
)
from fakes.practice import RunningPractice
from fakes.wire import Wire
from latchkey.remote.call import Limits
from latchkey.remote.doors import Doors
from latchkey.service import pausing, retrying, review
from latchkey.service.workload import RuleWorkload
from latchkey.store import plans
from latchkey.store.changes import given_up
from latchkey.store.models import Account, Alert, Change, Connection, Pause, Rule, State
from service.conftest import WiredConnect, working_at
from service.model import GROUP, ROLES, Person, Sight, broken_always, broken_at_rest
from service.provisioning.going_on import Killed
from service.working import refusal, work
from torture.traps import EVERY_TRAP, Trap, Trapper

PEOPLE = 7
LOOKS_TO_REST = 15
HASTY = Limits(connect=2.0, answer=2.0, total=4.0, tries=1)
HTML = (("Content-Type", "text/html"),)
FAULTS: tuple[Fault, ...] = (
    LoseAnswer(),
    Refuse(),
    CutBody(),
    Html(),
    AnswerThenStatus(500),
    AnswerThenStatus(503),
    Status(500, HTML, b"<h1>Error</h1>"),
    Status(503, (("Retry-After", "30"), *HTML), b"<h1>Maintenance</h1>"),
    Status(429, (("Retry-After", "30"), *HTML), b"slow down"),
    Status(400, body=json.dumps(refusal("email", "Not this one.")).encode()),
)
# What a fault may fall upon: anything, or one kind of write.
AT_SITE = ("", r"batch/v1|wp/v2/users")
AT_CRM = ("", r"Activity/save", r"GroupContact", r"UFMatch")
# Individuals in the group whom the rule serves: all but two have no account yet.
ORDINARY = """
SELECT c.id, e.email FROM civicrm_contact c
JOIN civicrm_group_contact gc ON gc.contact_id = c.id
JOIN civicrm_group g ON g.id = gc.group_id AND g.title = ?
JOIN civicrm_email e ON e.contact_id = c.id AND e.is_primary = 1 AND e.on_hold = 0
LEFT JOIN civicrm_uf_match uf ON uf.contact_id = c.id
LEFT JOIN wp_users u ON u.email = e.email
WHERE c.contact_type = 'Individual' AND c.is_deceased = 0 AND c.is_deleted = 0
AND c.do_not_email = 0 AND uf.id IS NULL AND e.email LIKE '%@%.%'
GROUP BY e.email HAVING count(*) = 1
AND (SELECT count(*) FROM civicrm_email o WHERE o.email = e.email) = 1
ORDER BY u.id IS NULL, c.id
"""


PAUSABLE = (None, "crm.main", "site.www", *ROLES)
FAULT = st.sampled_from(FAULTS)
NUMBERS = st.sets(st.integers(1, 4), min_size=1)
SOMEBODY = st.integers(0, PEOPLE - 1)
SOME = st.sets(SOMEBODY, min_size=1)


def die() -> None:
    """What happens at a trap: nothing in the product catches it."""
    raise Killed


class Latchkey(RuleBasedStateMachine):
    """One installation with two rules on one trigger; every plan of the second is reviewed."""

    def __init__(self, practice: RunningPractice, trapper: Trapper) -> None:
        super().__init__()
        self.trapper = trapper
        _begin_anew(practice)
        self.open = ExitStack()
        connect = WiredConnect(Doors(limits=HASTY))
        working = working_at(practice, practice.url, connect, hosted=True)
        self.at = at = self.open.enter_context(working)
        found = at.world.rows(ORDINARY, GROUP)
        self.people = [Person(*row) for row in (*found[:2], *found[-PEOPLE + 2 :])]
        self.seeded = frozenset(at.world.users())
        self.number = count(1)
        for contact_id in at.world.members(GROUP):
            self._put("Removed", contact_id)
        at.rule("members", 0, notify="latchkey")
        at.rule("friends", 1, notify="latchkey", roles=["contributor"], review="always")
        self._restart()

    @rule(who=SOME)
    def come(self, who: set[int]) -> None:
        inside = self.at.world.members(GROUP)
        for person in (self.people[one] for one in who):
            if person.contact_id not in inside:
                self._put("Added", person.contact_id)
                person.entries += 1
                person.rejected = False

    @rule(who=SOMEBODY)
    def be_taken_out(self, who: int) -> None:
        person = self.people[who]
        if person.contact_id in self.at.world.members(GROUP):
            self._put("Removed", person.contact_id)
            person.taken_out = True

    @rule(who=SOMEBODY, like=st.none() | SOMEBODY)
    def change_address(self, who: int, like: int | None) -> None:
        """A new address, or that of somebody else."""
        fresh = f"moved{next(self.number)}@example.org"
        person = self.people[who]
        person.email = fresh if like is None else self.people[like].email
        self._edit(person, "civicrm_email SET email = ? WHERE contact_id = ?", person.email)

    @rule(who=SOMEBODY, yes=st.booleans(), deceased=st.booleans())
    def be_refused(self, who: int, *, yes: bool, deceased: bool) -> None:
        """Somebody is deceased, or their address bounces, or no longer."""
        person = self.people[who]
        if deceased:
            person.deceased = yes
            self._edit(person, "civicrm_contact SET is_deceased = ? WHERE id = ?", yes)
        else:
            person.bouncing = yes
            self._edit(person, "civicrm_email SET on_hold = ? WHERE contact_id = ?", yes)

    @rule(who=SOME, fault=FAULT, path=st.sampled_from(AT_SITE), numbers=NUMBERS)
    def come_while_the_site_fails(
        self, who: set[int], fault: Fault, path: str, numbers: set[int]
    ) -> None:
        self._come_among(self.at.site_wire, who, fault, path, numbers)

    @rule(who=SOME, fault=FAULT, path=st.sampled_from(AT_CRM), numbers=NUMBERS)
    def come_while_the_crm_fails(
        self, who: set[int], fault: Fault, path: str, numbers: set[int]
    ) -> None:
        self._come_among(self.at.crm_wire, who, fault, path, numbers)

    @rule(looks=st.integers(1, 2))
    def work_in_peace(self, looks: int) -> None:
        self._work(looks)

    @rule(who=SOME, trap=st.sampled_from(EVERY_TRAP), expired=st.booleans())
    def come_to_a_dying_worker(self, who: set[int], trap: Trap, *, expired: bool) -> None:
        """It is killed at its work; another begins, before or after the leases are over."""
        self.come(who)
        self.trapper.arm(trap)
        try:
            self._work()
        except Killed:
            for person in self.people:
                person.crashed = True
            self._restart()
        finally:
            self.trapper.arm(None)
        if expired:
            self._let_leases_expire()

    @rule(name=st.sampled_from(PAUSABLE), go_on=st.booleans())
    def pause_or_resume(self, name: str | None, *, go_on: bool) -> None:
        if go_on:
            pausing.resume(name, "anna")
        else:
            pausing.pause(name, "anna")

    @precondition(lambda _: bool(plans.held()))
    @rule(say=st.sampled_from(["release", "release some", "reject"]))
    def decide_about_a_plan(self, say: str) -> None:
        plan = plans.held()[0]
        concerned = sorted(plans.contacts_of(plan))
        if say == "reject":
            review.reject(plan, "bo")
            for person in self.people:
                person.rejected |= person.contact_id in concerned
        else:
            review.release(plan, "bo", concerned[:1] if say != "release" and concerned else None)

    @precondition(lambda _: bool(given_up()))
    @rule()
    def retry(self) -> None:
        again = {one for _, contacts in given_up() for one in contacts}
        retrying.retry()
        for person in self.people:
            person.retries += person.contact_id in again

    @rule()
    def come_to_rest(self) -> None:
        """Nothing fails, people decide, time passes: then all is as the model says."""
        for name in PAUSABLE:
            stopped = Rule.objects.exclude(stopped_reason="").first()
            assert stopped is None, f"a fault that passed has stopped a rule: {stopped}"
            pausing.resume(name, "anna")
        before = None
        for _ in range(LOOKS_TO_REST):
            self._let_leases_expire()
            for plan in plans.held():
                review.release(plan, "bo")
            Rule.objects.update(swept_at=None)
            self._work(2)
            self._work()
            now = list(Change.objects.order_by("pk").values_list("pk", "state", "is_open", "owed"))
            if now == before and not plans.held():
                break
            before = now
        sight = Sight.of(self.at.world)
        wrong = list(broken_at_rest(self.people, self.seeded, sight))
        assert not wrong, "\n".join(wrong)

    @invariant()
    def nothing_is_doubled(self) -> None:
        wrong = list(broken_always(self.people, Sight.of(self.at.world)))
        assert not wrong, "\n".join(wrong)

    def teardown(self) -> None:
        """However it went, it comes to a good end."""
        with self.open:
            self.come_to_rest()
            self.nothing_is_doubled()

    def _come_among(
        self, wire: Wire, who: set[int], fault: Fault, path: str, numbers: set[int]
    ) -> None:
        self.come(who)
        wire.inject(fault, on=requests(path=path), when=nth(*numbers))
        self._work()
        wire.mend()

    def _work(self, looks: int = 1) -> None:
        """Every wait is over at once, but for leases."""
        moment = datetime.now(UTC)
        Change.objects.filter(due_at__isnull=False, state__in=_WAITING).update(due_at=moment)
        Connection.objects.exclude(paused_reason="").update(probe_at=moment)
        work(self.workload, looks)

    def _restart(self) -> None:
        name = f"worker {next(self.number)}"
        self.workload = RuleWorkload(self.at.installation, name, lambda _crm: timedelta(0))

    def _let_leases_expire(self) -> None:
        past = datetime.now(UTC) - timedelta(seconds=1)
        Change.objects.filter(lease_until__isnull=False).update(lease_until=past)
        Connection.objects.filter(held_until__isnull=False).update(held_until=past)

    def _put(self, status: str, contact_id: int) -> None:
        """Somebody adds the contact to the trigger in CiviCRM, or removes it."""
        self.at.world.rows(
            "UPDATE civicrm_group_contact SET status = ? WHERE contact_id = ? AND group_id = "
            "(SELECT id FROM civicrm_group WHERE title = ?)",
            status,
            contact_id,
            GROUP,
        )

    def _edit(self, person: Person, sets: str, value: Any) -> None:
        """Somebody changes the contact in CiviCRM, which notes when."""
        self.at.world.rows(f"UPDATE {sets}", value, person.contact_id)
        self.at.world.rows(
            "UPDATE civicrm_contact SET modified_date = ? WHERE id = ?",
            f"2027-01-01 00:{next(self.number):02}:00",
            person.contact_id,
        )


def _begin_anew(practice: RunningPractice) -> None:
    """The practice systems as they were seeded, and nothing in our own database."""
    for rows in (Rule, Account, Alert, Pause):
        rows.objects.all().delete()
    for role in ("site", "crm"):
        Connection.objects.filter(role=role).delete()
    with (
        closing(sqlite3.connect(practice.home / "kept.sqlite3")) as kept,
        closing(sqlite3.connect(practice.home / "practice.sqlite3", timeout=30)) as live,
    ):
        kept.backup(live)


_WAITING = (State.DUE, State.CREATING, State.MADE, State.TOLD, State.WRITTEN_BACK)
