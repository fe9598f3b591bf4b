"""What is Standalone's own: contacts, half-made users, names had twice, two generations of mail."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.faults import LoseAnswer, nth
from fakes.practice import API_KEY, start_practice
from fakes.wire import Wire
from latchkey.crm.civicrm import connect
from latchkey.crm.contract import CrmConnection
from latchkey.policy.health import Level
from latchkey.policy.values import Account, AccountChange, Link
from latchkey.practice.standalone.seeding import NEEDED
from latchkey.practice.standalone.switches import NEW, OLD, SWITCHES
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Conflict, Missing, RejectedError, SiteError, UnknownOutcome
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import Site, SiteConnection
from latchkey.sites.registry import KINDS
from latchkey.sites.standalone.connector import SPEC
from latchkey.sites.standalone.users import OF_CONTACTS
from sites.connecting import ByWire, connected, outcome
from sites.stand import named, people, person
from sites.standalone.stand import KEY, StandaloneStand, standalone_stand

WHOLE = "SELECT count(*) FROM standalone_user WHERE uf_id <> id"
HALF = """
INSERT INTO standalone_user (uf_name, contact_id, username, uf_id) VALUES (?, ?, ?, ?)
"""


class TestStandalone(ByWire):
    @pytest.fixture(scope="class", params=[NEW, OLD])
    @classmethod
    def practice(
        cls, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[tuple[StandaloneStand, str]]:
        with standalone_stand(tmp_path_factory.mktemp("standalone")) as stand:
            yield stand, request.param

    @pytest.fixture
    def stand(self, practice: tuple[StandaloneStand, str]) -> Iterator[StandaloneStand]:
        stand, version = practice
        stand.turn(**{**SWITCHES, "version": version})
        yield stand
        stand.grant(NEEDED)
        with stand.tables() as db:
            db.execute("UPDATE standalone_user SET uf_id = id")

    def test_kind_is_known(self) -> None:
        assert KINDS["standalone"].label == "CiviCRM Standalone"

    def test_new_account_is_linked_with_its_contact(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        ann = person(stand.role)
        with stand.tables() as db:
            ann = replace(ann, contact_id=stand.contact(db, ann.email))

        made = outcome(lambda: site.create([ann]))

        assert isinstance(made, Account)
        with stand.tables() as db:
            row = db.execute(
                "SELECT contact_id, uf_id FROM standalone_user WHERE id = ?", (made.id,)
            )
            assert row.fetchone() == (ann.contact_id, int(made.id))

    def test_crm_of_the_same_address_shows_the_link(
        self, stand: StandaloneStand, wire: Wire, site: Site
    ) -> None:
        stand.grant(NEEDED | {"administer CiviCRM"})
        ann = person(stand.role)
        with stand.tables() as db:
            ann = replace(ann, contact_id=stand.contact(db, ann.email))
        made = outcome(lambda: site.create([ann]))
        assert isinstance(made, Account)
        connection = CrmConnection(KEY, "main", "civicrm", wire.url, {"api_key": Secret(API_KEY)})
        crm = connect(connection, Doors())

        links = crm.links(account_ids=[made.id])
        crm.close()

        assert [(one.account_id, one.contact_id) for one in links] == [(made.id, ann.contact_id)]
        assert isinstance(links[0], Link)

    def test_contact_that_has_an_account_gets_no_second_one(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        ann, other = people(2, stand.role)
        stand.make([ann])
        with stand.tables() as db:
            (contact,) = db.execute(
                "SELECT contact_id FROM standalone_user WHERE uf_name = ?", (ann.email,)
            ).fetchone()

        refused = outcome(lambda: site.create([replace(other, contact_id=contact)]))

        assert isinstance(refused, Conflict)
        assert refused.existing is not None
        assert refused.existing.username == ann.username

    @pytest.mark.parametrize("uf_id", [0, OF_CONTACTS + 41])
    def test_half_made_user_is_made_whole_by_a_look(
        self, uf_id: int, stand: StandaloneStand, site: Site
    ) -> None:
        ann = person()
        with stand.tables() as db:
            db.execute(HALF, (ann.email, stand.contact(db, ann.email), ann.username, uf_id))

        found = site.find_by_emails([ann.email])

        assert [one.username for one in found[ann.email]] == [ann.username]
        with stand.tables() as db:
            assert db.execute(WHOLE).fetchone() == (0,)

    def test_half_made_user_is_got_by_the_number_that_the_link_has(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        ann, uf_id = person(), OF_CONTACTS + 42
        with stand.tables() as db:
            db.execute(HALF, (ann.email, stand.contact(db, ann.email), ann.username, uf_id))

        got = site.get([str(uf_id)])

        assert got[str(uf_id)].email == ann.email
        with stand.tables() as db:
            assert db.execute(WHOLE).fetchone() == (0,)

    def test_half_made_user_is_left_alone_in_a_dry_run(
        self, stand: StandaloneStand, wire: Wire
    ) -> None:
        ann = person()
        with stand.tables() as db:
            db.execute(HALF, (ann.email, None, ann.username, 0))

        with connected(stand, wire.url, dry_run=True) as site:
            found = site.find_by_emails([ann.email])

        assert list(found) == [ann.email]
        with stand.tables() as db:
            assert db.execute(WHOLE).fetchone() == (1,)

    def test_half_made_user_does_not_stop_the_others(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        with stand.tables() as db:
            db.execute(HALF, ("half@example.org", None, "half", 0))

        outcomes = site.create(people(20, stand.role))
        health = site.check()
        with stand.tables() as db:
            db.execute("DELETE FROM standalone_user WHERE username = 'half'")

        assert all(isinstance(one, Account) for one in outcomes)
        assert [one for one in health.findings if "half-made" in one.what]
        assert health.usable

    def test_bulk_save_that_breaks_off_is_completed(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        stand.turn(partial_saves=3)
        everybody = people(40, stand.role)

        outcomes = site.create(everybody)

        assert [one.roles for one in outcomes if isinstance(one, Account)] == [{stand.role}] * 40
        with stand.tables() as db:
            assert db.execute(WHOLE).fetchone() == (0,)

    def test_lost_create_is_found_whole(
        self, stand: StandaloneStand, wire: Wire, site: Site
    ) -> None:
        ann = person(stand.role)
        wire.inject(LoseAnswer(), on=stand.writes, when=nth(1))

        lost = outcome(lambda: site.create([ann]))

        assert isinstance(lost, UnknownOutcome)
        assert site.find_by_emails([ann.email])[ann.email][0].roles == ann.roles

    def test_one_name_asked_for_twice_gets_one_account(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        first, second = people(2, stand.role)

        made, refused = site.create([first, named(second, username=first.username.upper())])

        assert isinstance(made, Account)
        assert isinstance(refused, Conflict)
        assert (refused.on, refused.existing) == ("username", made)

    @pytest.mark.parametrize("username", ["u" * 61, ""])
    def test_name_that_would_be_cut_is_refused(
        self, username: str, stand: StandaloneStand, site: Site
    ) -> None:
        ann = person(stand.role)

        refused = outcome(lambda: site.create([replace(ann, username=username)]))

        assert isinstance(refused, RejectedError)
        assert stand.seen(ann.email) == []

    def test_bad_address_is_refused_in_a_change_too(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)

        refused = outcome(lambda: site.update([AccountChange(made, email="not an address")]))

        assert isinstance(refused, RejectedError)
        assert len(stand.seen(made.email)) == 1

    def test_password_is_neither_sent_nor_set(
        self, stand: StandaloneStand, wire: Wire, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)

        refused = outcome(lambda: site.update([AccountChange(made, password="x1X!" * 6)]))

        assert isinstance(refused, RejectedError)
        assert [act for act in wire.acts if b"password" in act.request.body] == []

    @pytest.mark.parametrize(("asked", "given"), [("fr_FR", "fr_FR"), ("french", None)])
    def test_language_is_given_where_it_has_the_form_of_one(
        self, asked: str, given: str | None, stand: StandaloneStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([replace(person(stand.role), language=asked)]))

        assert isinstance(made, Account)
        assert made.language == given

    def test_powerful_roles_are_seen_by_their_permissions(self, site: Site) -> None:
        privileged = site.privileged_roles()

        assert {"admin", "account_maker"} <= privileged
        assert not {"staff", "member"} & privileged
        assert "everyone" not in site.roles().names

    def test_account_without_contact_is_not_mailed(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        gone = Account(stand.unknown_id, "gone", "gone@example.org")

        told = site.tell([made, gone])

        assert [type(one) for one in told] == [RejectedError, Missing]
        assert made.email not in stand.mailed()

    def test_inactive_account_is_not_mailed(self, stand: StandaloneStand, site: Site) -> None:
        ann = person(stand.role)
        stand.make([ann])
        account = site.find_by_emails([ann.email])[ann.email][0]
        site.disable([account])

        assert [type(one) for one in site.tell([account])] == [RejectedError]
        assert ann.email not in stand.mailed()

    def test_sight_that_is_lost_later_is_no_empty_answer(
        self, stand: StandaloneStand, site: Site
    ) -> None:
        site.find_by_emails(["nobody@example.org"])

        with (
            stand.without("view all contacts"),
            pytest.raises(SiteError, match="view all contacts"),
        ):
            site.find_by_emails(["nobody@example.org"])

    def test_check_tells_of_the_mail_and_of_readable_errors(
        self, stand: StandaloneStand, site: Site, practice: tuple[StandaloneStand, str]
    ) -> None:
        stand.grant(NEEDED - {"view debug output"})

        health = site.check()

        warned = {one.what for one in health.findings if one.level is Level.WARNING}
        assert health.usable
        assert warned == {"readable errors", *(("reset mail",) if practice[1] == OLD else ())}


def test_crm_within_a_cms_is_told_apart(tmp_path: Path) -> None:
    practice = start_practice(tmp_path)
    connection = SiteConnection(
        KEY, "x", "standalone", practice.url, {}, {"api_key": Secret(API_KEY)}
    )
    site = SPEC.connect(connection, Doors())

    health = site.check()
    site.close()
    practice.stop()

    assert not health.usable
    assert "hosts_crm" in " ".join(one.remedy for one in health.findings)
