"""The command line with its real objects. Import it when Django has its settings."""

from latchkey.cli.app import app
from latchkey.cli.tools import tools_for_console
from latchkey.project.demo import demo
from latchkey.project.logs import log_beside_the_outcome
from latchkey.project.upgrading import upgrade
from latchkey.project.wiring import installation, practice_systems
from latchkey.service.installation import Installation
from latchkey.store import configuration

app.command()(demo)


def run() -> None:
    """Do what the command line asks for, and leave with its exit status."""
    log_beside_the_outcome()
    handed = tools_for_console(open_installation)
    try:
        app(obj=handed)
    finally:
        handed.close()


def open_installation() -> Installation:
    """This installation, its tables brought up to date."""
    upgrade()
    return installation(practice_systems(), for_practice=configuration.holds_practice())
