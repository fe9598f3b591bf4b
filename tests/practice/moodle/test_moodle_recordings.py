"""The practice Moodle answers as Moodle 4.4 did."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import httpx2
import pytest

from fakes.practice import RunningPractice, start_practice
from latchkey.practice.moodle import TOKEN
from latchkey.practice.moodle.switches import SWITCHES
from practice.moodle.scenes import CAPABILITIES, SCENES, Scene, set_up
from practice.replay import Recording, answered, expected, load, names_in, not_replayed_in, replayed

RECORDINGS = Path(__file__).parents[2] / "recordings" / "moodle"
NOT_REPLAYED = not_replayed_in(RECORDINGS)
NAMES = names_in(RECORDINGS)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPractice]:
    running = start_practice(tmp_path_factory.mktemp("lab"), site="moodle")
    yield running
    running.stop()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_REPLAYED])
def test_recorded_request_gets_the_recorded_answer(name: str, lab: RunningPractice) -> None:
    recording, scene = load(RECORDINGS, name), SCENES.get(name, Scene())
    arrange(lab, scene)

    reply = replayed(with_secrets(recording, scene.token or TOKEN), lab.url, {})

    assert answered(reply, scene.varies) == expected(recording, scene.varies)


def test_every_recording_is_replayed_or_named_with_its_reason() -> None:
    assert len(NAMES) > 40
    assert set(NOT_REPLAYED) <= set(NAMES)
    assert all(len(reason) > 20 for reason in NOT_REPLAYED.values())


def test_every_scene_belongs_to_a_recording() -> None:
    assert set(SCENES) <= set(NAMES) - set(NOT_REPLAYED)


def arrange(lab: RunningPractice, scene: Scene) -> None:
    switches = {**SWITCHES, "capabilities": CAPABILITIES, **scene.switches}
    httpx2.post(f"{lab.url}/practice/control", json=switches).raise_for_status()
    with closing(sqlite3.connect(lab.home / "practice.sqlite3", timeout=20)) as db, db:
        set_up(db, scene)


def with_secrets(recording: Recording, token: str) -> Recording:
    """The recording with something in place of what was taken out of it."""
    secrets = {"wstoken": token, "users[0][createpassword]": "1"}
    pairs = parse_qsl(recording.request["body"], keep_blank_values=True)
    body = [
        (name, secrets.get(name, "Made-up-1!") if value == "PLACEHOLDER" else value)
        for name, value in pairs
    ]
    return replace(recording, request={**recording.request, "body": urlencode(body)})
