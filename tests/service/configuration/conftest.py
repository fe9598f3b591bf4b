"""An installation without a network, and where references lead."""

from pathlib import Path

import pytest

from latchkey.service.configuration.credentials import Host
from latchkey.service.installation import Installation
from service.configuration.stand_ins import stand_in_installation


@pytest.fixture
def installation() -> Installation:
    """An installation on stand-ins."""
    return stand_in_installation()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """An environment with one credential in it, and a folder of the test's own."""
    return Host({"CIVICRM_API_KEY": "from-the-environment"}, tmp_path)
