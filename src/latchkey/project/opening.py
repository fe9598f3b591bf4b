"""Opens this installation, for whatever process needs it."""

import os

from latchkey.project.upgrading import upgrade
from latchkey.project.wiring import installation, practice_systems
from latchkey.project.working import queue
from latchkey.service.installation import Installation
from latchkey.store import configuration
from latchkey.web.surroundings import Surroundings


def open_installation() -> Installation:
    """This installation, its tables brought up to date."""
    upgrade()
    return installation(practice_systems(), for_practice=configuration.holds_practice())


def surroundings_without_worker() -> Surroundings:
    """For a process with pages only: workers of other processes are told by the queue."""
    carrier = queue()
    return Surroundings(wake=carrier.wake, remember=carrier.remember, environment=os.environ)
