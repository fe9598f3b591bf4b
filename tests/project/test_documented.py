"""docs/operations.md names every variable, probe, metric and answer."""

import re
from pathlib import Path

import pytest
from django.urls import get_resolver

from latchkey.jobs.worker import STOP_SECONDS
from latchkey.project.working import POLL_SECONDS, PRACTICE_POLL_SECONDS
from latchkey.web.probes import PROBES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SOURCES = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "latchkey").rglob("*.py")]
VARIABLES = {name for text in SOURCES for name in re.findall(r"\bLATCHKEY_[A-Z_]+\b", text)}
METRICS = (ROOT / "src" / "latchkey" / "web" / "metrics.py").read_text(encoding="utf-8")
NAMES = set(re.findall(r'"(latchkey_[a-z_]+)"', METRICS))


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_every_variable_of_the_environment_is_documented(name: str) -> None:
    assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_metric_is_documented(name: str) -> None:
    assert name in PAGE


@pytest.mark.parametrize("path", sorted(PROBES))
def test_every_probe_is_documented_and_has_an_address(path: str) -> None:
    assert f"`{path}`" in PAGE
    assert get_resolver().resolve(path)


@pytest.mark.parametrize("status", [204, 401, 404, 405, 413, 503])
def test_every_answer_of_a_hook_is_documented(status: int) -> None:
    assert f"| {status} |" in PAGE


def test_times_that_are_named_are_those_in_force() -> None:
    assert f"| `{POLL_SECONDS:g}`, in practice mode `{PRACTICE_POLL_SECONDS:g}` |" in PAGE
    assert f"has {STOP_SECONDS:g} seconds to come to its end" in PAGE
