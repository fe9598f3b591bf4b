"""What is Drupal's own about accounts: keys, case, languages, and its two mails."""

from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest

from fakes.faults import Status, requests
from fakes.wire import Wire
from latchkey.policy.values import Account
from latchkey.remote.errors import (
    Conflict,
    RejectedError,
    SiteError,
    TransientError,
)
from latchkey.sites.contract import Site
from sites.connecting import outcome
from sites.drupal.ondrupal import (
    OnDrupal,
    doors,
    key_of,
    made_by,
    sent,
)
from sites.drupal.stand import DrupalStand
from sites.stand import PASSWORD, named, people, person


class TestAccounts(OnDrupal):
    def test_our_key_is_the_account(self, stand: DrupalStand, site: Site) -> None:
        key = key_of("an account")

        made = outcome(lambda: site.create([replace(person(stand.role), key=key)]))

        assert isinstance(made, Account)
        assert (made.id, made.key) == (str(key), key)

    def test_uuid_that_drupal_chose_is_no_key(self, stand: DrupalStand, site: Site) -> None:
        ann = person()
        stand.make([ann])

        assert site.find_by_emails([ann.email])[ann.email][0].key is None

    def test_key_that_is_taken_names_its_account(self, stand: DrupalStand, site: Site) -> None:
        ann, other = (replace(one, key=key_of("taken")) for one in people(2))
        made = outcome(lambda: site.create([ann]))

        refused = outcome(lambda: site.create([other]))

        assert isinstance(refused, Conflict)
        assert refused.existing == made
        assert stand.seen(other.email) == []

    def test_address_in_another_case_is_found_on_every_database(
        self, stand: DrupalStand, site: Site
    ) -> None:
        stand.turn(ignores_case=False)
        ann = person()
        mixed = named(ann, email=ann.email.title())
        stand.make([mixed])

        found = site.find_by_emails([ann.email])
        refused = outcome(lambda: site.create([named(person(), email=ann.email)]))

        assert [one.username for one in found[ann.email]] == [ann.username]
        assert isinstance(refused, Conflict)

    def test_clash_in_another_language_is_found_by_looking(
        self, stand: DrupalStand, wire: Wire, site: Site
    ) -> None:
        taken, ann = people(2)
        stand.make([taken])
        text = b'{"errors": [{"detail": "name: Der Benutzername ist bereits vergeben."}]}'
        wire.inject(Status(422, body=text), on=requests("POST", "^/jsonapi/user/user"))

        clash = outcome(lambda: site.create([named(ann, username=taken.username)]))
        other = outcome(lambda: site.create([ann]))

        assert isinstance(clash, Conflict)
        assert clash.existing is not None
        assert type(other) is RejectedError

    def test_languages_are_drupals_own(self, stand: DrupalStand, site: Site) -> None:
        stand.turn(languages=["en", "fr", "pt-br", "zh-hans"])
        asked = ["fr_FR", "pt_BR", "zh_CN", "de_CH"]

        outcomes = site.create([replace(person(), language=one) for one in asked])

        assert [one.language for one in outcomes if isinstance(one, Account)] == [
            "fr",
            "pt-br",
            "zh-hans",
            "en",
        ]

    def test_what_is_no_field_is_not_set_as_one(self, site: Site) -> None:
        refused = outcome(lambda: site.create([replace(person(), fields={"status": "0"})]))

        assert isinstance(refused, RejectedError)

    def test_role_of_everybody_is_not_given(self, site: Site) -> None:
        refused = outcome(lambda: site.create([person("authenticated")]))

        assert isinstance(refused, RejectedError)
        assert refused.unknown_role == "authenticated"

    def test_name_that_begins_like_others_is_found_alone(
        self, stand: DrupalStand, site: Site
    ) -> None:
        stand.turn(ignores_case=False)
        ann = person()
        stand.make([ann, named(person(), username=f"{ann.username}.jr")])

        assert list(site.find_by_usernames([ann.username.upper()])) == [ann.username]

    def test_field_that_the_site_lacks_is_refused(self, site: Site) -> None:
        refused = outcome(lambda: site.create([replace(person(), fields={"field_odd": "x"})]))

        assert isinstance(refused, RejectedError)
        assert "field_odd" in str(refused)

    def test_number_is_kept_as_it_was_given(self, site: Site) -> None:
        fields = {"field_civi_contact_id": "42"}

        made = outcome(lambda: site.create([replace(person(), fields=fields)]))

        assert isinstance(made, Account)
        assert made.fields["field_civi_contact_id"] == "42"

    def test_first_user_has_power_whatever_its_roles(self, site: Site) -> None:
        assert site.find_by_usernames(["admin"])["admin"].powers

    def test_anonymous_user_is_no_account(self, site: Site) -> None:
        listed = [one for page in site.accounts() for one in page]

        assert [one for one in listed if not one.username] == []

    def test_connection_with_another_mail_is_refused(self, stand: DrupalStand) -> None:
        with pytest.raises(SiteError, match="neither"):
            stand.spec.connect(stand.connection(stand.url, mail="pigeon"), doors())


class TestTelling(OnDrupal):
    def test_reset_is_asked_for_without_any_credential(
        self, stand: DrupalStand, wire: Wire, site: Site
    ) -> None:
        account = made_by(site, stand)

        assert site.tell([account]) == [None]
        (asked,) = sent(wire, stand.mailing)
        assert {"authorization", "cookie"} & {name.lower() for name, _ in asked.headers} == set()

    def test_mail_that_cannot_be_sent_now_is_tried_later(
        self, stand: DrupalStand, site: Site
    ) -> None:
        account = made_by(site, stand)
        stand.turn(mail_transport=False)

        with pytest.raises(TransientError, match="cannot send mail"):
            site.tell([account])

    def test_blocked_account_is_not_mailed_and_that_is_said(
        self, stand: DrupalStand, site: Site
    ) -> None:
        blocked = outcome(lambda: site.disable([made_by(site, stand)]))
        assert isinstance(blocked, Account)

        (refused,) = site.tell([blocked])

        assert isinstance(refused, RejectedError)
        assert "blocked" in str(refused)

    def test_account_without_an_address_is_refused(self, site: Site) -> None:
        (refused,) = site.tell([Account("1", "nomail", "")])

        assert isinstance(refused, RejectedError)


class TestTellingByActivation(OnDrupal):
    @pytest.fixture
    def site(self, stand: DrupalStand, wire: Wire) -> Iterator[Site]:
        site = stand.spec.connect(stand.connection(wire.url, mail="activation"), doors())
        yield site
        site.close()

    def test_new_account_is_activated_and_stays_active(
        self, stand: DrupalStand, site: Site
    ) -> None:
        ann = replace(person(stand.role), key=key_of("to be activated"))
        account = outcome(lambda: site.create([ann]))
        assert isinstance(account, Account)

        assert site.tell([account]) == [None]

        (mail,) = [one for one in stand.mails() if one["to"] == account.email]
        assert "(approved)" in mail["subject"]
        assert site.get([account.id])[account.id].active

    def test_account_that_was_left_blocked_is_activated(
        self, stand: DrupalStand, site: Site
    ) -> None:
        key = key_of("left blocked")
        made = outcome(lambda: site.create([replace(person(stand.role), key=key)]))
        assert isinstance(made, Account)
        blocked = outcome(lambda: site.disable([made]))
        assert isinstance(blocked, Account)

        assert site.tell([blocked]) == [None]
        assert site.get([made.id])[made.id].active

    def test_account_that_latchkey_did_not_make_is_never_blocked_for_a_mail(
        self, stand: DrupalStand, wire: Wire, site: Site
    ) -> None:
        """Were the activation lost, nobody could tell it from one that somebody else blocked."""
        account = made_by(site, stand)

        assert site.tell([account]) == [None]

        (mail,) = [one for one in stand.mails() if one["to"] == account.email]
        assert "Replacement login" in mail["subject"]
        assert [act for act in wire.acts if act.request.method == "PATCH"] == []

    def test_account_that_somebody_else_blocked_stays_so(
        self, stand: DrupalStand, site: Site
    ) -> None:
        blocked = outcome(lambda: site.disable([made_by(site, stand)]))
        assert isinstance(blocked, Account)

        (refused,) = site.tell([blocked])

        assert isinstance(refused, RejectedError)
        assert not site.get([blocked.id])[blocked.id].active

    def test_account_in_use_gets_the_reset_mail(self, stand: DrupalStand, site: Site) -> None:
        account = made_by(site, stand)
        given = {"name": account.username, "pass": PASSWORD}
        httpx2.post(f"{stand.url}/user/login?_format=json", json=given).raise_for_status()
        used = site.get([account.id])[account.id]

        assert site.tell([used]) == [None]

        (mail,) = [one for one in stand.mails() if one["to"] == account.email]
        assert used.last_login is not None
        assert "Replacement login" in mail["subject"]
