"""Joomla keeps the contract of a site."""

from collections.abc import Iterator

import pytest

from sites.contract_suite import SiteContract
from sites.joomla.stand import JoomlaStand, joomla_stand


class TestJoomla(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JoomlaStand]:
        with joomla_stand(tmp_path_factory.mktemp("joomla")) as stand:
            yield stand
