"""What is Moodle's own: names that it insists on, cohorts, languages, what it hides, batches."""

import json
from dataclasses import replace
from urllib.parse import parse_qs
from uuid import uuid4

import pytest

from fakes.faults import LoseAnswer, Status, about, nth
from fakes.wire import Wire
from latchkey.policy.health import Level
from latchkey.policy.roles import is_privileged
from latchkey.policy.values import Account, AccountChange
from latchkey.practice.moodle.switches import CAPABILITIES, SWITCHES
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Conflict, RejectedError, SiteError, UnknownOutcome
from latchkey.sites.contract import Site
from latchkey.sites.moodle.refusals import CREATE, FIND, RESET
from latchkey.sites.registry import KINDS
from sites.connecting import connected, outcome
from sites.moodle.own import MoodleTests
from sites.moodle.stand import MoodleStand, calling
from sites.stand import named, people, person

CREATES = calling(CREATE)


class TestMoodle(MoodleTests):
    def test_kind_is_known(self) -> None:
        assert KINDS["moodle"].label == "Moodle"

    def test_password_is_never_made_or_mailed_by_moodle(
        self, stand: MoodleStand, wire: Wire, site: Site
    ) -> None:
        site.create(people(3, stand.role))

        sent = [act.request.body for act in wire.acts if CREATES(act.request)]
        assert sent
        assert [body for body in sent if b"createpassword" in body] == []
        assert set(stand.mailed()) & {"person.1@example.org"} == set()

    def test_names_that_a_rule_does_not_give_are_filled_in(self, site: Site) -> None:
        ann, bob = person(), replace(person(), fields={"firstname": "", "lastname": "Madonna"})

        made = [one for one in site.create([ann, bob]) if isinstance(one, Account)]

        assert [(one.fields["firstname"], one.fields["lastname"]) for one in made] == [
            (ann.username, "-"),
            ("-", "Madonna"),
        ]

    def test_custom_profile_field_is_filled(self, site: Site) -> None:
        ann = replace(person(), fields={"civi_contact_id": "42", "city": "Łódź"})

        made = outcome(lambda: site.create([ann]))
        assert isinstance(made, Account)
        changed = outcome(
            lambda: site.update([AccountChange(made, fields={"civi_contact_id": "43"})])
        )

        assert (made.fields["civi_contact_id"], made.fields["city"]) == ("42", "Łódź")
        assert isinstance(changed, Account)
        assert changed.fields["civi_contact_id"] == "43"

    def test_profile_field_that_is_not_there_is_named(self, site: Site) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)

        refused = outcome(lambda: site.update([AccountChange(made, fields={"nosuch": "x"})]))

        assert isinstance(refused, RejectedError)
        assert "nosuch" in str(refused)

    def test_capitals_in_a_username_are_lost(self, site: Site) -> None:
        ann = person()

        made = outcome(lambda: site.create([named(ann, username=ann.username.upper())]))

        assert isinstance(made, Account)
        assert made.username == ann.username

    def test_key_that_moodle_does_not_show_is_not_an_absent_account(
        self, wire: Wire, site: Site
    ) -> None:
        made = outcome(lambda: site.create([replace(person(), key=uuid4())]))
        assert isinstance(made, Account)
        shown = {"id": int(made.id), "username": made.username, "email": made.email}
        by_key = about("server.php", f"wsfunction={FIND}&.*field=idnumber")
        wire.inject(Status(200, body=json.dumps([shown]).encode()), on=by_key)

        with pytest.raises(SiteError, match="ID number"):
            site.find_by_keys([made.key or uuid4()])

    @pytest.mark.parametrize(
        ("asked", "given"), [("fr_FR", "fr"), ("pt_BR", "pt_br"), ("de_DE", "en"), (None, "en")]
    )
    def test_language_is_given_where_it_is_installed(
        self, asked: str | None, given: str, stand: MoodleStand, site: Site
    ) -> None:
        everybody = [replace(one, language=asked) for one in people(3, stand.role)]

        made = [one for one in site.create(everybody) if isinstance(one, Account)]

        assert [one.language for one in made] == [given] * 3

    def test_language_is_tried_once_only(self, wire: Wire, site: Site) -> None:
        site.create([replace(person(), language="de_DE")])
        before = len([act for act in wire.acts if CREATES(act.request)])

        site.create([replace(one, language="de_DE") for one in people(4)])

        sent = [parse_qs(act.request.body) for act in wire.acts if CREATES(act.request)][before:]
        assert [name for body in sent for name in body if b"lang" in name] == []

    def test_change_to_a_language_that_was_never_seen_leaves_the_account(self, site: Site) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)

        assert outcome(lambda: site.update([AccountChange(made, language="tlh_QO")])) == made

    def test_bad_one_is_found_in_a_batch_and_the_rest_is_made(self, site: Site) -> None:
        everybody = people(50)
        everybody[17] = replace(everybody[17], fields={"firstname": "<b>Ann</b>"})

        outcomes = site.create(everybody)

        assert [i for i, one in enumerate(outcomes) if not isinstance(one, Account)] == [17]
        assert isinstance(outcomes[17], RejectedError)

    def test_somebody_who_was_faster_is_a_conflict(self, wire: Wire, site: Site) -> None:
        ann, other = people(2)
        wire.inject(LoseAnswer(), on=CREATES, when=nth(1))

        lost = outcome(lambda: site.create([ann]))
        refused = outcome(lambda: site.create([named(other, email=ann.email)]))

        assert isinstance(lost, UnknownOutcome)
        assert isinstance(refused, Conflict)
        assert refused.on == "email"

    def test_clash_with_debugging_on_is_the_same(self, stand: MoodleStand, site: Site) -> None:
        stand.turn(debug=True)
        ann = person()
        stand.make([ann])

        refused = outcome(lambda: site.create([ann]))

        assert isinstance(refused, Conflict)
        assert refused.existing is not None

    def test_question_with_an_impossible_address_is_still_answered(
        self, stand: MoodleStand, site: Site
    ) -> None:
        ann = person()
        stand.make([ann])

        found = site.find_by_emails(["no address", ann.email, "Zoë@exämple.org", ""])

        assert list(found) == [ann.email]
        assert site.find_by_usernames(["no such name", ann.username]).keys() == {ann.username}

    def test_address_in_another_spelling_is_found_on_postgresql(
        self, stand: MoodleStand, site: Site
    ) -> None:
        stand.turn(database_ignores_case=False)
        ann = person()
        stand.make([named(ann, email=ann.email.title())])
        many = [f"nobody.{number}@example.org" for number in range(40)]

        assert list(site.find_by_emails([ann.email])) == [ann.email]
        assert list(site.find_by_emails([ann.email, *many])) == [ann.email]

    def test_sight_that_is_lost_later_is_no_empty_answer(
        self, stand: MoodleStand, site: Site
    ) -> None:
        site.find_by_emails(["nobody@example.org"])

        with (
            stand.without("moodle/user:viewdetails"),
            pytest.raises(SiteError, match="viewdetails"),
        ):
            site.find_by_emails(["nobody@example.org"])

    def test_our_key_is_the_id_number(self, site: Site) -> None:
        ann = replace(person(), key=uuid4())

        made = outcome(lambda: site.create([ann]))

        assert isinstance(made, Account)
        assert made.key == ann.key
        assert site.find_by_keys([uuid4()]) == {}

    def test_protected_usernames_count_as_privileged(self, stand: MoodleStand, wire: Wire) -> None:
        teacher = person()
        stand.make([teacher])
        connection = replace(
            stand.connection(wire.url), settings={"protected": f"boss, {teacher.username}"}
        )
        site = stand.spec.connect(connection, Doors())
        found = site.find_by_usernames([teacher.username])
        site.close()

        assert is_privileged(found[teacher.username], frozenset())

    def test_administrator_cannot_be_changed(self, site: Site) -> None:
        admin = site.find_by_usernames(["admin"])["admin"]

        assert isinstance(outcome(lambda: site.disable([admin])), RejectedError)

    def test_suspended_person_is_not_mailed(self, wire: Wire, site: Site) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)
        suspended = outcome(lambda: site.disable([made]))
        assert isinstance(suspended, Account)

        assert isinstance(site.tell([suspended])[0], RejectedError)
        assert [act for act in wire.acts if calling(RESET)(act.request)] == []

    def test_check_advises_what_makes_work_easier(self, stand: MoodleStand, wire: Wire) -> None:
        stand.turn(
            functions=[one for one in SWITCHES["functions"] if one != RESET],
            capabilities=[one for one in CAPABILITIES if one != "moodle/site:viewfullnames"],
        )

        with connected(stand, wire.url) as site:
            health = site.check()

        warned = " ".join(one.remedy for one in health.findings if one.level is Level.WARNING)
        assert health.usable
        assert health.version.startswith("4.4")
        assert RESET in warned
        assert "viewfullnames" in warned

    def test_check_in_a_dry_run_says_what_it_could_not_try(
        self, stand: MoodleStand, wire: Wire
    ) -> None:
        with connected(stand, wire.url, dry_run=True) as site:
            health = site.check()

        assert health.usable
        assert [one.what for one in health.findings if one.level is Level.UNKNOWN] == [
            "make accounts",
            "change accounts",
        ]
