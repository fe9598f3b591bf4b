"""Roles: machine names outside, UUIDs in Drupal."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fakes.wire import Wire
from latchkey.policy.health import Level
from latchkey.policy.values import Account, AccountChange
from latchkey.practice.drupal.roles import ADMINISTER_PERMISSIONS, ADMINISTER_USERS
from latchkey.practice.drupal.seeding import PROVISIONER
from latchkey.remote.errors import (
    RejectedError,
)
from latchkey.sites.contract import Site
from latchkey.sites.drupal.connector import DrupalSite
from sites.connecting import outcome
from sites.drupal.ondrupal import (
    SWITCHES,
    OnDrupal,
    key_of,
)
from sites.drupal.stand import DrupalStand
from sites.stand import named, people, person

NOBODYS = "content_editor"


class TestRoles(OnDrupal):
    def test_role_that_somebody_has_is_found(self, stand: DrupalStand, site: Site) -> None:
        stand.make([person(stand.another_role)])

        made = outcome(lambda: site.create([person(stand.another_role)]))

        assert isinstance(made, Account)
        assert made.roles == {stand.another_role}

    def test_role_that_nobody_has_is_found_in_the_list(
        self, stand: DrupalStand, site: Site
    ) -> None:
        stand.turn(rest_user=False)
        both = [ADMINISTER_USERS, ADMINISTER_PERMISSIONS]
        stand.turn(permissions={"role": PROVISIONER, "permissions": both})

        made = outcome(lambda: site.create([person("authors")]))
        given = outcome(lambda: site.create([person(NOBODYS)]))

        assert isinstance(made, RejectedError)
        assert isinstance(given, Account)
        assert given.roles == {NOBODYS}
        assert site.roles().complete
        assert NOBODYS in site.privileged_roles()

    def test_role_that_cannot_be_found_is_named_with_what_to_do(
        self, stand: DrupalStand, site: Site
    ) -> None:
        stand.turn(rest_user=False)
        ann, ben = person("authors"), person(stand.role)
        stand.make([])

        refused, made = site.create([ann, ben])

        assert isinstance(refused, RejectedError)
        assert refused.unknown_role == "authors"
        assert "administer permissions" in str(refused)
        assert isinstance(made, Account)

    def test_role_that_was_made_again_is_found_by_its_new_uuid(
        self, stand: DrupalStand, site: Site
    ) -> None:
        stand.make([person(stand.role)])
        assert isinstance(site, DrupalSite)
        site._book.note([("11111111-2222-4333-8444-555555555555", stand.role)])

        made = outcome(lambda: site.create([person(stand.role)]))

        assert isinstance(made, Account)
        assert made.roles == {stand.role}

    def test_role_by_which_we_work_is_privileged(self, site: Site) -> None:
        assert PROVISIONER in site.privileged_roles()

    def test_names_of_roles_before_drupal_9_3_come_from_the_list(
        self, stand: DrupalStand, site: Site
    ) -> None:
        both = [ADMINISTER_USERS, ADMINISTER_PERMISSIONS]
        stand.turn(role_names=False, permissions={"role": PROVISIONER, "permissions": both})

        made = outcome(lambda: site.create([person(stand.role)]))

        assert isinstance(made, Account)
        assert made.roles == {stand.role}

    def test_check_says_how_roles_are_known(self, site: Site) -> None:
        (told,) = [one for one in site.check().findings if "roles are not listed" in one.what]

        assert told.level in {Level.WARNING, Level.OK}
        assert PROVISIONER in told.what


class TestRolesOverRest(OnDrupal):
    """Here nobody has the role yet, and the list is kept from us."""

    @pytest.fixture
    def stand(self, practice: DrupalStand) -> Iterator[DrupalStand]:
        practice.turn(remove_accounts=True)
        yield practice
        practice.turn(**SWITCHES)

    @pytest.mark.parametrize("ways", [["basic", "session"], ["basic"]])
    def test_first_account_makes_the_role_known(
        self, ways: list[str], stand: DrupalStand, wire: Wire, site: Site
    ) -> None:
        stand.turn(rest_ways=ways)
        everybody = [replace(one, key=key_of(one.username)) for one in people(5, NOBODYS)]

        outcomes = site.create(everybody)

        made = [one for one in outcomes if isinstance(one, Account)]
        by_name = [act for act in wire.acts if act.request.path.startswith("/entity/user")]
        assert [one.key for one in made] == [one.key for one in everybody]
        assert {one.roles for one in made} == {frozenset({NOBODYS})}
        assert len([one for one in by_name if one.target_status == 201]) == 1

    def test_role_is_given_to_an_account_that_is_there(self, site: Site) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)

        change = AccountChange(made, roles=frozenset({NOBODYS}), fields={"field_last_name": "A"})
        changed = outcome(lambda: site.update([change]))

        assert isinstance(changed, Account)
        assert (changed.roles, changed.fields["field_last_name"]) == ({NOBODYS}, "A")

    def test_role_that_there_is_not_makes_nothing(self, stand: DrupalStand, site: Site) -> None:
        ann = person("authors")

        refused = outcome(lambda: site.create([ann]))

        assert isinstance(refused, RejectedError)
        assert refused.unknown_role == "authors"
        assert stand.seen(ann.email) == []

    def test_bad_address_is_refused_over_rest_too(self, site: Site) -> None:
        refused = outcome(lambda: site.create([named(person(NOBODYS), email="no address")]))

        assert isinstance(refused, RejectedError)
        assert refused.unknown_role is None

    def test_list_of_roles_is_complete_once_all_have_been_seen(
        self, stand: DrupalStand, site: Site
    ) -> None:
        before = site.roles()

        stand.make([person(role) for role in (NOBODYS, stand.role, stand.another_role)])
        after = site.roles()

        assert not before.complete
        assert after.complete
        assert {NOBODYS, stand.role, stand.another_role, PROVISIONER} < after.names
