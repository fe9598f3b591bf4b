"""What goes wrong on a pipe: each failure is the error that says what to do."""

import traceback
from dataclasses import dataclass

import pytest

from fakes.pipe_wire import START, PipeFault, PipeWire
from latchkey.policy.values import Account, AccountChange
from latchkey.remote.call import Limits
from latchkey.remote.errors import (
    Conflict,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.sites.contract import Site
from sites.behaviour import Behaviour
from sites.connecting import PATIENT, connected, outcome
from sites.phpcms.pipe import ByPipe
from sites.phpcms.stand import PracticeStand
from sites.stand import PASSWORD, people, person
from sites.writing import Writing

HASTY = Limits(connect=5, answer=2.0, total=5, tries=1)
WRITES = ("create", "update")
LOOKS = ("find", "list")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault, and the error that it is while reading and while writing."""

    kind: str
    reading: type[RemoteError]
    writing: type[RemoteError] = UnknownOutcome

    @property
    def limits(self) -> Limits:
        return HASTY if self.kind == "stall" else PATIENT


TROUBLES = [
    Trouble("refuse", TransientError),
    Trouble("lose", TransientError),
    Trouble("cut", TransientError),
    Trouble("html", TransientError),
    Trouble("stall", TransientError),
    Trouble("nonsense", SiteError),
]
# What ssh, sudo and shells say before anything else is said, and what that means.
BEGINNINGS = [
    ("web@host: Permission denied (publickey).", SiteError, "not let in"),
    ("Host key verification failed.", SiteError, "host's key"),
    ("sudo: a password is required", SiteError, "sudo asks"),
    ("bash: line 1: php: command not found", SiteError, "no such program"),
    ("ssh: connect to host h port 22: Connection refused", TransientError, "refused"),
    ("ssh: connect to host h port 22: Connection timed out", TransientError, "time limit"),
    ("ssh: Could not resolve hostname h: Name not known", TransientError, "name of the host"),
    ("something nobody has seen, password=hunter2", SiteError, "status 255"),
]
every_trouble = pytest.mark.parametrize("trouble", TROUBLES, ids=lambda one: one.kind)
every_loss = pytest.mark.parametrize("kind", ["lose", "cut", "nonsense"])


class PipeContract(ByPipe, Behaviour, Writing):
    """What `sites.contract_suite.SiteContract` is, for a kind that is reached by a pipe.

    Its failures are those of programs and pipes in place of those of HTTP.
    """

    @pytest.mark.parametrize(("said", "kind", "meaning"), BEGINNINGS)
    def test_program_that_does_not_start_says_what_to_do(
        self,
        said: str,
        kind: type[RemoteError],
        meaning: str,
        wire: PipeWire,
        site: Site,
    ) -> None:
        wire.inject(PipeFault("deny", said), on=[START])

        with pytest.raises(kind, match=meaning) as caught:
            site.find_by_emails(["ann@example.org"])

        assert type(caught.value) is kind
        assert "hunter2" not in _shown(caught.value)

    def test_program_that_is_not_there_is_told(self, stand: PracticeStand) -> None:
        missing = "pipe:/nowhere/php"

        with connected(stand, missing) as site:
            health = site.check()

        assert not health.usable
        assert "cannot be started" in health.findings[0].remedy

    def test_page_in_place_of_a_greeting_is_told(self, wire: PipeWire, site: Site) -> None:
        wire.inject(PipeFault("html"), on=[START])

        with pytest.raises(SiteError, match="not what Latchkey's script says"):
            site.find_by_emails(["ann@example.org"])

    def test_silence_at_the_start_passes(self, stand: PracticeStand, wire: PipeWire) -> None:
        wire.inject(PipeFault("stall"), on=[START])

        with connected(stand, wire.url, limits=HASTY) as site, pytest.raises(TransientError):
            site.check()

    @every_trouble
    def test_trouble_while_looking(
        self, trouble: Trouble, stand: PracticeStand, wire: PipeWire
    ) -> None:
        with connected(stand, wire.url, limits=trouble.limits) as site:
            site.find_by_emails(["ann@example.org"])
            wire.inject(PipeFault(trouble.kind), on=LOOKS)

            with pytest.raises(trouble.reading) as looking:
                site.find_by_emails(["ann@example.org"])
            with pytest.raises(trouble.reading) as listing:
                next(iter(site.accounts()))

        assert not isinstance(looking.value, UnknownOutcome)
        assert not isinstance(listing.value, UnknownOutcome)

    @every_trouble
    def test_trouble_while_creating(
        self, trouble: Trouble, stand: PracticeStand, wire: PipeWire
    ) -> None:
        with connected(stand, wire.url, limits=trouble.limits) as site:
            site.find_by_emails(["ann@example.org"])
            wire.inject(PipeFault(trouble.kind), on=WRITES)
            failed = [
                outcome(lambda: site.create([person(stand.role)])),
                outcome(lambda: site.create(people(8, stand.role))),
            ]

        assert [type(one) for one in failed] == [trouble.writing] * 2

    def test_read_is_repeated_in_a_fresh_program(
        self, stand: PracticeStand, wire: PipeWire, site: Site
    ) -> None:
        ann = person(stand.role)
        stand.make([ann])
        site.roles()
        wire.inject(PipeFault("refuse"), on=LOOKS, number=1)

        found = site.find_by_emails([ann.email])

        assert list(found) == [ann.email]

    @every_loss
    def test_create_whose_answer_was_lost_is_found_not_repeated(
        self, kind: str, stand: PracticeStand, wire: PipeWire, site: Site
    ) -> None:
        ann = person(stand.role)
        wire.inject(PipeFault(kind), on=WRITES, number=1)

        lost = outcome(lambda: site.create([ann]))
        found = site.find_by_emails([ann.email])
        again = outcome(lambda: site.create([ann]))

        assert isinstance(lost, UnknownOutcome)
        assert [one.username for one in found[ann.email]] == [ann.username]
        assert isinstance(again, Conflict)
        assert len(stand.seen(ann.email)) == 1

    @every_loss
    def test_lost_answer_among_many_is_told_from_the_others(
        self, kind: str, stand: PracticeStand, wire: PipeWire, site: Site
    ) -> None:
        everybody = people(6, stand.role)
        wire.inject(PipeFault(kind), on=WRITES, number=3)

        outcomes = site.create(everybody)

        expected = [Account, Account, UnknownOutcome, Account, Account, Account]
        assert [type(one) for one in outcomes] == expected
        assert all(len(stand.seen(one.email)) == 1 for one in everybody)

    def test_what_was_not_asked_for_after_silence_is_for_later(
        self, stand: PracticeStand, wire: PipeWire
    ) -> None:
        wire.inject(PipeFault("stall"), on=WRITES, number=2)
        everybody = people(4, stand.role)

        with connected(stand, wire.url, limits=HASTY) as site:
            outcomes = site.create(everybody)

        expected = [Account, UnknownOutcome, TransientError, TransientError]
        assert [type(one) for one in outcomes] == expected
        assert [len(stand.seen(one.email)) for one in everybody] == [1, 0, 0, 0]

    def test_errors_never_quote_a_password(
        self, stand: PracticeStand, wire: PipeWire, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        change = AccountChange(made, password=PASSWORD)

        for kind in ("quote", "lose", "cut", "nonsense", "html"):
            wire.inject(PipeFault(kind), on=WRITES)
            failed = outcome(lambda: site.create([person(stand.role)]))
            changed = outcome(lambda: site.update([change]))
            wire.heal()

            assert isinstance(failed, RemoteError)
            assert isinstance(changed, RemoteError)
            assert PASSWORD not in _shown(failed) + _shown(changed)


def _shown(error: RemoteError) -> str:
    """All that a log could show of an error."""
    return repr(error) + "".join(traceback.format_exception(error))
