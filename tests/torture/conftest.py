"""A stage for each kind of ground, shared by the tests of one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.servers import Postgres, postgres, redis_url
from torture.grounds import Ground, InFiles, InPostgres, InPostgresAndRedis
from torture.stage import Stage, stage_on
from torture.verdict import Calm, calm_outcome

__all__ = ["postgres", "redis_url"]

GROUNDS = ("SQLite", "PostgreSQL", "Redis")


@pytest.fixture(scope="module", params=GROUNDS)
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """An installation of processes on this ground."""
    folder = tmp_path_factory.mktemp("torture")

    def ground(home: Path) -> Ground:
        if request.param == "SQLite":
            return InFiles(home)
        server: Postgres = request.getfixturevalue("postgres")
        if request.param == "PostgreSQL":
            return InPostgres(server)
        return InPostgresAndRedis(server, request.getfixturevalue("redis_url"))

    with stage_on(ground, folder) as stage:
        yield stage


@pytest.fixture(scope="module")
def calm(stage: Stage) -> Calm:
    """What comes of everybody on this stage when nothing goes wrong."""
    return calm_outcome(stage)
