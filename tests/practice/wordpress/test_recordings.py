"""The practice site answers as WordPress 6.6 with CiviCRM did."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.practice import APP_PASSWORD, start_practice
from practice.browsing import Program, Reply, administrator_of, basic, send
from practice.wordpress.scenes import SCENES, Scene, set_up

RECORDINGS = Path(__file__).parents[2] / "recordings" / "wordpress"
RECORDED_SITE = "http://127.0.0.1:8081"
RECORDED_IDS = {"5": "lab.user1", "21381": "dl_1", "2": "admin"}
NOT_REPLAYED = tomllib.loads((RECORDINGS / "not_replayed.toml").read_text("utf-8"))
NAMES = sorted(path.stem for path in RECORDINGS.glob("*.json"))
COMPARED_HEADERS = ("content-type", "allow", "location", "x-wp-total", "x-wp-totalpages")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    running = start_practice(tmp_path_factory.mktemp("lab"))
    yield administrator_of(running)
    running.stop()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_REPLAYED])
def test_recorded_request_gets_the_recorded_answer(name: str, lab: Program) -> None:
    recording = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    scene = SCENES.get(name, Scene())
    ids = set_up(scene, lab)

    reply = replayed(recording["request"], scene, lab.url, ids)

    expected = recording["response"]
    assert reply.status == expected["status"], reply.text
    assert headers_of(reply.headers, lab.url) == headers_of(expected["headers"], RECORDED_SITE)
    if "json" in expected["headers"]["content-type"]:
        answered = plain(reply.json(), lab.url, scene.varies)
        assert answered == plain(expected["body"], RECORDED_SITE, scene.varies)
    else:
        assert expected["body"] in reply.text


def test_every_recording_is_replayed_or_named_with_its_reason() -> None:
    unknown = set(NOT_REPLAYED) - set(NAMES)
    must = {n for n in NAMES if n.startswith("match-") or n.endswith("-after-500")}

    assert not unknown
    assert must
    assert not must & set(NOT_REPLAYED)
    assert all(len(reason) > 20 for reason in NOT_REPLAYED.values())


def test_every_scene_belongs_to_a_recording() -> None:
    assert set(SCENES) <= set(NAMES) - set(NOT_REPLAYED)


def replayed(request: dict[str, Any], scene: Scene, site: str, ids: dict[str, int]) -> Reply:
    headers = dict(request["headers"])
    if headers.pop("Authorization", None):
        headers |= basic(scene.caller, scene.password or APP_PASSWORD)
    body = request.get("body")
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    address = re.sub(
        r"(/users/)(\d+)",
        lambda found: found[1] + str(ids.get(RECORDED_IDS.get(found[2], ""), found[2])),
        request["url"].removeprefix(RECORDED_SITE),
    )
    return send(site, request["method"], address, text, headers)


def headers_of(headers: Any, site: str) -> dict[str, str]:
    shown = {name: headers[name] for name in COMPARED_HEADERS if name in headers}
    return {
        name: re.sub(r"\d+$", "N", v.replace(site, "SITE")) if name == "location" else v
        for name, v in shown.items()
    }


def plain(value: Any, site: str, varies: frozenset[str]) -> Any:
    """The answer without what no two installations share: their address, ids and clocks."""
    if isinstance(value, list):
        return [plain(item, site, varies) for item in value]
    if isinstance(value, str):
        return re.sub(r"/users/\d+", "/users/N", value.replace(site, "SITE"))
    if not isinstance(value, dict):
        return value
    return {key: own(key, item, site, varies) for key, item in value.items()}


def own(key: str, value: Any, site: str, varies: frozenset[str]) -> Any:
    if key == "id":
        return type(value)
    if key == "registered_date":
        return re.sub(r"\d", "0", value)
    if key in varies:
        return type(value)
    return plain(value, site, varies)
