"""What concerns all tests."""

import pytest

from torture.counting import summary


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The number of kills and faults."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    for line in summary(reports):
        terminalreporter.write_line(line)
