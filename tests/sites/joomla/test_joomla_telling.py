"""The form that tells everybody the same, and what really came of it."""

from dataclasses import replace

import pytest

from fakes.faults import Status, requests
from fakes.wire import Wire
from latchkey.policy.health import Level
from latchkey.policy.values import Account
from latchkey.remote.errors import (
    Missing,
    RejectedError,
    SiteError,
    UnknownOutcome,
)
from latchkey.sites.contract import Site
from sites.connecting import outcome
from sites.joomla.own import JoomlaTests
from sites.joomla.stand import JoomlaStand
from sites.stand import person

FORM = requests("GET", "view=reset")


class TestTelling(JoomlaTests):
    def test_form_is_asked_without_our_token(
        self, stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        account = self._made(stand, site)

        told = site.tell([account])

        form = [act.request for act in wire.acts if "option=com_users" in act.request.path]
        assert told == [None]
        assert form
        assert [one for one in form if "x-joomla-token" in dict(_lower(one.headers))] == []

    def test_several_are_told_in_one_session(
        self, stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        accounts = [self._made(stand, site) for _ in range(3)]

        told = site.tell(accounts)

        assert told == [None] * 3
        assert {one.email for one in accounts} <= set(stand.mailed())
        assert len([act for act in wire.acts if FORM(act.request)]) == 1

    def test_eleventh_mail_within_an_hour_is_refused(self, stand: JoomlaStand, site: Site) -> None:
        account = self._made(stand, site)

        told = [site.tell([account])[0] for _ in range(11)]

        assert told[:10] == [None] * 10
        assert isinstance(told[10], RejectedError)
        assert "10 in the last hour" in str(told[10])
        assert stand.mailed().count(account.email) == 10

    def test_captcha_is_told_from_a_limit(self, stand: JoomlaStand, site: Site) -> None:
        account = self._made(stand, site)
        stand.turn(captcha=True)

        failed = outcome(lambda: site.tell([account]))

        assert isinstance(failed, SiteError)
        assert "captcha" in str(failed)

    def test_mail_that_joomla_could_not_send_is_told(self, stand: JoomlaStand, site: Site) -> None:
        account = self._made(stand, site)
        stand.turn(mail_transport=False)

        failed = outcome(lambda: site.tell([account]))

        assert isinstance(failed, RejectedError)
        assert "mail settings" in str(failed)

    def test_site_without_the_form_is_a_warning(self, stand: JoomlaStand, site: Site) -> None:
        account = self._made(stand, site)
        stand.turn(reset_form=False)

        health = site.check()
        failed = outcome(lambda: site.tell([account]))

        warnings = [one for one in health.findings if one.level is Level.WARNING]
        assert health.usable
        assert len(warnings) == 1
        assert "notify = latchkey" in warnings[0].remedy
        assert isinstance(failed, SiteError)

    @pytest.mark.parametrize(
        ("target", "finds"),
        [
            ("/index.php/component/users/reset", True),
            ("/index.php?option=com_users&view=reset", False),
        ],
    )
    def test_form_is_followed_to_its_friendly_address(
        self, *, target: str, finds: bool, stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        account = self._made(stand, site)
        wire.inject(Status(303, (("Location", f"{wire.url}{target}"),), b""), on=FORM)

        told = outcome(lambda: site.tell([account]))

        assert (told is None) == finds
        assert finds or isinstance(told, SiteError)

    def test_blocked_and_missing_accounts_are_not_asked_for(
        self, stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        account = self._made(stand, site)
        site.disable([account])

        blocked, gone = site.tell([account, replace(account, id=stand.unknown_id)])

        assert isinstance(blocked, RejectedError)
        assert isinstance(gone, Missing)
        assert [act for act in wire.acts if stand.mailing(act.request)] == []

    def test_mail_whose_count_cannot_be_read_is_unknown(
        self, stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        account = self._made(stand, site)
        reading = requests("GET", rf"/v1/users/{account.id}$")
        wire.inject(Status(503), on=reading, when=lambda number: number > 1)

        failed = outcome(lambda: site.tell([account]))

        assert isinstance(failed, UnknownOutcome)

    def _made(self, stand: JoomlaStand, site: Site) -> Account:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        return made


def _lower(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in headers]
