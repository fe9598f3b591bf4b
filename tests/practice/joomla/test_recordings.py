"""The practice Joomla answers as Joomla 5.3 did."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from latchkey.practice import database
from latchkey.practice.mailbox import messages
from practice.browsing import Browser, Reply
from practice.joomla import lab
from practice.joomla.scenes import SCENES, Scene
from practice.replay import Recording, comparable, load, names_in, not_replayed_in, replayed

RECORDINGS = Path(__file__).parents[2] / "recordings" / "joomla"
RECORDED_SITE = "http://127.0.0.1:8083"
NOT_REPLAYED = not_replayed_in(RECORDINGS)
NAMES = names_in(RECORDINGS)
REPLAYED = [name for name in NAMES if name not in NOT_REPLAYED]
FORMS = [name for name in REPLAYED if name.startswith("password_reset_form_")]
# A new account has the next id, whatever that is.
VARIES = frozenset({"id"})


@pytest.mark.parametrize("name", [name for name in REPLAYED if name not in FORMS])
def test_recorded_request_gets_the_recorded_answer(name: str, joomla: str) -> None:
    recording, scene = load(RECORDINGS, name), SCENES.get(name, Scene())
    set_up(scene)

    reply = replayed(recording, joomla, secrets_of(scene))

    assert told(reply, joomla) == (
        recording.status,
        recording.media_type,
        plain(recording.body, RECORDED_SITE),
    )


@pytest.mark.parametrize("name", FORMS)
def test_recorded_form_gets_the_recorded_answer_and_mail(name: str, joomla: str) -> None:
    recording = load(RECORDINGS, name)
    recorded = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))["response"]
    set_up(SCENES.get(name, Scene()))

    reply = sent_form(recording, joomla)

    subjects = [mail.subject for mail in messages.after(database.connection())]
    assert reply.status == recording.status
    assert reply.headers["location"].removeprefix(joomla) == recorded["headers"][
        "location"
    ].removeprefix(RECORDED_SITE)
    assert subjects == recorded["mails_sent"]


def test_every_recording_is_replayed_or_named_with_its_reason() -> None:
    must = {name for name in NAMES if name.startswith(("create_", "patch_", "password_reset_"))}

    assert len(must) > 40
    assert set(NOT_REPLAYED) <= set(NAMES)
    assert not must & set(NOT_REPLAYED)
    assert all(len(reason) > 20 for reason in NOT_REPLAYED.values())


def test_every_scene_belongs_to_a_recording() -> None:
    assert set(SCENES) <= set(REPLAYED)


def set_up(scene: Scene) -> None:
    with database.transaction() as db:
        for arrange in scene.arrange:
            arrange(db)
        lab.turn(db, **scene.switches)


def secrets_of(scene: Scene) -> dict[str, str]:
    return {"X-Joomla-Token": scene.token, "Authorization": scene.token, "body": scene.body}


def told(reply: Reply, site: str) -> tuple[int, str, Any]:
    """What the stand-in said, to be compared."""
    media_type = reply.headers["content-type"].partition(";")[0]
    body = reply.json() if media_type.endswith("json") and reply.text else reply.text
    return reply.status, media_type, plain(body, site)


def plain(body: Any, site: str) -> Any:
    """A body without what no two installations share: address, ids of new accounts, moments."""
    text = json.dumps(body).replace(site, "SITE")
    return comparable(json.loads(re.sub(r"/users/\d+", "/users/N", text)), VARIES)


def sent_form(recording: Recording, site: str) -> Reply:
    """The form sent as a browser does: first got, then sent with its hidden field."""
    browser = Browser(site)
    page = browser.get("/index.php?option=com_users&view=reset").text
    field = re.search(r'name="([0-9a-f]{32})"', page)
    assert field is not None
    email = re.search(r"jform\[email\]=([^&]+)", recording.request["body"])
    assert email is not None
    address = recording.request["url"].removeprefix(RECORDED_SITE)
    return browser.post(address, **{quote("jform[email]", safe="[]"): email[1], field[1]: "1"})
