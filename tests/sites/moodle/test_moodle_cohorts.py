"""Cohorts, which are the roles of a Moodle: who gets in and out, and what keeps whom."""

import pytest

from fakes.faults import Status, about, nth
from fakes.wire import Wire
from latchkey.policy.values import Account, AccountChange
from latchkey.remote.errors import SiteError
from latchkey.sites.contract import Site
from latchkey.sites.moodle.refusals import ADD_MEMBERS, DELETE_MEMBERS
from sites.connecting import outcome
from sites.moodle.own import MoodleTests
from sites.moodle.stand import MoodleStand, calling
from sites.stand import people, person

MAX_INPUT_VARS = 1000
MISSING_RECORD = b"""{
    "exception": "dml_missing_record_exception",
    "errorcode": "invalidrecord",
    "message": "Can't find data record in database."
}"""


class TestCohorts(MoodleTests):
    def test_cohort_without_id_number_goes_by_its_name(self, site: Site) -> None:
        made = outcome(lambda: site.create([person("Board & friends")]))

        assert isinstance(made, Account)
        assert made.roles == {"Board & friends"}
        assert site.roles().complete
        assert site.roles().names == {"members", "volunteers", "Board & friends"}

    def test_cohort_that_was_deleted_stops_nothing(self, stand: MoodleStand, site: Site) -> None:
        ann = person()
        with stand.tables() as db:
            db.execute("INSERT INTO mdl_cohort (name, idnumber) VALUES ('Gone', 'gone')")
        site.roles()
        with stand.tables() as db:
            db.execute("DELETE FROM mdl_cohort WHERE idnumber = 'gone'")

        assert isinstance(outcome(lambda: site.create([ann])), Account)
        assert "gone" not in site.roles().names

    def test_account_that_did_not_get_into_its_cohort_is_shown_without(
        self, stand: MoodleStand, wire: Wire, site: Site
    ) -> None:
        wire.inject(Status(500), on=calling(ADD_MEMBERS), when=nth(1))

        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        repaired = outcome(
            lambda: site.update([AccountChange(made, roles=frozenset({stand.role}))])
        )

        assert made.roles == frozenset()
        assert isinstance(repaired, Account)
        assert repaired.roles == {stand.role}

    def test_account_that_goes_meanwhile_keeps_nobody_else_in_a_cohort(
        self, stand: MoodleStand, wire: Wire, site: Site
    ) -> None:
        made = [one for one in site.create(people(3, stand.role)) if isinstance(one, Account)]
        gone = about("server.php", rf"wsfunction={DELETE_MEMBERS}.*\[userid\]={made[1].id}(&|$)")
        wire.inject(Status(200, body=MISSING_RECORD), on=gone)

        outcomes = site.update([AccountChange(one, roles=frozenset()) for one in made])

        roles = [isinstance(one, Account) and one.roles for one in outcomes]
        assert roles == [frozenset(), {stand.role}, frozenset()]

    def test_members_of_many_cohorts_are_asked_for_in_parts(
        self, stand: MoodleStand, wire: Wire, site: Site
    ) -> None:
        """PHP leaves out what is more than max_input_vars, a thousand, without a word."""
        many = [(f"Course {number}", f"course-{number}") for number in range(1100)]
        with stand.tables() as db:
            db.executemany("INSERT INTO mdl_cohort (name, idnumber) VALUES (?, ?)", many)

        site.create([person(stand.role)])
        with stand.tables() as db:
            db.execute("DELETE FROM mdl_cohort WHERE idnumber LIKE 'course-%'")

        assert max(act.request.body.count(b"&") for act in wire.acts) < MAX_INPUT_VARS

    def test_missing_right_to_fill_cohorts_is_named(self, stand: MoodleStand, site: Site) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)

        with stand.without("moodle/cohort:assign"), pytest.raises(SiteError, match="cohort:assign"):
            site.update([AccountChange(made, roles=frozenset({stand.role}))])
