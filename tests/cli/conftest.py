"""Calls commands as a program would, on stand-ins or on a practice world."""

from collections.abc import Callable

import pytest
import structlog.testing
from typer.testing import CliRunner, Result

from latchkey.cli.app import app
from latchkey.cli.tools import Tools
from latchkey.service.installation import Installation
from practice.conftest import practice, seeded_home
from service.configuration.stand_ins import stand_in_installation
from service.conftest import workplace

__all__ = ["practice", "seeded_home", "workplace"]

Call = Callable[..., Result]


@pytest.fixture
def installation() -> Installation:
    """An installation on stand-ins."""
    return stand_in_installation()


@pytest.fixture
def call(installation: Installation) -> Call:
    """Calls a command on the stand-ins; `on` names another installation."""

    def calling(*arguments: str, on: Installation = installation, **tools: object) -> Result:
        handed = Tools(lambda: on, environment={}, **tools)
        with structlog.testing.capture_logs():
            return CliRunner().invoke(app, arguments, obj=handed)

    return calling
