"""CiviCRM Standalone keeps the contract of a site, in both of its generations."""

from collections.abc import Iterator

import pytest

from latchkey.practice.standalone.switches import NEW, OLD
from latchkey.sites.contract import Site
from sites.contract_suite import SiteContract
from sites.stand import Stand, person
from sites.standalone.stand import StandaloneStand, standalone_stand


class StandaloneContract(SiteContract):
    """The contract, where a user is mailed only when it has a contact."""

    def test_person_is_told_by_the_site(self, stand: Stand, site: Site) -> None:
        ann = person(stand.role)
        stand.make([ann])
        account = site.find_by_emails([ann.email])[ann.email][0]

        told = site.tell([account])

        assert told == [None]
        assert stand.mailed().count(ann.email) == 1


class TestPracticeStandalone(StandaloneContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandaloneStand]:
        with standalone_stand(tmp_path_factory.mktemp("standalone"), NEW) as stand:
            yield stand


class TestPracticeStandaloneBefore581(StandaloneContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandaloneStand]:
        with standalone_stand(tmp_path_factory.mktemp("standalone"), OLD) as stand:
            yield stand
