"""Real systems as fixtures."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from live import wordpress as live_wordpress
from live.wordpress import LEAST_PRIVILEGE, LiveWordPress, StartWordPress


@pytest.fixture
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartWordPress]:
    """Start a fresh WordPress, as often as the test asks; all are stopped after it."""
    with ExitStack() as started:

        def start(
            *,
            batch: bool = True,
            workers: int = 4,
            capabilities: tuple[str, ...] = LEAST_PRIVILEGE,
        ) -> LiveWordPress:
            return started.enter_context(
                live_wordpress.running(
                    tmp_path_factory.mktemp("wordpress"),
                    batch=batch,
                    workers=workers,
                    capabilities=capabilities,
                )
            )

        yield start
