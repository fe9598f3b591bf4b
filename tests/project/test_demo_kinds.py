"""The same rule runs unchanged on every kind of site that practice plays."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog.testing
from typer.testing import CliRunner, Result

from latchkey.cli.tools import Tools
from latchkey.practice.people import AWKWARD_FROM
from latchkey.practice.sites import ROLES, SITES
from latchkey.project.commands import app
from latchkey.project.demo import NOT_PLAYED, PLAYED
from latchkey.project.example import RULE, configuration
from latchkey.project.opening import open_installation
from latchkey.project.practice import PracticePlace
from latchkey.sites.registry import KINDS
from latchkey.store.models import Account
from project.running import OUTCOMES, processes_of

Demo = Callable[..., Result]
# The fewest contacts among which there are awkward ones: see `latchkey.practice.people`.
CONTACTS = AWKWARD_FROM
# Refused are two without e-mail, one whose e-mail bounces, one deceased and an organisation; held
# are five who share two addresses, and besides those whose account has power or is another's.
FIGURES = {
    "wordpress": {"created": 28, "linked": 5, "updated": 2, "already": 3, "held": 7, "refused": 5},
    "drupal": {"created": 28, "linked": 11, "held": 6, "refused": 5},
    "drupal7": {"created": 29, "linked": 10, "held": 6, "refused": 5},
    "backdrop": {"created": 29, "linked": 10, "held": 6, "refused": 5},
    "joomla": {"created": 29, "linked": 10, "held": 6, "refused": 5},
    "standalone": {"created": 30, "updated": 5, "already": 5, "held": 5, "refused": 5},
    "moodle": {"created": 30, "linked": 10, "held": 5, "refused": 5},
}
WAITING_FOR_A_PERSON = ("held", "refused")


@dataclass(frozen=True, slots=True)
class Announced:
    """Practice systems that have said where they are."""

    kind: str

    def url(self) -> str:
        """See PracticeSystems."""
        return "http://127.0.0.1:1"

    def site(self) -> PracticePlace:
        """See PracticeSystems."""
        return PracticePlace("http://127.0.0.1:2", {"kind": self.kind}, ROLES.get(self.kind, ""))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new home, which the variable names."""
    monkeypatch.setenv("LATCHKEY_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def demo(
    home: Path,  # noqa: ARG001 - where the demo keeps its systems
    transactional_db: None,  # noqa: ARG001 - threads of a run see what is committed
) -> Demo:
    """Does the job of the demo as `--once` does, within this process."""

    def doing(*arguments: str) -> Result:
        asked = ("demo", *arguments, "--once", "--json")
        with structlog.testing.capture_logs():
            return CliRunner().invoke(app, asked, obj=Tools(open_installation, environment={}))

    return doing


def figures(result: Result) -> dict[str, int]:
    """The outcomes that somebody had."""
    assert result.exit_code == 0, result.stderr
    summary = json.loads(result.stdout)
    return {outcome: summary[outcome] for outcome in OUTCOMES if summary[outcome]}


@pytest.mark.slow  # practice systems are started and ended twice, as two demos do
@pytest.mark.parametrize("kind", PLAYED)
def test_demo_does_the_whole_job_on_a_site_of_this_kind(kind: str, home: Path, demo: Demo) -> None:
    first = figures(demo("--site", kind, "--contacts", str(CONTACTS)))
    again = figures(demo())

    assert first == FIGURES[kind]
    assert again == {outcome: first[outcome] for outcome in WAITING_FOR_A_PERSON}
    assert Account.objects.count() == CONTACTS - sum(again.values())
    assert not processes_of(home)


@pytest.mark.slow  # as above, three times
def test_home_keeps_the_kind_it_began_with(demo: Demo) -> None:
    demo("--site", "moodle", "--contacts", "3")

    refused = demo("--site", "joomla")
    goes_on = demo()

    assert (refused.exit_code, goes_on.exit_code) == (2, 0)
    assert "moodle" in refused.stderr
    assert "LATCHKEY_HOME" in refused.stderr


@pytest.mark.parametrize("kind", [*NOT_PLAYED, "typo3"])
def test_kind_that_is_not_played_is_a_sentence(kind: str, demo: Demo) -> None:
    refused = demo("--site", kind)

    assert refused.exit_code == 2
    assert kind in refused.stderr


@pytest.mark.parametrize("kind", PLAYED)
def test_rule_is_the_same_on_every_kind_but_for_its_role(kind: str) -> None:
    here, on_wordpress = (
        tomllib.loads(configuration(Announced(each), CONTACTS))["rule"][RULE]
        for each in (kind, "wordpress")
    )

    assert here.pop("roles") == [ROLES.get(kind, "subscriber")]
    assert on_wordpress.pop("roles") == ["subscriber"]
    assert here == on_wordpress


def test_every_kind_is_played_or_named_with_its_reason() -> None:
    assert {*SITES, "wordpress", *NOT_PLAYED} == set(KINDS)
    assert ROLES.keys() == SITES.keys()
    assert FIGURES.keys() == set(PLAYED)
    assert all(NOT_PLAYED.values())
