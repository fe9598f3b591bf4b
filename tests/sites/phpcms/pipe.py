"""Connecting through a pipe with faults, in the place of `sites.connecting.ByWire`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.pipe_wire import PipeWire
from latchkey.sites.contract import Site
from sites.connecting import connected
from sites.phpcms.stand import PracticeStand


class ByPipe:
    """A class of tests with a connector that reaches the stand through a pipe."""

    @pytest.fixture
    def wire(self, stand: PracticeStand, tmp_path: Path) -> PipeWire:
        return PipeWire(tmp_path, stand.command)

    @pytest.fixture
    def site(self, stand: PracticeStand, wire: PipeWire) -> Iterator[Site]:
        with connected(stand, wire.url) as site:
            yield site
