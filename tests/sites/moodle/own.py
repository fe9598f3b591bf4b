"""Tests of what is Moodle's own: one practice Moodle for all of a class, its switches put back."""

from collections.abc import Iterator

import pytest

from latchkey.practice.moodle.switches import SWITCHES
from sites.connecting import ByWire
from sites.moodle.stand import MoodleStand, moodle_stand


class MoodleTests(ByWire):
    @pytest.fixture(scope="class")
    @classmethod
    def practice(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoodleStand]:
        with moodle_stand(tmp_path_factory.mktemp("moodle")) as stand:
            yield stand

    @pytest.fixture
    def stand(self, practice: MoodleStand) -> Iterator[MoodleStand]:
        yield practice
        practice.turn(**SWITCHES)
