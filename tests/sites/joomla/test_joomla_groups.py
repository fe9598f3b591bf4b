"""Groups by title or by id, as they are at this moment."""

from dataclasses import replace

from fakes.wire import Wire
from latchkey.policy.values import Account, AccountChange
from latchkey.practice.joomla import groups, users
from latchkey.remote.doors import Doors
from latchkey.remote.errors import (
    RejectedError,
)
from latchkey.sites.contract import Site
from latchkey.sites.joomla.connector import JoomlaSite
from sites.connecting import outcome
from sites.joomla.own import JoomlaTests
from sites.joomla.stand import JoomlaStand
from sites.stand import person


class TestGroups(JoomlaTests):
    def test_groups_can_be_called_by_their_ids(self, stand: JoomlaStand, wire: Wire) -> None:
        site = JoomlaSite(stand.connection(wire.url, groups="id"), Doors())
        ann = replace(person(), roles=frozenset({"2", "3"}))

        made = outcome(lambda: site.create([ann]))

        assert isinstance(made, Account)
        assert made.roles == {"2", "3"}
        assert site.find_by_emails([ann.email]) == {ann.email: [made]}
        assert {"7", "8"} <= site.privileged_roles()
        site.close()

    def test_id_is_unknown_where_groups_are_called_by_title(self, site: Site) -> None:
        refused = outcome(lambda: site.create([person("2")]))

        assert isinstance(refused, RejectedError)
        assert refused.unknown_role == "2"

    def test_group_made_meanwhile_is_known(self, stand: JoomlaStand, site: Site) -> None:
        site.roles()
        with stand.opened() as db:
            groups.add(db, "Choir", groups.REGISTERED)

        made = outcome(lambda: site.create([person("Choir")]))

        assert isinstance(made, Account)
        assert made.roles == {"Choir"}

    def test_title_of_two_groups_names_neither(self, stand: JoomlaStand, site: Site) -> None:
        with stand.opened() as db:
            ids = {str(groups.add(db, "Twins", parent)) for parent in (2, 3)}
        twin = min(ids)

        refused = outcome(lambda: site.create([person("Twins")]))
        made = outcome(lambda: site.create([person(twin)]))

        assert isinstance(refused, RejectedError)
        assert isinstance(made, Account)
        assert made.roles == {twin}
        assert site.find_by_emails([made.email]) == {made.email: [made]}
        assert ids <= site.roles().names

    def test_renamed_group_is_read_again(self, stand: JoomlaStand, site: Site) -> None:
        ann = person("Editor")
        stand.make([ann])
        site.roles()
        with stand.opened() as db:
            db.execute("UPDATE joomla_groups SET title = 'Scribes' WHERE title = 'Editor'")

        found = site.find_by_emails([ann.email])[ann.email][0]

        assert found.roles == {"Scribes"}

    def test_group_below_super_users_is_privileged(self, stand: JoomlaStand, site: Site) -> None:
        with stand.opened() as db:
            groups.add(db, "Helpers", groups.SUPER_USERS)

        assert {"helpers", "manager", "administrator"} <= site.privileged_roles()
        assert "registered" not in site.privileged_roles()

    def test_account_without_roles_is_one_in_the_group_of_everybody(self, site: Site) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)

        given = outcome(lambda: site.update([AccountChange(made, roles=frozenset({"Author"}))]))
        emptied = outcome(lambda: site.update([AccountChange(made, roles=frozenset())]))

        assert isinstance(given, Account)
        assert isinstance(emptied, Account)
        assert (made.roles, given.roles, emptied.roles) == (set(), {"Author"}, set())
        assert "Public" not in site.roles().names

    def test_change_without_roles_keeps_those_of_this_moment(
        self, stand: JoomlaStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        with stand.opened() as db:
            users.set_groups(db, int(made.id), {groups.AUTHOR, groups.EDITOR})

        disabled = outcome(lambda: site.disable([made]))

        assert isinstance(disabled, Account)
        assert disabled.roles == stand.seen(made.email)[0].roles
        assert len(disabled.roles) == 2

    def test_super_user_is_not_made_and_not_changed(self, stand: JoomlaStand, site: Site) -> None:
        admin = site.find_by_usernames([stand.powerful])[stand.powerful]

        made = outcome(lambda: site.create([person("Super Users")]))
        blocked = outcome(lambda: site.disable([admin]))

        assert type(made) is RejectedError
        assert type(blocked) is RejectedError
        assert "not Super Administrator" in str(blocked)
