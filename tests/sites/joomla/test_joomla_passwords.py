"""No account is made while Joomla would mail its password in clear."""

import pytest

from fakes.faults import Status, requests
from fakes.wire import Wire
from latchkey.policy.health import Finding, Level
from latchkey.policy.values import Account
from latchkey.practice.mailbox import messages
from latchkey.remote.errors import (
    DryRun,
    RemoteError,
    SiteError,
    TransientError,
)
from latchkey.sites.contract import Site
from sites.connecting import connected, outcome
from sites.joomla.own import JoomlaTests
from sites.joomla.stand import JoomlaStand, is_write
from sites.stand import person

ASKING = requests("POST", "/v1/users$")


def about_passwords(site: Site) -> Finding:
    found = [one for one in site.check().findings if "password is mailed" in one.what]
    assert len(found) == 1
    return found[0]


class TestPasswordsInClear(JoomlaTests):
    def test_nothing_is_made_while_nobody_says_that_no_password_is_mailed(
        self, stand: JoomlaStand, unconfirmed: Site
    ) -> None:
        ann = person(stand.role)

        refused = outcome(lambda: unconfirmed.create([ann]))

        assert isinstance(refused, SiteError)
        assert 'mail_to_user_off = "yes"' in str(refused)
        assert stand.seen(ann.email) == []

    def test_check_asks_for_the_setting(self, unconfirmed: Site) -> None:
        finding = about_passwords(unconfirmed)

        assert finding.level is Level.MISSING
        assert 'mail_to_user_off = "yes"' in finding.remedy
        assert not unconfirmed.check().usable

    def test_what_joomla_shows_counts_more_than_what_was_said(
        self, stand: JoomlaStand, site: Site
    ) -> None:
        stand.turn(mail_to_user=True)
        ann = person(stand.role)

        refused = outcome(lambda: site.create([ann]))

        assert isinstance(refused, SiteError)
        assert "mails every new account its password" in str(refused)
        assert about_passwords(site).level is Level.MISSING
        assert stand.seen(ann.email) == []

    def test_mail_that_is_switched_on_meanwhile_is_noticed(
        self, stand: JoomlaStand, site: Site
    ) -> None:
        before = outcome(lambda: site.create([person(stand.role)]))
        stand.turn(mail_to_user=True)

        after = outcome(lambda: site.create([person(stand.role)]))

        assert isinstance(before, Account)
        assert isinstance(after, SiteError)

    def test_asking_makes_nobody(self, stand: JoomlaStand, site: Site) -> None:
        stand.turn(mail_to_user=True)
        before = [account for page in site.accounts() for account in page]

        outcome(lambda: site.create([person(stand.role)]))
        site.check()

        assert [account for page in site.accounts() for account in page] == before

    @pytest.mark.parametrize("mails", [True, False])
    def test_plugins_that_show_their_parameters_are_believed(
        self, *, mails: bool, stand: JoomlaStand, unconfirmed: Site
    ) -> None:
        stand.turn(plugin_params=True, mail_to_user=mails)

        made = outcome(lambda: unconfirmed.create([person(stand.role)]))

        assert isinstance(made, SiteError if mails else Account)
        assert about_passwords(unconfirmed).level is (Level.MISSING if mails else Level.OK)

    def test_switched_off_plugin_mails_nothing(self, stand: JoomlaStand, unconfirmed: Site) -> None:
        stand.turn(user_plugin=False, mail_to_user=True)

        assert isinstance(outcome(lambda: unconfirmed.create([person(stand.role)])), Account)

    def test_hidden_list_of_plugins_leaves_it_to_the_setting(
        self, stand: JoomlaStand, site: Site, unconfirmed: Site
    ) -> None:
        stand.turn(webservices_plugins=False)

        made = outcome(lambda: site.create([person(stand.role)]))
        refused = outcome(lambda: unconfirmed.create([person(stand.role)]))

        assert isinstance(made, Account)
        assert isinstance(refused, SiteError)

    def test_password_is_in_no_mail(self, stand: JoomlaStand, site: Site) -> None:
        ann = person(stand.role)

        made = outcome(lambda: site.create([ann]))

        with stand.opened() as db:
            texts = [mail.text for mail in messages.after(db, to=ann.email)]
        assert isinstance(made, Account)
        assert texts == []

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            (Status(500, body=b"<h1>Error</h1>"), TransientError),
            (Status(503), TransientError),
            (Status(403), SiteError),
            # The same is lacking with a password and without one: it would mail one.
            (Status(400, body=b'{"errors": [{"title": "Field required: Email"}]}'), SiteError),
            (Status(418, body=b'{"errors": [{"title": "no"}]}'), SiteError),
        ],
    )
    def test_answer_to_the_asking_that_tells_nothing_makes_nobody(
        self, fault: Status, kind: type[RemoteError], stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        wire.inject(fault, on=lambda request: ASKING(request) and not is_write(request))
        ann = person(stand.role)

        failed = outcome(lambda: site.create([ann]))

        assert isinstance(failed, kind)
        assert stand.seen(ann.email) == []

    def test_dry_run_asks_nothing_that_could_write(self, stand: JoomlaStand, wire: Wire) -> None:
        with connected(stand, wire.url, dry_run=True) as site:
            stopped = outcome(lambda: site.create([person(stand.role)]))
            health = site.check()

        assert isinstance(stopped, DryRun)
        assert [act for act in wire.acts if act.request.method != "GET"] == []
        unknown = [one for one in health.findings if one.level is Level.UNKNOWN]
        assert len(unknown) == 3
