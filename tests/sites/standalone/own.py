"""What the tests of Standalone's own ways stand on: a practice one in both versions, put back."""

from collections.abc import Iterator

import pytest

from latchkey.practice.standalone.seeding import NEEDED
from latchkey.practice.standalone.switches import NEW, OLD, SWITCHES
from sites.connecting import ByWire
from sites.standalone.stand import StandaloneStand, standalone_stand


class StandaloneTests(ByWire):
    @pytest.fixture(scope="class", params=[NEW, OLD])
    @classmethod
    def practice(
        cls, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[tuple[StandaloneStand, str]]:
        with standalone_stand(tmp_path_factory.mktemp("standalone")) as stand:
            yield stand, request.param

    @pytest.fixture
    def stand(self, practice: tuple[StandaloneStand, str]) -> Iterator[StandaloneStand]:
        stand, version = practice
        stand.turn(**{**SWITCHES, "version": version})
        yield stand
        stand.grant(NEEDED)
        with stand.tables() as db:
            db.execute("UPDATE standalone_user SET uf_id = id")
