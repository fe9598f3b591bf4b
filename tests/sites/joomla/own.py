"""What the tests of Joomla's own ways stand on: one practice Joomla, its switches put back."""

from collections.abc import Iterator

import pytest

from fakes.wire import Wire
from latchkey.remote.doors import Doors
from latchkey.sites.contract import Site
from latchkey.sites.joomla.connector import JoomlaSite
from sites.connecting import ByWire
from sites.joomla.stand import JoomlaStand, joomla_stand


class JoomlaTests(ByWire):
    @pytest.fixture(scope="class")
    @classmethod
    def practice(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JoomlaStand]:
        with joomla_stand(tmp_path_factory.mktemp("joomla")) as stand:
            yield stand

    @pytest.fixture
    def stand(self, practice: JoomlaStand) -> Iterator[JoomlaStand]:
        yield practice
        practice.untouched()

    @pytest.fixture
    def unconfirmed(self, stand: JoomlaStand, wire: Wire) -> Iterator[Site]:
        connection = stand.connection(wire.url, mail_to_user_off="")
        site = JoomlaSite(connection, Doors())
        yield site
        site.close()
