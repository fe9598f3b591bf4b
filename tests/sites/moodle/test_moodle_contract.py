"""Moodle keeps the contract of a site, on a database that ignores case and on one that does not."""

from collections.abc import Iterator

import pytest

from sites.contract_suite import SiteContract
from sites.moodle.stand import MoodleStand, moodle_stand


class TestPracticeMoodle(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoodleStand]:
        with moodle_stand(tmp_path_factory.mktemp("moodle")) as stand:
            yield stand


class TestPracticeMoodleOnPostgresql(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoodleStand]:
        with moodle_stand(tmp_path_factory.mktemp("moodle")) as stand:
            stand.turn(database_ignores_case=False)
            yield stand
