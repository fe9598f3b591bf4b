"""The command line with its real objects. Import it when Django has its settings."""

import logging

from latchkey.cli.app import app
from latchkey.cli.tools import tools_for_console
from latchkey.project.demo import demo
from latchkey.project.logging import configure
from latchkey.project.opening import open_installation
from latchkey.project.serving import register

app.command()(demo)
register(app)


def run() -> None:
    """Do what the command line asks for, and leave with its exit status."""
    configure(level=logging.WARNING)
    handed = tools_for_console(open_installation)
    try:
        app(obj=handed)
    finally:
        handed.close()
