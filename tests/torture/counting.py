"""Says at the end of a test run how many kills and faults it went through."""

from typing import Any

import pytest

from torture.stage import Tally

NAME = "torture"


def record(request: pytest.FixtureRequest, ground: str, tally: Tally) -> None:
    """Keep a tally for the summary, across the processes of a test run."""
    counts = (ground, dict(tally.kills), dict(tally.faults))
    request.node.user_properties.append((NAME, counts))


def summary(reports: list[Any]) -> list[str]:
    """A line for each ground, and one for the faults; empty when there was no torture."""
    kills: dict[str, int] = {}
    faults: dict[str, int] = {}
    for report in reports:
        for name, counts in report.user_properties:
            if name != NAME:
                continue
            ground, killed, failed = counts
            kills[ground] = kills.get(ground, 0) + sum(killed.values())
            for fault, number in failed.items():
                faults[fault] = faults.get(fault, 0) + number
    if not kills:
        return []
    by_ground = ", ".join(f"{number} on {ground}" for ground, number in sorted(kills.items()))
    by_fault = ", ".join(f"{number} {fault}" for fault, number in sorted(faults.items()))
    return [
        f"torture: {sum(kills.values())} kills ({by_ground})",
        f"torture: {sum(faults.values())} faults ({by_fault})",
    ]
