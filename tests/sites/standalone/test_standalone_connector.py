"""What is Standalone's own: contacts, names had twice, two generations of mail."""

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.practice import API_KEY, start_practice
from fakes.wire import Wire
from latchkey.crm.civicrm import connect
from latchkey.crm.contract import CrmConnection
from latchkey.policy.health import Level
from latchkey.policy.values import Account, AccountChange, Link
from latchkey.practice.standalone.seeding import NEEDED
from latchkey.practice.standalone.switches import OLD
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Conflict, Missing, RejectedError, SiteError
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import Site, SiteConnection
from latchkey.sites.registry import KINDS
from latchkey.sites.standalone.connector import SPEC
from sites.connecting import outcome
from sites.stand import named, people, person
from sites.standalone.own import StandaloneTests
from sites.standalone.stand import KEY, StandaloneStand


class TestStandalone(StandaloneTests):
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
