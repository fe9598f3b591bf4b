"""Names, fields, languages and addresses of accounts, and how they are found."""

import json
from dataclasses import replace

import pytest

from fakes.faults import Status
from fakes.wire import Wire
from latchkey.policy.values import Account, AccountChange
from latchkey.practice.joomla import users
from latchkey.remote.errors import (
    Missing,
    RejectedError,
    SiteError,
)
from latchkey.sites.contract import Site
from latchkey.sites.joomla.connector import SPEC
from latchkey.sites.registry import KINDS
from sites.connecting import outcome
from sites.joomla.own import JoomlaTests
from sites.joomla.stand import JoomlaStand, is_look, is_write
from sites.stand import people, person


class TestAccounts(JoomlaTests):
    @pytest.mark.parametrize("username", ["o'neill", "a<b>c", "a", "x;y", " ann", "a" * 151])
    def test_username_that_joomla_would_change_is_not_sent(
        self, username: str, stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        ann = replace(person(stand.role), username=username)

        refused = outcome(lambda: site.create([ann]))

        assert isinstance(refused, RejectedError)
        assert [act for act in wire.acts if is_write(act.request)] == []

    def test_field_of_the_site_is_filled_and_shown(self, stand: JoomlaStand, site: Site) -> None:
        with stand.opened() as db:
            users.add_field(db, "membership")
        ann = replace(person(stand.role), fields={"name": "Ann Lee", "membership": "gold"})

        made = outcome(lambda: site.create([ann]))

        assert isinstance(made, Account)
        assert (made.fields["name"], made.fields["membership"]) == ("Ann Lee", "gold")

    def test_field_that_joomla_would_forget_is_refused(
        self, stand: JoomlaStand, site: Site
    ) -> None:
        ann = replace(person(stand.role), fields={"nope": "x"})
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)

        refused = outcome(lambda: site.create([ann]))
        unchanged = outcome(lambda: site.update([AccountChange(made, fields={"nope": "x"})]))

        assert isinstance(refused, RejectedError)
        assert isinstance(unchanged, RejectedError)
        assert stand.seen(ann.email) == []

    def test_name_is_the_username_where_a_rule_gives_none(
        self, stand: JoomlaStand, site: Site
    ) -> None:
        ann = person(stand.role)

        made = outcome(lambda: site.create([ann]))

        assert isinstance(made, Account)
        assert made.fields["name"] == ann.username

    def test_language_is_given_in_the_form_of_the_site(
        self, stand: JoomlaStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([replace(person(stand.role), language="fr_FR")]))
        assert isinstance(made, Account)

        with stand.opened() as db:
            query = "SELECT params FROM joomla_users WHERE id = ?"
            params = db.execute(query, (made.id,)).fetchone()[0]

        assert json.loads(params) == {"language": "fr-FR"}

    def test_password_is_changed(self, stand: JoomlaStand, site: Site) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        change = AccountChange(made, password="Another-Long-Passw0rd!")
        before = self._hash(stand, made)

        assert outcome(lambda: site.update([change])) == made
        assert self._hash(stand, made) != before

    def test_change_of_nothing_writes_nothing(
        self, stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        gone = replace(made, id=stand.unknown_id)
        before = len(wire.acts)

        changed = site.update([AccountChange(made, language="fr_FR"), AccountChange(gone)])

        assert changed[0] == made
        assert isinstance(changed[1], Missing)
        assert [act for act in wire.acts[before:] if is_write(act.request)] == []

    def test_address_of_another_alphabet_is_found(self, stand: JoomlaStand, site: Site) -> None:
        ann = replace(person(stand.role), email="ann@xn--bcher-kva.example")
        stand.make([ann])

        found = site.find_by_emails(["ann@bücher.example"])

        assert [one.username for one in found["ann@bücher.example"]] == [ann.username]

    def test_wildcard_in_an_address_finds_nobody_else(self, stand: JoomlaStand, site: Site) -> None:
        ann = replace(person(), email="cxrol@example.org")
        stand.make([ann])

        assert site.find_by_emails(["c_rol@example.org"]) == {}

    def test_site_that_shows_nobody_is_not_empty(self, wire: Wire, site: Site) -> None:
        wire.inject(Status(200, body=b'{"data": [], "meta": {"total-pages": 0}}'), on=is_look)

        with pytest.raises(SiteError, match="no users at all"):
            site.find_by_emails(["ann@example.org"])

    def _hash(self, stand: JoomlaStand, account: Account) -> str:
        with stand.opened() as db:
            user = users.by_id(db, int(account.id))
        assert user is not None
        return user.password


class TestReading(JoomlaTests):
    def test_long_list_is_not_read_for_two(
        self, stand: JoomlaStand, wire: Wire, site: Site
    ) -> None:
        stand.make(people(3 * stand.page + 1))
        both = people(2)
        stand.make(both)

        found = site.find_by_emails([one.email for one in both])

        offsets = [a.request.path for a in wire.acts if "offset%5D=100" in a.request.path]
        assert set(found) == {one.email for one in both}
        assert offsets == []

    def test_account_that_comes_twice_is_told_once(self, stand: JoomlaStand, site: Site) -> None:
        stand.make(people(stand.page + 20))
        pages = site.accounts()
        first = next(pages)
        with stand.opened() as db:
            for number in range(3):
                email = f"aaa{number}@example.org"
                new = users.NewUser(f"AAA {number}", f"aaa{number}", email, "x", frozenset({2}))
                users.insert(db, new)

        rest = [account for page in pages for account in page]

        ids = [account.id for account in (*first, *rest)]
        assert len(ids) == len(set(ids))


def test_joomla_is_registered() -> None:
    assert KINDS["joomla"] is SPEC


def test_setting_that_is_asked_for_is_explained() -> None:
    settings = {one.name: one for one in SPEC.settings}

    assert "mail_to_user" in settings["mail_to_user_off"].help
    assert settings["token"].secret
    assert [one.name for one in SPEC.settings if one.required] == ["token"]
