"""What a site tells: its health, its roles, its accounts."""

import pytest

from fakes.wire import Wire
from latchkey.policy.health import Level
from latchkey.policy.roles import is_privileged
from latchkey.remote.errors import SiteError
from latchkey.sites.contract import Site
from sites.connecting import ByWire, connected
from sites.stand import Stand, named, people, person


class Behaviour(ByWire):
    """Reading a site."""

    def test_healthy_site_is_accepted(self, site: Site) -> None:
        health = site.check()

        assert health.usable
        assert [one for one in health.findings if one.level is Level.MISSING] == []

    def test_missing_permission_is_named_with_its_remedy(self, stand: Stand, wire: Wire) -> None:
        for permission in stand.permissions:
            with stand.without(permission), connected(stand, wire.url) as site:
                health = site.check()

            lacking = [one for one in health.findings if one.level is Level.MISSING]
            assert not health.usable
            assert any(permission in one.remedy for one in lacking), permission

    def test_every_check_looks_anew(self, stand: Stand, site: Site) -> None:
        before = site.check()

        with stand.without(stand.permissions[0]):
            meanwhile = site.check()
        after = site.check()

        assert [before.usable, meanwhile.usable, after.usable] == [True, False, True]

    def test_wrong_credential_is_not_an_empty_site(self, stand: Stand, wire: Wire) -> None:
        there = person()
        stand.make([there])

        with connected(stand, wire.url, password="not the one") as site:
            health = site.check()
            with pytest.raises(SiteError):
                site.find_by_emails([there.email])
            with pytest.raises(SiteError):
                next(iter(site.accounts()))

        assert not health.usable

    def test_permission_that_looking_needs_is_not_an_empty_site(
        self, stand: Stand, wire: Wire
    ) -> None:
        """For every permission: either it is not needed for looking, or its lack is an error."""
        there = person()
        stand.make([there])

        for permission in stand.permissions:
            with stand.without(permission), connected(stand, wire.url) as site:
                try:
                    found = site.find_by_emails([there.email])
                except SiteError as error:
                    assert permission in str(error)  # noqa: PT017 - both ways out are right
                else:
                    assert list(found) == [there.email]

    def test_account_is_found_by_exactly_its_address(self, stand: Stand, site: Site) -> None:
        ann, joann = person(), person()
        joann = named(joann, email=f"jo{ann.email}")
        stand.make([ann, joann])

        found = site.find_by_emails([ann.email.upper(), "nobody@example.org"])

        assert {email: [one.username for one in ones] for email, ones in found.items()} == {
            ann.email: [ann.username]
        }

    def test_account_is_found_by_exactly_its_username(self, stand: Stand, site: Site) -> None:
        ann, joann = person(), person()
        joann = named(joann, username=f"jo{ann.username}")
        stand.make([ann, joann])

        found = site.find_by_usernames([ann.username.upper(), "nobody"])

        assert {name: one.email for name, one in found.items()} == {ann.username: ann.email}

    def test_username_that_is_an_address_is_found(self, stand: Stand, site: Site) -> None:
        if not stand.spec.usernames.takes("@"):
            pytest.skip("no username of this kind holds an @")
        ann = person()
        ann = named(ann, username=f"as.{ann.email}")
        stand.make([ann])

        found = site.find_by_usernames([ann.username])

        assert [one.email for one in found.values()] == [ann.email]

    def test_many_are_found_at_once(self, stand: Stand, site: Site) -> None:
        everybody = people(stand.page + 5)
        stand.make(everybody)

        by_email = site.find_by_emails([one.email for one in everybody])
        by_username = site.find_by_usernames([one.username for one in everybody])

        assert set(by_email) == {one.email for one in everybody}
        assert set(by_username) == {one.username for one in everybody}

    def test_every_account_is_listed_once_across_pages(self, stand: Stand, site: Site) -> None:
        everybody = people(stand.page + 5)
        stand.make(everybody)

        listed = [account for page in site.accounts() for account in page]

        assert {one.username for one in everybody} <= {one.username for one in listed}
        assert len({one.id for one in listed}) == len(listed)

    def test_accounts_are_got_by_their_ids(self, stand: Stand, site: Site) -> None:
        both = people(2)
        stand.make(both)
        ids = [stand.seen(one.email)[0].id for one in both]

        got = site.get([*ids, stand.unknown_id])

        assert {id_: one.email for id_, one in got.items()} == {
            id_: one.email for id_, one in zip(ids, both, strict=True)
        }

    def test_ordinary_roles_are_there(self, stand: Stand, site: Site) -> None:
        stand.make([person(stand.role)])

        roles = site.roles()

        assert stand.role in roles.names or not roles.complete

    def test_account_with_power_is_privileged(self, stand: Stand, site: Site) -> None:
        ann = person(stand.role)
        stand.make([ann])

        found = site.find_by_usernames([stand.powerful, ann.username])
        privileged = site.privileged_roles()

        assert is_privileged(found[stand.powerful], privileged)
        assert not is_privileged(found[ann.username], privileged)
