"""WordPress keeps the contract of a site: with batches, without them, and the real one."""

from collections.abc import Iterator

import pytest

from live.wordpress import running
from sites.contract_suite import SiteContract
from sites.wordpress.stand import LiveStand, PracticeStand, practice_stand


class TestPracticeSite(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeStand]:
        with practice_stand(tmp_path_factory.mktemp("practice")) as stand:
            yield stand


class TestPracticeSiteWithoutBatch(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeStand]:
        with practice_stand(tmp_path_factory.mktemp("practice")) as stand:
            stand.turn(batch=False)
            yield stand


@pytest.mark.live
@pytest.mark.slow
class TestRealWordPress(SiteContract):
    @pytest.fixture(scope="class", params=[True, False], ids=["batch", "single"])
    @classmethod
    def stand(
        cls, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[LiveStand]:
        with running(tmp_path_factory.mktemp("wordpress"), batch=request.param) as site:
            yield LiveStand(site)
