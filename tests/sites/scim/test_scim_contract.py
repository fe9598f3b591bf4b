"""SCIM keeps the contract of a site: with everything the standard has, and with the least of it.

The peer is a service that others wrote. It comes with the tests' own packages, so that it is
there wherever they run.
"""

from collections.abc import Iterator

import pytest

from sites.contract_suite import SiteContract
from sites.scim.peer import PLAIN
from sites.scim.stand import ScimStand, scim_stand


class TestScim(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls) -> Iterator[ScimStand]:
        with scim_stand() as stand:
            yield stand


class TestScimWithoutBulkPatchFilterAndVersions(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls) -> Iterator[ScimStand]:
        with scim_stand(lacking=PLAIN) as stand:
            yield stand
