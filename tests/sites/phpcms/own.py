"""What both kinds do of their own: fields, languages, letters, user 1, what a check finds."""

from dataclasses import replace

import pytest

from fakes.pipe_wire import PipeFault, PipeWire
from latchkey.policy.health import Level
from latchkey.policy.values import Account, AccountChange
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError, SiteError, TransientError
from latchkey.sites.contract import Site
from sites.connecting import outcome
from sites.phpcms.stand import PracticeStand
from sites.stand import person


class OwnWays:
    """Inherited beside the contract, whose fixtures it uses."""

    def test_wrong_folder_is_named(self, stand: PracticeStand) -> None:
        connection = stand.connection(stand.url, root="/srv/elsewhere")

        site = stand.spec.connect(connection, Doors())
        health = site.check()
        site.close()

        assert not health.usable
        assert "/srv/elsewhere" in health.findings[0].remedy

    def test_site_of_the_other_kind_is_told(self, stand: PracticeStand) -> None:
        other = {"drupal7": "backdrop", "backdrop": "drupal7"}[stand.spec.kind]
        connection = replace(stand.connection(stand.url), kind=other)

        site = stand.spec.connect(connection, Doors())
        with pytest.raises(SiteError, match=stand.spec.kind):
            site.roles()
        site.close()

    @pytest.mark.parametrize("command", ["", "  ", "php 'unclosed"])
    def test_command_that_cannot_be_read_is_refused(
        self, command: str, stand: PracticeStand
    ) -> None:
        connection = stand.connection(stand.url)
        settings = {**connection.settings, "command": command}

        with pytest.raises(SiteError, match="command"):
            stand.spec.connect(replace(connection, settings=settings), Doors())

    def test_folder_has_to_be_a_whole_path(self, stand: PracticeStand) -> None:
        with pytest.raises(SiteError, match="root"):
            stand.spec.connect(stand.connection(stand.url, root="www"), Doors())

    def test_check_tells_where_links_lead(self, stand: PracticeStand, site: Site) -> None:
        health = site.check()

        leading = [one for one in health.findings if stand.url in one.what]
        assert [one.level for one in leading] == [Level.OK]
        assert health.version

    def test_every_role_is_listed_and_power_is_seen(self, stand: PracticeStand, site: Site) -> None:
        roles, privileged = site.roles(), site.privileged_roles()

        assert roles.complete
        assert {stand.role, stand.another_role, "content team"} <= roles.names
        assert {"administrator", "content team"} <= privileged
        assert stand.role not in privileged

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"no_such_field": "x"}, "no field no_such_field"),
            ({"field_first_name": "x" * 61}, "field_first_name"),
            ({"field_contact_id": "many"}, "field_contact_id"),
        ],
    )
    def test_field_that_cannot_be_is_named(
        self, fields: dict[str, str], words: str, stand: PracticeStand, site: Site
    ) -> None:
        ann = replace(person(stand.role), fields=fields)

        refused = outcome(lambda: site.create([ann]))

        assert type(refused) is RejectedError
        assert words in str(refused)
        assert stand.seen(ann.email) == []

    @pytest.mark.parametrize(
        ("asked", "given"),
        [("fr_FR", "fr"), ("pt_BR", "pt-br"), ("zh_CN", "zh-hans"), ("de_DE", None)],
    )
    def test_language_is_given_where_the_site_has_it(
        self, asked: str, given: str | None, stand: PracticeStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([replace(person(stand.role), language=asked)]))

        assert isinstance(made, Account)
        assert made.language == given

    def test_welcome_goes_to_who_never_logged_in(self, stand: PracticeStand, site: Site) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)

        site.tell([made])

        mail = stand.mails()[-1]
        assert mail.to == made.email
        assert mail.subject.startswith("An administrator created an account for you")
        assert f"{stand.url}/user/reset/{made.id}/" in mail.text

    def test_mail_that_the_transport_refuses_is_for_later(
        self, stand: PracticeStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        stand.turn("mail_fails", on=True)

        with pytest.raises(TransientError, match="mail"):
            site.tell([made])

        stand.turn("mail_fails", on=False)

    def test_letter_that_is_switched_off_is_told(self, stand: PracticeStand, site: Site) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        stand.turn("mail_off", on=True)

        told = site.tell([made])

        stand.turn("mail_off", on=False)
        assert type(told[0]) is RejectedError

    def test_blocked_account_is_sent_no_link(self, stand: PracticeStand, site: Site) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        site.disable([made])

        told = site.tell([made])

        assert type(told[0]) is RejectedError
        assert made.email not in stand.mailed()

    def test_user_one_is_left_alone(self, site: Site) -> None:
        admin = site.get(["1"])["1"]

        refused = outcome(lambda: site.update([AccountChange(admin, password="Taken-over-1!")]))
        blocked = outcome(lambda: site.disable([admin]))

        assert type(refused) is RejectedError
        assert type(blocked) is RejectedError
        assert site.get(["1"])["1"].active

    def test_ids_of_another_site_are_nobodys(self, site: Site) -> None:
        stranger = Account("u-17", "u", "u@example.org")

        assert site.get(["u-17"]) == {}
        assert isinstance(outcome(lambda: site.disable([stranger])), RejectedError)

    def test_program_that_ends_between_is_started_again(
        self, stand: PracticeStand, wire: PipeWire, site: Site
    ) -> None:
        site.roles()
        wire.inject(PipeFault("lose"), on=["update"], number=1)
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)

        site.disable([made])
        after = outcome(lambda: site.disable([made]))

        assert isinstance(after, Account)
        assert not after.active
