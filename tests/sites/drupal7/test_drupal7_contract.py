"""Drupal 7 keeps the contract of sites, at the far end of a pipe."""

from collections.abc import Iterator

import pytest

from sites.phpcms.failures import PipeContract
from sites.phpcms.own import OwnWays
from sites.phpcms.stand import PracticeStand, practice_stand


class TestDrupal7Contract(PipeContract, OwnWays):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeStand]:
        with practice_stand("drupal7", tmp_path_factory.mktemp("practice")) as stand:
            yield stand
