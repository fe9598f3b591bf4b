"""What a site does: accounts made, changed, disabled, and their owners told."""

from dataclasses import replace
from uuid import uuid4

import httpx2
import pytest

from fakes.wire import Wire
from latchkey.policy.values import Account, AccountChange
from latchkey.remote.errors import Conflict, DryRun, Missing, RejectedError
from latchkey.sites.contract import Site, Support
from sites.connecting import ByWire, connected, outcome
from sites.stand import Stand, named, people, person


class Writing(ByWire):
    """Writing to a site."""

    def test_created_account_has_what_was_asked(self, stand: Stand, site: Site) -> None:
        ann = person(stand.role)

        made = outcome(lambda: site.create([ann]))

        assert isinstance(made, Account)
        assert (made.username, made.email, made.roles) == (ann.username, ann.email, ann.roles)
        assert [one.id for one in stand.seen(ann.email)] == [made.id]

    def test_created_account_is_found_again(self, stand: Stand, site: Site) -> None:
        ann = person(stand.role)

        made = outcome(lambda: site.create([ann]))

        assert site.find_by_emails([ann.email]) == {ann.email: [made]}
        assert site.find_by_usernames([ann.username]) == {ann.username: made}

    def test_created_account_is_found_by_our_key(self, stand: Stand, site: Site) -> None:
        ann = replace(person(stand.role), key=uuid4())

        made = outcome(lambda: site.create([ann]))

        found = site.find_by_keys([ann.key]) if ann.key else {}
        carried = stand.spec.capabilities.key is not Support.NONE
        assert found == ({ann.key: made} if carried else {})

    def test_several_roles_come_back_as_asked(self, stand: Stand, site: Site) -> None:
        both = frozenset({stand.role, stand.another_role})
        ann = replace(person(), roles=both)

        made = outcome(lambda: site.create([ann]))

        assert isinstance(made, Account)
        assert made.roles == both
        assert stand.seen(ann.email)[0].roles == both

    def test_unknown_role_is_named(self, stand: Stand, site: Site) -> None:
        ann = person("no_such_role")

        refused = outcome(lambda: site.create([ann]))

        assert isinstance(refused, RejectedError)
        assert refused.unknown_role == "no_such_role"
        assert stand.seen(ann.email) == []

    @pytest.mark.parametrize("on", ["username", "email"])
    def test_conflict_names_the_account_in_the_way(self, on: str, stand: Stand, site: Site) -> None:
        ann, taken = person(stand.role), person(stand.role)
        stand.make([taken])
        same = {"username": taken.username.upper(), "email": taken.email.upper()}[on]

        refused = outcome(lambda: site.create([named(ann, **{on: same})]))

        assert isinstance(refused, Conflict)
        assert refused.on == on
        assert refused.existing is not None
        assert refused.existing.email == taken.email

    def test_one_bad_among_many_harms_none_of_the_others(self, stand: Stand, site: Site) -> None:
        everybody = people(30, stand.role)
        bad = {3, 12, 29}
        asked = [stand.spoiled(one) if i in bad else one for i, one in enumerate(everybody)]

        outcomes = site.create(asked)

        assert {i for i, one in enumerate(outcomes) if isinstance(one, RejectedError)} == bad
        assert [one.username for one in outcomes if isinstance(one, Account)] == [
            one.username for i, one in enumerate(everybody) if i not in bad
        ]
        assert all(stand.seen(one.email) for i, one in enumerate(everybody) if i not in bad)

    def test_one_address_asked_for_twice_gets_one_account(self, stand: Stand, site: Site) -> None:
        first, second = people(2, stand.role)

        made, refused = site.create([first, named(second, email=first.email)])

        assert isinstance(made, Account)
        assert isinstance(refused, Conflict)
        assert refused.existing == made
        assert len(stand.seen(first.email)) == 1

    def test_language_that_is_not_there_costs_nobody_the_account(
        self, stand: Stand, site: Site
    ) -> None:
        ann = replace(person(stand.role), language="tlh_QO")

        assert isinstance(outcome(lambda: site.create([ann])), Account)

    def test_fields_are_set_and_changed(self, stand: Stand, site: Site) -> None:
        known = stand.spec.capabilities.fields
        field = known[0] if known else stand.field
        ann = replace(person(stand.role), fields={field: "Zoë & O'Brien"})

        made = outcome(lambda: site.create([ann]))
        assert isinstance(made, Account)
        changed = outcome(lambda: site.update([AccountChange(made, fields={field: "Ann"})]))

        assert made.fields[field] == "Zoë & O'Brien"
        assert isinstance(changed, Account)
        assert (changed.fields[field], changed.roles) == ("Ann", ann.roles)

    def test_unknown_field_is_refused(self, stand: Stand, site: Site) -> None:
        if stand.spec.capabilities.any_field:
            pytest.skip("this kind passes every field on")
        ann = replace(person(stand.role), fields={"no_such_field": "x"})

        assert isinstance(outcome(lambda: site.create([ann])), RejectedError)
        assert stand.seen(ann.email) == []

    def test_roles_are_changed_as_a_whole(self, stand: Stand, site: Site) -> None:
        account = self._made(stand, site)

        changed = outcome(
            lambda: site.update([AccountChange(account, roles=frozenset({stand.another_role}))])
        )

        assert isinstance(changed, Account)
        assert changed.roles == {stand.another_role}
        assert stand.seen(account.email)[0].roles == {stand.another_role}

    def test_address_is_changed(self, stand: Stand, site: Site) -> None:
        account, new = self._made(stand, site), person().email

        changed = outcome(lambda: site.update([AccountChange(account, email=new)]))

        assert isinstance(changed, Account)
        assert changed.email == new
        assert [one.id for one in stand.seen(new)] == [account.id]

    def test_address_of_another_is_refused_with_its_account(self, stand: Stand, site: Site) -> None:
        account, other = self._made(stand, site), self._made(stand, site)

        refused = outcome(lambda: site.update([AccountChange(account, email=other.email)]))

        assert isinstance(refused, Conflict)
        assert (refused.on, refused.existing) == ("email", other)

    def test_many_changes_are_answered_one_by_one(self, stand: Stand, site: Site) -> None:
        accounts = [one for one in site.create(people(8, stand.role)) if isinstance(one, Account)]
        changes = [AccountChange(one, roles=frozenset({stand.another_role})) for one in accounts]
        changes[4] = AccountChange(accounts[4], roles=frozenset({"no_such_role"}))

        outcomes = site.update(changes)

        assert [one.id for one in outcomes if isinstance(one, Account)] == [
            one.id for one in accounts if one is not accounts[4]
        ]
        assert isinstance(outcomes[4], RejectedError)

    def test_disabling_twice_is_the_same(self, stand: Stand, site: Site) -> None:
        if stand.spec.capabilities.disable is Support.NONE:
            pytest.skip("this kind cannot disable")
        account = self._made(stand, site)

        first = outcome(lambda: site.disable([account]))
        second = outcome(lambda: site.disable([account]))

        assert first == second
        assert isinstance(first, Account)
        if stand.spec.capabilities.disable is Support.PARTLY:
            assert stand.seen(account.email)[0].roles == frozenset()
        else:
            assert not first.active

    def test_disabled_account_is_enabled_again(self, stand: Stand, site: Site) -> None:
        if stand.spec.capabilities.disable is Support.NONE:
            pytest.skip("this kind cannot disable")
        account = self._made(stand, site)
        site.disable([account])

        enabled = outcome(lambda: site.enable([account]))
        back = outcome(lambda: site.update([AccountChange(account, roles=account.roles)]))

        assert isinstance(enabled, Account)
        assert enabled.active
        assert isinstance(back, Account)
        assert (back.active, back.roles) == (True, account.roles)

    def test_missing_account_is_missing(self, stand: Stand, site: Site) -> None:
        gone = Account(stand.unknown_id, "gone", "gone@example.org")
        there = self._made(stand, site)

        changes = [AccountChange(one, roles=frozenset({stand.role})) for one in (gone, there)]

        assert isinstance(site.update(changes)[0], Missing)
        assert isinstance(site.disable([gone, there])[0], Missing)
        assert isinstance(site.enable([gone, there])[0], Missing)
        assert site.get([gone.id]) == {}

    @pytest.mark.parametrize("id_", ["me", "0e93cd52-7a5f-4a7e-8f2b-0a7a4c1f6d11", ""])
    def test_id_of_another_kind_is_missing(self, id_: str, stand: Stand, site: Site) -> None:
        """A connection that was moved to another site still has the ids of the one before."""
        gone = Account(id_, "gone", "gone@example.org")

        moved = outcome(lambda: site.update([AccountChange(gone, email="new@example.org")]))
        given = outcome(lambda: site.update([AccountChange(gone, roles=frozenset({stand.role}))]))

        assert isinstance(moved, Missing)
        assert isinstance(given, Missing)
        assert isinstance(outcome(lambda: site.disable([gone])), Missing)
        assert site.get([id_]) == {}
        assert stand.seen("new@example.org") == []

    def test_person_is_told_by_the_site(self, stand: Stand, site: Site) -> None:
        if stand.spec.capabilities.own_mail is Support.NONE:
            pytest.skip("this kind sends no mail of its own")
        account = self._made(stand, site)
        before = stand.mailed().count(account.email)

        told = site.tell([account])

        assert told == [None]
        assert (before, stand.mailed().count(account.email)) == (0, 1)

    def test_address_with_unusual_characters_gets_one_account(
        self, stand: Stand, site: Site
    ) -> None:
        ann = person(stand.role)
        email = f"zoe.o'brien+r&d_{ann.username}@example.org"

        made = outcome(lambda: site.create([named(ann, email=email)]))
        again = outcome(lambda: site.create([named(person(), email=email)]))

        assert isinstance(made, Account)
        assert made.email == email
        assert site.find_by_emails([email, ann.email]) == {email: [made]}
        assert isinstance(again, Conflict)
        assert again.existing == made

    def test_page_for_a_new_password_is_there(self, stand: Stand, site: Site) -> None:
        page = site.password_page()

        assert page.startswith(("http://127.0.0.1:", stand.url))
        assert httpx2.get(page).status_code == httpx2.codes.OK

    def test_dry_run_sends_no_write(self, stand: Stand, wire: Wire) -> None:
        ann, account = person(stand.role), person(stand.role)
        stand.make([account])

        with connected(stand, wire.url, dry_run=True) as site:
            there = site.find_by_emails([account.email])[account.email][0]
            stopped = [
                outcome(lambda: site.create([ann])),
                outcome(lambda: site.update([AccountChange(there, roles=frozenset())])),
                outcome(lambda: site.disable([there])),
                outcome(lambda: site.tell([there])),
            ]

        mails = stand.spec.capabilities.own_mail is not Support.NONE
        told = DryRun if mails else RejectedError
        assert [type(one) for one in stopped] == [DryRun, DryRun, DryRun, told]
        assert [act.request for act in wire.acts if stand.writes(act.request)] == []
        assert [act.request for act in wire.acts if stand.mailing(act.request)] == []
        assert stand.seen(ann.email) == []

    def _made(self, stand: Stand, site: Site) -> Account:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        return made
