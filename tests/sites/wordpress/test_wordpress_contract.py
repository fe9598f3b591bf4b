"""WordPress keeps the contract of a site: with batches, without them, and the real one."""

from collections.abc import Iterator

import pytest

from fakes.practice import start_practice
from live.wordpress import running
from sites.contract_suite import SiteContract
from sites.wordpress.stand import LiveStand, PracticeStand


class TestPracticeSite(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeStand]:
        practice = start_practice(tmp_path_factory.mktemp("practice"))
        yield PracticeStand(practice.url)
        practice.stop()


class TestPracticeSiteWithoutBatch(SiteContract):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeStand]:
        practice = start_practice(tmp_path_factory.mktemp("practice"))
        stand = PracticeStand(practice.url)
        stand.turn(batch=False)
        yield stand
        practice.stop()


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
