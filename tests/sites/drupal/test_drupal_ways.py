"""How we get into a Drupal, and what becomes of a session that ends."""

import pytest

from fakes.faults import LoseAnswer, Pass, Status, requests
from fakes.wire import Wire
from latchkey.policy.health import Level
from latchkey.policy.values import Account
from latchkey.remote.errors import (
    RateLimited,
    SiteError,
    TransientError,
)
from latchkey.sites.contract import Site
from sites.connecting import connected, outcome
from sites.drupal.ondrupal import (
    ENTRY,
    LOGIN,
    OnDrupal,
    doors,
    ending_sessions,
    fail_five_times,
    sent,
)
from sites.drupal.stand import DrupalStand
from sites.stand import people, person


class TestWaysIn(OnDrupal):
    def test_password_is_sent_once_for_a_session(self, wire: Wire, site: Site) -> None:
        site.check()
        site.create(people(4))

        later = [act.request for act in wire.acts if not LOGIN(act.request)]
        assert len(sent(wire, LOGIN)) == 1
        assert [one for one in later if "Authorization" in dict(one.headers)] == []

    def test_wrong_password_is_tried_once(self, stand: DrupalStand, wire: Wire) -> None:
        with connected(stand, wire.url, password="not the one") as site:
            for _ in range(7):
                with pytest.raises(SiteError, match="does not accept"):
                    site.find_by_emails(["ann@example.org"])
            health = site.check()

        assert "does not accept" in health.findings[0].remedy
        assert len(sent(wire, LOGIN)) == 1
        assert sent(wire, ENTRY) == []

    def test_guard_against_guessing_is_told_from_a_wrong_password(
        self, stand: DrupalStand, site: Site
    ) -> None:
        fail_five_times(stand)

        with pytest.raises(RateLimited, match="password is right cannot be told") as blocked:
            site.find_by_emails(["ann@example.org"])
        health = site.check()

        assert blocked.value.retry_after == 3600
        assert not health.usable
        assert "failed log-ins" in health.findings[0].remedy

    def test_guard_that_has_let_go_lets_us_in_again(self, stand: DrupalStand, site: Site) -> None:
        fail_five_times(stand)
        with pytest.raises(RateLimited):
            site.find_by_emails(["ann@example.org"])

        stand.turn(forget_failures=True)

        assert site.find_by_emails(["ann@example.org"]) == {}

    @pytest.mark.parametrize(
        ("switches", "why"), [({"login": False}, "404"), ({"cookies": False}, "cookie")]
    )
    def test_basic_authentication_is_the_way_where_there_is_no_session(
        self, switches: dict[str, object], why: str, stand: DrupalStand, site: Site
    ) -> None:
        stand.turn(**switches)
        ann = person(stand.role)

        health = site.check()

        (warning,) = [one for one in health.findings if "basic authentication" in one.what]
        assert health.usable
        assert why in warning.remedy
        assert isinstance(outcome(lambda: site.create([ann])), Account)

    def test_wrong_password_without_a_session_is_tried_once_too(
        self, stand: DrupalStand, wire: Wire
    ) -> None:
        stand.turn(login=False)

        with connected(stand, wire.url, password="not the one") as site:
            for _ in range(7):
                with pytest.raises(SiteError, match="too many failures"):
                    site.find_by_emails(["ann@example.org"])

        assert len(sent(wire, ENTRY)) == 1

    def test_lost_answer_to_the_log_in_is_not_sent_again_at_once(
        self, wire: Wire, site: Site
    ) -> None:
        wire.inject(LoseAnswer(), on=LOGIN)

        with pytest.raises(TransientError):
            site.find_by_emails(["ann@example.org"])

        assert len(sent(wire, LOGIN)) == 1

    def test_connection_without_json_api_says_what_to_switch_on(
        self, wire: Wire, site: Site
    ) -> None:
        wire.inject(Status(404), on=requests("GET", "^/jsonapi"))

        assert "modules JSON:API" in site.check().findings[0].remedy

    def test_read_only_json_api_is_named(self, stand: DrupalStand, site: Site) -> None:
        stand.turn(read_only=True)

        health = site.check()
        failed = outcome(lambda: site.create([person()]))

        assert any("read_only" in one.remedy for one in health.findings)
        assert isinstance(failed, SiteError)
        assert "read_only" in str(failed)

    def test_administrator_is_advised_to_use_less(self, stand: DrupalStand, wire: Wire) -> None:
        connection = stand.connection(wire.url, username="admin")
        site = stand.spec.connect(connection, doors())

        warnings = [one.what for one in site.check().findings if one.level is Level.WARNING]
        site.close()

        assert "the connection's user is an administrator" in warnings

    def test_version_is_told(self, site: Site) -> None:
        assert site.check().version == "10"

    def test_password_that_was_changed_is_not_sent_over_and_over(
        self, stand: DrupalStand, wire: Wire, site: Site
    ) -> None:
        stand.turn(login=False)
        site.check()
        stand.turn(basic_auth=False)
        before = len(wire.acts)

        for _ in range(7):
            with pytest.raises(SiteError, match="basic authentication"):
                site.find_by_emails(["ann@example.org"])

        assert len(wire.acts) - before < 5


class TestEndedSessions(OnDrupal):
    def test_emptiness_of_an_ended_session_is_not_believed(
        self, stand: DrupalStand, wire: Wire, site: Site
    ) -> None:
        there = person(stand.role)
        stand.make([there])
        site.check()

        stand.turn(end_sessions=True)

        assert list(site.find_by_usernames([there.username])) == [there.username]
        assert len(sent(wire, LOGIN)) == 2

    def test_writes_of_an_ended_session_are_done_once(
        self, stand: DrupalStand, wire: Wire, site: Site
    ) -> None:
        everybody = people(8, stand.role)
        site.find_by_emails(["ann@example.org"])
        wire.inject(Pass(), on=ending_sessions(stand, stand.writes))

        outcomes = site.create(everybody)

        assert all(isinstance(one, Account) for one in outcomes)
        assert all(len(stand.seen(one.email)) == 1 for one in everybody)

    def test_list_goes_on_in_a_new_session(self, stand: DrupalStand, site: Site) -> None:
        everybody = people(stand.page + 20)
        stand.make(everybody)
        pages = site.accounts()
        names = {one.username for one in next(pages)}

        stand.turn(end_sessions=True)

        names |= {one.username for page in pages for one in page}
        assert {one.username for one in everybody} <= names

    def test_session_that_never_lasts_is_an_error(self, wire: Wire, site: Site) -> None:
        site.check()
        gone = Status(200, (("Content-Type", "application/vnd.api+json"),), b'{"data": []}')
        wire.inject(gone, on=requests("GET", r"^/jsonapi"))

        with pytest.raises(SiteError):
            site.find_by_emails(["ann@example.org"])
