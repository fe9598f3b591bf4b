"""What is WordPress's own: two addresses, batches, locales, half-made users, its ways to search."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from fakes.faults import Html, Status, nth, requests
from fakes.wire import Wire
from latchkey.policy.health import Level
from latchkey.policy.values import Account, AccountChange
from latchkey.remote.errors import Conflict, RejectedError, SiteError, UnknownOutcome
from latchkey.sites.contract import Site
from latchkey.sites.registry import KINDS
from sites.connecting import ByWire, connected, outcome
from sites.stand import named, people, person
from sites.wordpress.stand import PracticeStand, practice_stand

PAGE_NOT_FOUND = Status(404, (("Content-Type", "text/html"),), b"<h1>Not found</h1>")
CLEAN = requests(path=r"^/wp-json/")
BATCH = requests("POST", r"/batch/v1")


class TestWordPress(ByWire):
    @pytest.fixture(scope="class")
    @classmethod
    def practice(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeStand]:
        with practice_stand(tmp_path_factory.mktemp("practice")) as stand:
            yield stand

    @pytest.fixture
    def stand(self, practice: PracticeStand) -> Iterator[PracticeStand]:
        yield practice
        practice.turn(languages=["en_US"], deadlocks=0, application_passwords=True)
        practice.turn(capabilities={"user": "latchkey", "capabilities": None})

    @pytest.mark.parametrize("fault", [PAGE_NOT_FOUND, Html()], ids=["404", "front page"])
    def test_site_without_pretty_links_is_reached_by_its_plain_address(
        self, fault: Status | Html, stand: PracticeStand, wire: Wire, site: Site
    ) -> None:
        wire.inject(fault, on=CLEAN)
        everybody = people(6, stand.role)

        health = site.check()
        outcomes = site.create(everybody)

        assert "?rest_route=" in health.findings[0].what
        assert all(isinstance(one, Account) for one in outcomes)
        assert len(site.find_by_emails([one.email for one in everybody])) == 6

    def test_address_that_answered_is_remembered(self, wire: Wire, site: Site) -> None:
        wire.inject(PAGE_NOT_FOUND, on=CLEAN)
        site.check()
        before = len(wire.acts)

        site.find_by_emails(["ann@example.org"])

        assert [act for act in wire.acts[before:] if CLEAN(act.request)] == []

    def test_application_password_is_taken_without_its_spaces(
        self, stand: PracticeStand, wire: Wire
    ) -> None:
        password = stand.credential().replace(" ", "")

        with connected(stand, wire.url, password=password) as site:
            assert site.check().usable

    def test_switched_off_application_passwords_are_told_from_a_wrong_one(
        self, stand: PracticeStand, site: Site
    ) -> None:
        stand.turn(application_passwords=False)

        assert "switched off" in site.check().findings[0].remedy

    def test_administrator_is_advised_to_use_less(self, stand: PracticeStand, site: Site) -> None:
        everything = [*stand.permissions, "manage_options"]
        stand.turn(capabilities={"user": "latchkey", "capabilities": everything})

        health = site.check()

        warnings = [one.what for one in health.findings if one.level is Level.WARNING]
        assert health.usable
        assert warnings == ["the connection's user is an administrator"]

    def test_redirect_to_another_place_asks_for_the_right_address(
        self, stand: PracticeStand, wire: Wire, site: Site
    ) -> None:
        site.check()
        moved = Status(301, (("Location", f"{wire.url}/new/wp-json/wp/v2/users"),), b"")
        wire.inject(moved, on=requests("POST"))

        failed = outcome(lambda: site.create([person(stand.role)]))

        assert isinstance(failed, SiteError)
        assert "/new/" in str(failed)

    def test_firewall_against_batches_costs_speed_only(
        self, stand: PracticeStand, wire: Wire, site: Site
    ) -> None:
        wire.inject(Status(403, (("Content-Type", "text/html"),), b"<h1>No</h1>"), on=BATCH)
        everybody = people(10, stand.role)

        outcomes = site.create(everybody)
        tried = [act for act in wire.acts if BATCH(act.request)]
        more = site.create(people(10, stand.role))

        assert all(isinstance(one, Account) for one in [*outcomes, *more])
        assert [act for act in wire.acts if BATCH(act.request)] == tried

    def test_language_of_the_site_is_given(self, stand: PracticeStand, site: Site) -> None:
        stand.turn(languages=["en_US", "fr_FR", "fi"])
        asked = [replace(person(stand.role), language=one) for one in ("fr_FR", "fi_FI", "de_DE")]

        outcomes = site.create(asked)

        assert [one.language for one in outcomes if isinstance(one, Account)] == [
            "fr_FR",
            "fi",
            "en_US",
        ]

    def test_change_to_a_language_that_is_not_there_leaves_the_account(
        self, stand: PracticeStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)

        changed = outcome(lambda: site.update([AccountChange(made, language="tlh_QO")]))

        assert changed == made

    def test_user_left_half_made_is_found_and_repaired(
        self, stand: PracticeStand, site: Site
    ) -> None:
        stand.turn(deadlocks=1)
        ann = person(stand.role)

        lost = outcome(lambda: site.create([ann]))
        found = site.find_by_emails([ann.email])[ann.email]
        repaired = outcome(lambda: site.update([AccountChange(found[0], roles=ann.roles)]))

        assert isinstance(lost, UnknownOutcome)
        assert (found[0].username, found[0].roles) == (ann.username, frozenset())
        assert isinstance(repaired, Account)
        assert repaired.roles == ann.roles

    def test_deadlock_in_a_batch_leaves_the_other_batches_alone(
        self, stand: PracticeStand, site: Site
    ) -> None:
        stand.turn(deadlocks=1)
        everybody = people(20, stand.role)

        outcomes = site.create(everybody)

        made = [one.email for one in outcomes if isinstance(one, Account)]
        lost = [one for one in outcomes if isinstance(one, UnknownOutcome)]
        assert (len(made), len(lost)) == (15, 5)
        assert all(stand.seen(email)[0].roles == {stand.role} for email in made)

    def test_short_list_is_read_instead_of_searching(
        self, stand: PracticeStand, wire: Wire, site: Site
    ) -> None:
        everybody = people(3)
        stand.make(everybody)

        found = site.find_by_emails([one.email for one in everybody])

        assert len(found) == 3
        assert [act for act in wire.acts if "search=" in act.request.path] == []

    def test_long_list_is_not_read_for_two(
        self, stand: PracticeStand, wire: Wire, site: Site
    ) -> None:
        stand.make(people(3 * stand.page + 1))
        both = people(2)
        stand.make(both)

        found = site.find_by_emails([one.email for one in both])

        pages = {re.search(r"[?&]page=(\d+)", act.request.path) for act in wire.acts}
        assert set(found) == {one.email for one in both}
        assert {page[1] for page in pages if page} == {"1"}

    def test_roles_that_users_have_are_told(self, stand: PracticeStand, site: Site) -> None:
        stand.make([person("member")])

        roles = site.roles()

        assert {"administrator", "subscriber", "account_maker", "member"} <= roles.names
        assert not roles.complete

    def test_role_with_power_is_privileged_by_what_it_may_do(self, site: Site) -> None:
        privileged = site.privileged_roles()

        assert {"administrator", "account_maker"} <= privileged
        assert "subscriber" not in privileged

    def test_mail_that_wordpress_refuses_is_refused(self, site: Site) -> None:
        nobody = Account("999999", "nobody", "nobody.at.all@example.org")

        refused = outcome(lambda: site.tell([nobody]))

        assert isinstance(refused, RejectedError)
        assert "no account" in str(refused)

    def test_form_for_lost_passwords_is_asked_by_the_address_as_it_is_stored(
        self, site: Site
    ) -> None:
        ann = person()
        made = outcome(lambda: site.create([named(ann, email=f"r&d.{ann.email}")]))
        assert isinstance(made, Account)

        assert site.tell([made]) == [None]

    def test_address_that_wordpress_would_take_twice_is_given_to_one(self, site: Site) -> None:
        ann, bob, carol = people(3)
        email = f"r&d.{ann.email}"
        made, refused, other = site.create(
            [named(one, email=email) for one in (ann, bob)] + [carol]
        )
        assert isinstance(other, Account)

        moved = outcome(lambda: site.update([AccountChange(other, email=email.upper())]))

        assert isinstance(made, Account)
        assert [isinstance(one, Conflict) and one.existing for one in (refused, moved)] == [
            made
        ] * 2

    def test_address_that_the_table_cannot_hold_is_refused_and_harms_nobody(
        self, wire: Wire, site: Site
    ) -> None:
        """WordPress breaks off over it, and with it the rest of a batch."""
        ann, bob, carol = people(3)
        long = f"{'x' * 60}@{'y' * 60}.example.org"

        made, refused, other = site.create([ann, named(bob, email=long), carol])
        assert isinstance(made, Account)
        moved = outcome(lambda: site.update([AccountChange(made, email=long)]))

        assert isinstance(other, Account)
        assert [type(one) for one in (refused, moved)] == [RejectedError] * 2
        assert [act for act in wire.acts if b"yyy" in act.request.body] == []

    def test_empty_answer_to_a_batch_is_unknown(
        self, stand: PracticeStand, wire: Wire, site: Site
    ) -> None:
        site.check()
        wire.inject(Status(207, body=b'{"responses": []}'), on=BATCH, when=nth(1))

        outcomes = site.create(people(8, stand.role))

        assert {type(one) for one in outcomes} == {Account, UnknownOutcome}

    def test_user_without_its_roles_is_not_taken_for_one(self, wire: Wire, site: Site) -> None:
        site.check()
        wire.inject(Status(200, body=b'[{"id": 1, "name": "Ann"}]'), on=requests("GET", r"users\?"))

        with pytest.raises(SiteError, match="plugin"):
            site.find_by_emails(["ann@example.org"])


def test_every_kind_is_registered_by_its_own_name() -> None:
    assert "wordpress" in KINDS
    assert [spec.kind for spec in KINDS.values()] == list(KINDS)
