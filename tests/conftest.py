"""What concerns all tests."""

import signal

import pytest

from torture.counting import summary


def pytest_configure() -> None:
    """Let processes that tests start be interrupted, though a shell began ours in the background.

    Such a shell has SIGINT ignored, and that is inherited.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The number of kills and faults."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    for line in summary(reports):
        terminalreporter.write_line(line)
