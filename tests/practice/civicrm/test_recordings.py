"""The practice CRM answers as CiviCRM 5.77 on WordPress did."""

from pathlib import Path

import pytest

from latchkey.practice import database
from latchkey.practice.civicrm import authx
from practice.civicrm.client import Client
from practice.civicrm.scenes import SCENES, Scene
from practice.replay import (
    answered,
    expected,
    load,
    names_in,
    not_replayed_in,
    replayed,
)

RECORDINGS = Path(__file__).parents[2] / "recordings" / "civicrm"
NOT_REPLAYED = not_replayed_in(RECORDINGS)
NAMES = names_in(RECORDINGS)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_REPLAYED])
def test_recorded_request_gets_the_recorded_answer(name: str, crm: Client) -> None:
    recording, scene = load(RECORDINGS, name), SCENES.get(name, Scene())
    with database.transaction() as db:
        for arrange in scene.arrange:
            arrange(db, recording)

    reply = replayed(recording, crm.url, secrets_of(scene))

    assert answered(reply, scene.varies) == expected(recording, scene.varies)


def test_every_recording_is_replayed_or_named_with_its_reason() -> None:
    must = {n for n in NAMES if n.startswith("match-") or n.endswith("-after-500")}

    assert len(must) > 4
    assert set(NOT_REPLAYED) <= set(NAMES)
    assert not must & set(NOT_REPLAYED)
    assert all(len(reason) > 20 for reason in NOT_REPLAYED.values())


def test_every_scene_belongs_to_a_recording() -> None:
    assert set(SCENES) <= set(NAMES) - set(NOT_REPLAYED)


def secrets_of(scene: Scene) -> dict[str, str]:
    return {
        "X-Civi-Auth": scene.key,
        "Authorization": scene.key,
        "X-Civi-Key": authx.SITE_KEY,
        "body": scene.key,
    }
