"""What goes wrong on the way: each failure is the error that says what to do."""

import traceback
from dataclasses import dataclass

import pytest

from fakes.faults import (
    AnswerThenStatus,
    CutBody,
    Fault,
    Html,
    LoseAnswer,
    Refuse,
    Stall,
    Status,
    nth,
)
from fakes.wire import Wire
from latchkey.policy.values import Account
from latchkey.remote.call import Limits
from latchkey.remote.errors import (
    Conflict,
    RateLimited,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.sites.contract import Site, Support
from sites.connecting import PATIENT, ByWire, connected, outcome, outcomes
from sites.stand import PASSWORD, Stand, people, person

HASTY = Limits(connect=5, answer=1.0, total=3, tries=1)
PROOFS = 10
SLOW_DOWN = Status(429, (("Content-Type", "application/json"), ("Retry-After", "7")))
CLOSED = Status(503, (("Content-Type", "text/html"), ("Retry-After", "9")), b"<h1>Maintenance</h1>")
BROKEN = Status(500, (("Content-Type", "text/html"),), b"<h1>Error</h1>")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault, and the error that it is while reading and while writing."""

    name: str
    fault: Fault
    reading: type[RemoteError]
    writing: type[RemoteError]

    @property
    def limits(self) -> Limits:
        """Impatient only where waiting is the trouble: a busy machine is slow without any."""
        return HASTY if isinstance(self.fault, Stall) else PATIENT


TROUBLES = [
    Trouble("401", Status(401), SiteError, SiteError),
    Trouble("403", Status(403), SiteError, SiteError),
    Trouble("404", Status(404), SiteError, SiteError),
    Trouble("429", SLOW_DOWN, RateLimited, RateLimited),
    Trouble("500", BROKEN, TransientError, UnknownOutcome),
    Trouble("503", CLOSED, TransientError, TransientError),
    Trouble("time-out", Stall(30), TransientError, UnknownOutcome),
    Trouble("HTML", Html(), SiteError, UnknownOutcome),
    Trouble("cut off", CutBody(), TransientError, UnknownOutcome),
    Trouble("hung up", Refuse(), TransientError, UnknownOutcome),
]
# The write is done, and nothing or nonsense comes back.
LOST = [LoseAnswer(), CutBody(), AnswerThenStatus(500)]
every_trouble = pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
every_loss = pytest.mark.parametrize("loss", LOST, ids=lambda loss: type(loss).__name__)


class Failures(ByWire):
    """A site that is reached through a bad wire."""

    @every_trouble
    def test_trouble_at_first_contact(self, trouble: Trouble, stand: Stand, wire: Wire) -> None:
        wire.inject(trouble.fault)

        connecting = connected(stand, wire.url, limits=trouble.limits)
        with connecting as site, pytest.raises(trouble.reading):
            site.find_by_emails(["ann@example.org"])

    @every_trouble
    def test_trouble_while_looking(self, trouble: Trouble, stand: Stand, wire: Wire) -> None:
        with connected(stand, wire.url, limits=trouble.limits) as site:
            _prove(site)
            wire.inject(trouble.fault, on=stand.looks)

            with pytest.raises(trouble.reading):
                site.find_by_emails(["ann@example.org"])
            with pytest.raises(trouble.reading):
                next(iter(site.accounts()))

    @every_trouble
    def test_trouble_while_creating(self, trouble: Trouble, stand: Stand, wire: Wire) -> None:
        with connected(stand, wire.url, limits=trouble.limits) as site:
            _prove(site)
            wire.inject(trouble.fault, on=stand.writes)
            failed = [
                outcome(lambda: site.create([person(stand.role)])),
                outcome(lambda: site.create(people(8, stand.role))),
            ]

        assert [type(one) for one in failed] == [trouble.writing] * 2

    @pytest.mark.parametrize("fault", [SLOW_DOWN, CLOSED], ids=["429", "503"])
    def test_time_to_wait_is_passed_on(
        self, fault: Status, stand: Stand, wire: Wire, site: Site
    ) -> None:
        wire.inject(fault)

        failed = outcome(lambda: site.create([person(stand.role)]))

        assert isinstance(failed, TransientError)
        assert failed.retry_after == float(dict(fault.headers)["Retry-After"])

    def test_site_that_is_down_is_a_passing_trouble_to_a_check(
        self, wire: Wire, site: Site
    ) -> None:
        wire.inject(CLOSED)

        with pytest.raises(TransientError):
            site.check()

    @every_loss
    def test_create_whose_answer_was_lost_is_found_not_repeated(
        self, loss: Fault, stand: Stand, wire: Wire, site: Site
    ) -> None:
        ann = person(stand.role)
        wire.inject(loss, on=stand.writes, when=nth(1))

        lost = outcome(lambda: site.create([ann]))
        found = site.find_by_emails([ann.email])
        again = outcome(lambda: site.create([ann]))

        assert isinstance(lost, UnknownOutcome)
        assert [one.username for one in found[ann.email]] == [ann.username]
        assert isinstance(again, Conflict)
        assert len(stand.seen(ann.email)) == 1

    @every_loss
    def test_lost_answer_among_many_is_told_from_the_others(
        self, loss: Fault, stand: Stand, wire: Wire, site: Site
    ) -> None:
        everybody = people(12, stand.role)
        wire.inject(loss, on=stand.writes, when=nth(2))

        outcomes = site.create(everybody)

        kinds = {type(one) for one in outcomes}
        assert kinds == {Account, UnknownOutcome}
        assert all(len(stand.seen(one.email)) == 1 for one in everybody)

    def test_failure_among_many_harms_none_of_the_others(
        self, stand: Stand, wire: Wire, site: Site
    ) -> None:
        everybody = people(12, stand.role)
        wire.inject(BROKEN, on=stand.writes, when=nth(1))

        outcomes = site.create(everybody)

        made = [one.email for one in outcomes if isinstance(one, Account)]
        assert made
        assert made == [one.email for one in everybody if stand.seen(one.email)]
        assert all(isinstance(one, Account | UnknownOutcome) for one in outcomes)

    def test_look_up_of_an_account_in_the_way_that_fails_is_tried_again_later(
        self, stand: Stand, wire: Wire, site: Site
    ) -> None:
        taken, ann = people(2, stand.role)
        stand.make([taken])
        site.check()
        wire.inject(CLOSED, on=stand.looks)

        made, blocked = outcomes(lambda: site.create([ann, taken]), 2)

        assert isinstance(made, Account if stand.seen(ann.email) else TransientError)
        assert isinstance(blocked, TransientError)

    @every_trouble
    def test_trouble_while_telling(
        self, trouble: Trouble, stand: Stand, wire: Wire, site: Site
    ) -> None:
        if stand.spec.capabilities.own_mail is Support.NONE:
            pytest.skip("this kind sends no mail of its own")
        ann = person(stand.role)
        stand.make([ann])
        account = site.find_by_emails([ann.email])[ann.email][0]

        with connected(stand, wire.url, limits=trouble.limits) as same:
            _prove(same)
            wire.inject(trouble.fault, on=stand.mailing)
            failed = outcome(lambda: same.tell([account]))

        page_is_no_answer = SiteError if trouble.fault == Html() else trouble.writing
        assert isinstance(failed, trouble.writing | page_is_no_answer)

    def test_errors_never_quote_a_secret(self, stand: Stand, wire: Wire, site: Site) -> None:
        credential = stand.credential()
        ann = person(stand.role)

        errors: list[object] = []
        for looking in _quoting(stand, credential):
            wire.inject(looking, on=stand.looks)
            errors.append(outcome(lambda: [site.find_by_emails([ann.email])]))
            wire.mend()
        for writing in _quoting(stand, f"{credential} and {PASSWORD}"):
            wire.inject(writing, on=stand.writes)
            errors.append(outcome(lambda: site.create([ann])))
            wire.mend()

        shown = [_shown(one) for one in errors if isinstance(one, RemoteError)]
        assert len(shown) == len(errors)
        assert [one for one in shown if credential in one or PASSWORD in one] == []

    def test_wrong_credential_is_not_quoted(self, stand: Stand, wire: Wire) -> None:
        wrong = "not-the-one-that-is-right"

        with connected(stand, wire.url, password=wrong) as site:
            told = repr(site.check())
            with pytest.raises(SiteError) as refused:
                site.find_by_emails(["ann@example.org"])

        assert wrong not in told + str(refused.value)


def _prove(site: Site) -> None:
    """Have the site proved before the trouble begins, however busy the machine is."""
    for _ in range(PROOFS):
        try:
            site.check()
            site.password_page()
        except TransientError:
            continue
        return


def _quoting(stand: Stand, text: str) -> list[Fault]:
    """Answers that repeat what they should not, each in another way."""
    page = f"<p>{text}</p>".encode()
    return [stand.refusal(text), Html(page), Status(500, body=page), Status(403, body=page)]


def _shown(error: RemoteError) -> str:
    """All that a log could show of an error."""
    return repr(error) + "".join(traceback.format_exception(error))
