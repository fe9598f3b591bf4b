"""A practice Drupal that one recording after the other is sent to."""

from collections.abc import Iterator

import pytest

from fakes.practice import start_practice
from practice.drupal.lab import Lab


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    running = start_practice(tmp_path_factory.mktemp("drupal-lab"), site="drupal")
    yield Lab(running.url)
    running.stop()
