"""What Drupal 7 and Backdrop were seen to refuse, by whatever way, is refused with what to do next.

The recordings are of their forms, commands and modules, none of which Latchkey uses. The same is
asked of the script here, and of its stand-in.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from latchkey.remote.doors import Doors
from latchkey.sites.contract import Site
from sites.phpcms.outcomes import NEVER_ASKED, OUTCOMES
from sites.phpcms.stand import PracticeStand, practice_stand
from sites.phpcms.stub_stand import stub_stand

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
CMSES = ("drupal7", "backdrop")

# What the modules let through or passed over without a word, and the script does not.
SILENT = {
    "drupal7/form_password_reset_unknown",
    "drupal7/services_create_bad_role",
    "drupal7/services_update_mail_duplicate",
    "drupal7/services_update_uid1",
    "drupal7/services_update_unknown_role",
}

CROSS = "\u2718"  # by which bee says that something went wrong


def refusals_in(label: str, told: dict[str, Any]) -> Iterator[str]:
    """The label where something went wrong; of a script's lines those that say so."""
    response = told["response"]
    if "script_" in label:
        lines = map(json.loads, response["body"]["stdout"].splitlines())
        yield from (f"{label} {line['ref']}" for line in lines if line.get("ok") is False)
        return
    status = response["status"]
    failed = status != 0 if told["request"]["method"] == "EXEC" else status >= 400
    said = [*response.get("messages", ()), str(response["body"])]
    complaint = any(one.startswith("Error message") or CROSS in one for one in said)
    if failed or complaint or label in SILENT:
        yield label


ERRORS = {
    refusal
    for cms in CMSES
    for path in (RECORDINGS / cms).glob("*.json")
    for refusal in refusals_in(f"{cms}/{path.stem}", json.loads(path.read_text("utf-8")))
}


@pytest.fixture(
    scope="module",
    params=[(practice_stand, one) for one in CMSES] + [(stub_stand, one) for one in CMSES],
    ids=lambda one: f"{one[0].__name__} {one[1]}",
)
def stand(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PracticeStand]:
    """The stand-in for each, and the script itself on a stub of each."""
    making, cms = request.param
    with making(cms, tmp_path_factory.mktemp(cms)) as stand:
        yield stand


@pytest.fixture(scope="module")
def site(stand: PracticeStand) -> Iterator[Site]:
    site = stand.spec.connect(stand.connection(stand.url), Doors())
    yield site
    site.close()


def test_every_recorded_refusal_has_an_outcome() -> None:
    never = {label for label in ERRORS if label.partition("/")[2] in NEVER_ASKED}

    assert never | OUTCOMES.keys() == ERRORS
    assert not never & OUTCOMES.keys()
    assert {label.partition("/")[2] for label in never} == NEVER_ASKED.keys()


def test_recorded_refusals_become(stand: PracticeStand, site: Site) -> None:
    ours = {label: one for label, one in OUTCOMES.items() if label.startswith(stand.spec.kind)}

    for act, expected in dict.fromkeys(ours.values()):
        refused = act(stand, site)

        assert type(refused) is expected.kind, (expected, refused)
        assert expected.words in str(refused)
