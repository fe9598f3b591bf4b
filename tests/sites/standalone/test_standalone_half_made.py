"""A user that was saved half is made whole, and stands in nobody's way."""

import pytest

from fakes.faults import LoseAnswer, nth
from fakes.wire import Wire
from latchkey.policy.values import Account
from latchkey.remote.errors import UnknownOutcome
from latchkey.sites.contract import Site
from latchkey.sites.standalone.users import OF_CONTACTS
from sites.connecting import connected, outcome
from sites.stand import people, person
from sites.standalone.own import StandaloneTests
from sites.standalone.stand import StandaloneStand

WHOLE = "SELECT count(*) FROM standalone_user WHERE uf_id <> id"
HALF = """
INSERT INTO standalone_user (uf_name, contact_id, username, uf_id) VALUES (?, ?, ?, ?)
"""


class TestHalfMadeUsers(StandaloneTests):
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
