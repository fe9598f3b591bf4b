"""What a worker has to do: tasks found in the rows, each done so that it may be done twice."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

import structlog

from latchkey.jobs.contract import Task as Job
from latchkey.policy.schedules import next_run
from latchkey.remote.errors import RemoteError
from latchkey.service import alerting
from latchkey.service.configuration.rules import schedule_of
from latchkey.service.errands import perform as perform_errand
from latchkey.service.errands import waiting as waiting_errands
from latchkey.service.importing.workload import NAME as IMPORT
from latchkey.service.importing.workload import import_jobs, perform_import, rules_at_work
from latchkey.service.installation import Installation
from latchkey.service.noticing import notice
from latchkey.service.provisioning.assignment import (
    Assignment,
    neighbours_of,
    open_assignment,
)
from latchkey.service.provisioning.carrying import STEPS, carry_next
from latchkey.service.provisioning.planning import finish, plan, plan_asked
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.run import prepare
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.service.site_sweeps import SiteSweeps, site_jobs
from latchkey.service.standstill import (
    apart,
    connection_apart,
    leave_alone,
    leave_alone_longer,
)
from latchkey.service.tidying import TIDY, tidy, tidy_jobs
from latchkey.service.timetable import crms_to_poll, is_open_now, is_to_be_swept, works
from latchkey.service.turns import Turns
from latchkey.service.visiting import receive, visit_jobs
from latchkey.store import alerts, changes, connections, episodes, imports, plans, rules, runs
from latchkey.store.models import Connection, Rule

KEEP_OPEN = timedelta(minutes=5)
# The daily mail goes out from this hour on, UTC.
DIGEST_HOUR = 6

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A rule with its ends open since a moment; `mark` is what they were opened with."""

    mark: tuple[str, ...]
    since: datetime
    work: Assignment


class RuleWorkload:
    """The rules' work, for one worker process. Safe to share between its threads.

    `holder` names the process; `poll_every` is how often a CRM is asked for news; `address` is
    Latchkey's own, for links in mails.
    """

    def __init__(
        self,
        installation: Installation,
        holder: str,
        poll_every: Callable[[Connection], timedelta],
        address: str = "",
    ) -> None:
        self._installation = installation
        self._holder = holder
        self._poll_every = poll_every
        self._address = address
        self._turns = Turns(installation, holder)
        self._lock = Lock()
        self._open: dict[int, _Kept] = {}
        self._jobs: dict[str, Callable[[str], Sequence[Job]]] = {
            "notice": self._notice,
            "sweep": self._sweep,
            "asked": self._asked,
            "carry": self._carry,
            "probe": self._probe,
            "alerts": self._alerts,
            IMPORT: self._import,
            "errand": self._errand,
            "digest": self._digest,
            **SiteSweeps(installation, self._turns.alone).jobs(),
            TIDY: tidy,
            "visit": lambda key: receive(installation, key, self._open_now, self._turns.take),
        }

    def due(self) -> Sequence[Job]:
        """The tasks that could be performed now."""
        moment = self._installation.now()
        working = [rule for rule in rules.every(enabled=True) if self._is_at_work(rule)]
        jobs = visit_jobs() + tidy_jobs(moment)
        jobs += [Job("errand", key) for key in waiting_errands()]
        jobs += [Job("probe", str(one.pk)) for one in connections.to_probe(moment)]
        jobs += site_jobs(moment)
        jobs += [Job("notice", str(key)) for key in crms_to_poll(working, moment)]
        jobs += [
            Job("sweep", str(rule.pk))
            for rule in working
            if is_to_be_swept(rule, moment) and not self._is_anothers(rule, moment)
        ]
        jobs += [Job("asked", str(rule.pk)) for rule in working if episodes.is_asked_for(rule)]
        of_imports = [rule for rule in rules_at_work() if self._is_at_work(rule)]
        jobs += import_jobs(lambda rule: works(rule) and not self._is_anothers(rule, moment))
        jobs += [
            Job("carry", str(rule.pk))
            for rule in (*working, *of_imports)
            if self._may_carry(rule, moment) and changes.is_claimable(rule, moment)
        ]
        return jobs + self._mails(moment)

    def next_due(self) -> datetime | None:
        """None: rows change without us, and `due` is cheap."""
        return None

    def perform(self, task: Job) -> Sequence[Job]:
        """Do one task. What makes a connection or a rule unusable is written down, not raised."""
        try:
            return self._jobs[task.name](task.key)
        except UnavailableError as gone:
            leave_alone(gone, self._installation.now())
            return []

    def stop(self) -> None:
        """Let go of the sites, so that another worker may go on at once."""
        connections.let_go(self._holder)

    def _notice(self, key: str) -> Sequence[Job]:
        crm = connections.by_key(key)
        if crm is None:
            return []
        connections.poll_at(crm, self._installation.now() + self._poll_every(crm))
        watching = []
        for rule in rules.of_crm(crm):
            with self._one_of_many(rule):
                at_once = works(rule) and schedule_of(rule).when.at_once
                work = self._assignment(rule) if at_once else None
                watching += [work] if work else []
        fresh: list[Rule] = []
        with connection_apart(crm):
            fresh = notice(watching, self._one_of_many)
        return [Job("carry", str(rule.pk)) for rule in fresh]

    def _sweep(self, key: str) -> Sequence[Job]:
        rule = rules.by_id(key)
        work = self._assignment(rule) if rule and rule.enabled and works(rule) else None
        if rule is None or work is None:
            return []
        with apart(rule), self._turns.sweeping(rule) as is_ours:
            if is_ours:
                with runs.planned(rule) as run:
                    plan(work, run, Silent())
                rules.swept(rule, next_run(schedule_of(rule), self._installation.now()))
                return [Job("carry", key)]
        return []

    def _asked(self, key: str) -> Sequence[Job]:
        rule = rules.by_id(key)
        work = self._assignment(rule) if rule and rule.enabled and works(rule) else None
        if rule is None or work is None:
            return []
        with apart(rule), runs.planned(rule) as run:
            written = plans.begin(run)
            plan_asked(work, run, written)
            finish(work, written)
        return [Job("carry", key)]

    def _carry(self, key: str) -> Sequence[Job]:
        rule = rules.by_id(key)
        work = self._assignment(rule) if rule and rule.enabled and works(rule) else None
        if rule is None or work is None or not is_open_now(rule):
            return []
        carried = 0
        with apart(rule), self._turns.at(rule.site) as is_ours:
            for task in STEPS if is_ours else ():
                carried += carry_next(work, task, Silent())
            if is_ours and not carried:
                runs.end_settled(rule)
        return [Job("carry", key)] if carried else []

    def _import(self, key: str) -> Sequence[Job]:
        one = imports.find(int(key))
        if one is None or one.rule is None:
            return []
        with self._turns.alone(one.rule.site, f"{IMPORT} {key}") as is_ours:
            return perform_import(self._installation, key) if is_ours else []

    def _probe(self, key: str) -> Sequence[Job]:
        connection = connections.by_key(key)
        if connection is None or not connection.paused_reason:
            return []
        connect = self._installation.connect
        opened = connect.crm if connection.role == Connection.Role.CRM else connect.site
        try:
            health = opened(connection).check()
        except RemoteError as error:
            leave_alone_longer(connection, str(error), error, self._installation.now())
            return []
        if not health.usable:
            lacking = [one.remedy for one in health.findings if one.level == "missing"]
            leave_alone_longer(connection, " ".join(lacking), None, self._installation.now())
            return []
        connections.unpause(connection)
        log.info("connection works again", connection=str(connection))
        return []

    def _alerts(self, _key: str) -> Sequence[Job]:
        if self._installation.mailer is None:
            return []
        try:
            alerting.send_alerts(self._installation.mailer, self._address)
        except RemoteError as error:
            log.warning("mail cannot be sent", reason=str(error))
        return []

    def _digest(self, today: str) -> Sequence[Job]:
        mailer = self._installation.mailer
        if mailer is None or not alerts.once(f"digest {today}"):
            return []
        try:
            alerting.send_digest(mailer, self._address)
        except RemoteError as error:
            alerts.settle(f"digest {today}")
            log.warning("mail cannot be sent", reason=str(error))
        return []

    def _errand(self, key: str) -> Sequence[Job]:
        perform_errand(self._installation, int(key))
        return []

    def _assignment(self, rule: Rule) -> Assignment | None:
        """The rule with its ends open, kept a while; None when it cannot be carried out."""
        opened: list[Assignment] = []
        with apart(rule):
            opened.append(self._opened(rule))
        return opened[0] if opened else None

    def _opened(self, rule: Rule) -> Assignment:
        moment = self._installation.now()
        mark = (rule.version, connections.mark(rule.crm), connections.mark(rule.site))
        with self._lock:
            kept = self._open.get(rule.pk)
        if kept and kept.mark == mark and moment - kept.since < KEEP_OPEN:
            # A rule added since shares the trigger from now on.
            neighbours = neighbours_of(rule, kept.work.rule)
            return replace(kept.work, row=rule, neighbours=neighbours)
        work = open_assignment(self._installation, rule)
        prepare(work)
        with self._lock:
            self._open[rule.pk] = _Kept(mark, moment, work)
        return work

    @contextmanager
    def _one_of_many(self, rule: Rule) -> Iterator[None]:
        """What goes wrong within it concerns the rule or its site; the other rules go on."""
        try:
            with apart(rule):
                yield
        except UnavailableError as gone:
            if gone.connection.pk == rule.crm_id:
                raise
            leave_alone(gone, self._installation.now())

    def _is_at_work(self, rule: Rule) -> bool:
        """Whether nothing stops the rule; one that cannot be read is stopped now."""
        can_be_read = False
        if works(rule):
            with apart(rule):
                schedule_of(rule)
                can_be_read = True
        return can_be_read

    def _open_now(self, rule: Rule) -> Assignment | None:
        """As `_assignment`, where nothing stops the rule just now."""
        return self._assignment(rule) if works(rule) and is_open_now(rule) else None

    def _mails(self, moment: datetime) -> list[Job]:
        if self._installation.mailer is None:
            return []
        today = f"{moment:%Y-%m-%d}"
        digest = moment.hour >= DIGEST_HOUR and not alerts.is_known(f"digest {today}")
        jobs = [Job("digest", today)] if digest else []
        return [*jobs, Job("alerts", "")] if alerts.unsent() else jobs

    def _may_carry(self, rule: Rule, moment: datetime) -> bool:
        """Within the rule's hours, and its site is not another worker's just now."""
        return is_open_now(rule) and not self._is_anothers(rule, moment)

    def _is_anothers(self, rule: Rule, moment: datetime) -> bool:
        return self._turns.is_anothers(rule.site, moment)
