"""The same rule runs unchanged on every kind of site that practice plays."""

import json
from pathlib import Path

import pytest

from latchkey.practice.sites import ROLES, SITES
from latchkey.project.demo import NOT_PLAYED, PLAYED
from latchkey.sites.registry import KINDS
from project.test_console import OUTCOMES, latchkey, processes_of

CONTACTS = 30


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLAYED)
def test_demo_does_the_whole_job_on_a_site_of_this_kind(kind: str, tmp_path: Path) -> None:
    asked = ("demo", "--site", kind, "--once", "--json", "--contacts", str(CONTACTS))

    first = latchkey(tmp_path, *asked)
    again = latchkey(tmp_path, *asked[:-2])

    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    summary, second = json.loads(first.stdout), json.loads(again.stdout)
    assert summary["seen"] == CONTACTS == sum(summary[outcome] for outcome in OUTCOMES)
    assert (summary["failed"], second["failed"], second["created"]) == (0, 0, 0)
    assert summary["created"] >= 15
    assert not processes_of(tmp_path)


@pytest.mark.slow
def test_home_keeps_the_kind_it_began_with(tmp_path: Path) -> None:
    latchkey(tmp_path, "demo", "--site", "moodle", "--once", "--json", "--contacts", "3")

    refused = latchkey(tmp_path, "demo", "--site", "joomla", "--once")
    goes_on = latchkey(tmp_path, "demo", "--once", "--json")

    assert (refused.returncode, goes_on.returncode) == (2, 0)
    assert "moodle" in refused.stderr
    assert "LATCHKEY_HOME" in refused.stderr


@pytest.mark.parametrize("kind", [*NOT_PLAYED, "typo3"])
def test_kind_that_is_not_played_is_a_sentence(kind: str, tmp_path: Path) -> None:
    refused = latchkey(tmp_path, "demo", "--site", kind, "--once")

    assert refused.returncode == 2
    assert kind in refused.stderr
    assert "Traceback" not in refused.stderr


def test_every_kind_is_played_or_named_with_its_reason() -> None:
    assert {*SITES, "wordpress", *NOT_PLAYED} == set(KINDS)
    assert ROLES.keys() == SITES.keys()
    assert all(NOT_PLAYED.values())
