"""The practice Standalone answers as CiviCRM Standalone 5.77 and 6.12 did."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.practice import RunningPractice, start_practice
from latchkey.practice.standalone.switches import NEW, OLD
from practice.replay import comparable, load, names_in, not_replayed_in, replayed
from practice.standalone.scenes import SCENES, Scene, set_up, set_up_contacts

RECORDINGS = Path(__file__).parents[2] / "recordings"
VERSIONS = {"standalone": OLD, "standalone-6.12": NEW}
NOT_REPLAYED = {folder: not_replayed_in(RECORDINGS / folder) for folder in VERSIONS}
REPLAYED = [
    (folder, name)
    for folder in VERSIONS
    for name in names_in(RECORDINGS / folder)
    if name not in NOT_REPLAYED[folder]
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPractice]:
    running = start_practice(tmp_path_factory.mktemp("lab"), site="standalone")
    with closing(tables(running)) as db, db:
        set_up_contacts(db)
    yield running
    running.stop()


@pytest.mark.parametrize(("folder", "name"), REPLAYED, ids=["/".join(each) for each in REPLAYED])
def test_recorded_request_gets_the_recorded_answer(
    folder: str, name: str, lab: RunningPractice
) -> None:
    recording, scene = load(RECORDINGS / folder, name), SCENES[folder].get(name, Scene())
    order = {"version": VERSIONS[folder]}
    httpx2.post(f"{lab.url}/practice/control", json=order).raise_for_status()
    with closing(tables(lab)) as db, db:
        set_up(db, scene, folder)

    secrets = {"X-Civi-Auth": scene.key, "Authorization": scene.key, "body": "made-up"}
    reply = replayed(recording, lab.url, secrets)

    assert reply.status == recording.status, reply.text
    assert reply.headers["content-type"].partition(";")[0] == recording.media_type
    if not scene.page:
        assert plain(reply.text, scene) == plain(recording.body, scene)


def test_every_recording_is_replayed_or_named_with_its_reason() -> None:
    for folder, reasons in NOT_REPLAYED.items():
        assert set(reasons) <= set(names_in(RECORDINGS / folder))
        assert all(len(reason) > 20 for reason in reasons.values())


def test_every_scene_belongs_to_a_recording() -> None:
    for folder, scenes in SCENES.items():
        assert {(folder, name) for name in scenes} <= set(REPLAYED)


def plain(text: str, scene: Scene) -> Any:
    return comparable(json.loads(text) if text.startswith("{") else text, scene.varies)


def tables(lab: RunningPractice) -> sqlite3.Connection:
    return sqlite3.connect(lab.home / "practice.sqlite3", timeout=20)
