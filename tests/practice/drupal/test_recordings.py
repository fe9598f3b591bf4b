"""The practice Drupal answers as Drupal 10.1 did."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from latchkey.practice.drupal.seeding import ROLES, STAFF
from practice.drupal.lab import Lab, comparable, uuids_in
from practice.drupal.scenes import SCENES, Scene

RECORDINGS = Path(__file__).parents[2] / "recordings" / "drupal"
NOT_REPLAYED = tomllib.loads((RECORDINGS / "not_replayed.toml").read_text("utf-8"))
NAMES = sorted(path.stem for path in RECORDINGS.glob("*.json"))
COMPARED_HEADERS = ("content-type", "location", "www-authenticate")
# Pages of Drupal's own theme, of which only the heading is played.
PAGES = ("password_reset_without_format",)
STAFF_AND_ROLES = {role.uuid for role in ROLES} | {uuid for uuid, _, _ in STAFF}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_REPLAYED])
def test_recorded_request_gets_the_recorded_answer(name: str, lab: Lab) -> None:
    recording = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    scene = SCENES.get(name, Scene())
    lab.set_up(scene)

    reply = lab.replayed(recording["request"], scene)

    expected = recording["response"]
    known = uuids_in(json.dumps(recording["request"])) | STAFF_AND_ROLES
    assert reply.status == expected["status"], reply.text
    assert _headers(reply.headers, known) == _headers(expected["headers"], known)
    if name in PAGES:
        assert _title(reply.text) == _title(expected["body"])
        return
    is_json = "json" in (expected["headers"]["content-type"] or "") and expected["body"]
    answered = reply.json() if is_json else reply.text
    assert comparable(answered, known) == comparable(expected["body"], known)


def test_every_recording_is_replayed_or_named_with_its_reason() -> None:
    named = set(NOT_REPLAYED)

    assert named <= set(NAMES)
    assert all(name.startswith(("drush_", "admin_form_")) for name in named)
    assert all(len(reason) > 20 for reason in NOT_REPLAYED.values())


def test_every_scene_belongs_to_a_recording() -> None:
    assert set(SCENES) <= set(NAMES) - set(NOT_REPLAYED)


def _headers(headers: dict[str, str], known: frozenset[str]) -> dict[str, str]:
    told = {name: headers.get(name) for name in COMPARED_HEADERS}
    return {name: comparable(value, known) for name, value in told.items() if value}


def _title(page: str) -> str:
    found = re.search(r"<title>([^|<]*)", page)
    assert found is not None
    return found[1].strip()
