"""Drupal keeps the contract of a site: on each database, by a session and without one."""

from collections.abc import Iterator

import pytest

from sites.contract_suite import SiteContract
from sites.drupal.stand import DrupalStand, drupal_stand


class TestDrupalOnMariaDb(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DrupalStand]:
        with drupal_stand(tmp_path_factory.mktemp("drupal")) as stand:
            yield stand


class TestDrupalThatMindsCaseAndLetsNoProgramLogIn(SiteContract):
    """PostgreSQL or SQLite, and basic authentication only."""

    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DrupalStand]:
        home = tmp_path_factory.mktemp("drupal")
        with drupal_stand(home, ignores_case=False, login=False) as stand:
            yield stand
