"""Where views get this installation from: project hands it in, since web may not build it."""

from collections.abc import Callable
from threading import Lock

from latchkey.service.installation import Installation

_lock = Lock()
_given: list[Callable[[], Installation]] = []
_built: list[Installation] = []


def use(factory: Callable[[], Installation]) -> None:
    """Say how to build the installation; called once by project, and by tests for each."""
    with _lock:
        _given[:] = [factory]
        _built.clear()


def use_unless_given(factory: Callable[[], Installation]) -> None:
    """The same, where nothing has been said: a server that was not started by our command."""
    with _lock:
        if not _given:
            _given[:] = [factory]


def installation() -> Installation:
    """The installation of this process, built at the first call. RuntimeError before `use`."""
    with _lock:
        if not _built:
            if not _given:
                raise RuntimeError("project has not said how to build the installation")
            _built.append(_given[0]())
        return _built[0]
