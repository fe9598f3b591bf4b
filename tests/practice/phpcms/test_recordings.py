"""The practice sites answer as Drupal 7.105 and Backdrop 1.28 did.

Their forms are replayed as they are. The recorded script is an earlier one, with other words for
the same commands: its lines are said in today's, and have to come to the same.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from fakes.practice import start_practice
from latchkey.practice import database, mailbox
from latchkey.practice.mailbox import messages
from latchkey.practice.phpcms import SCHEMA
from latchkey.practice.phpcms.commands import Commands
from latchkey.practice.phpcms.users import NewUser, Users
from practice.browsing import FORM, Reply, send
from practice.replay import names_in, not_replayed_in

RECORDINGS = Path(__file__).parents[2] / "recordings"
KINDS = ("drupal7", "backdrop")
EVERY = [(kind, name) for kind in KINDS for name in names_in(RECORDINGS / kind)]
FORMS = [
    (kind, name)
    for kind, name in EVERY
    if name.startswith("form_") and name not in not_replayed_in(RECORDINGS / kind)
]
SCRIPTS = [(kind, name) for kind, name in EVERY if name.startswith("script_")]
PASSWORD = "Practice-Passw0rd"
# The stand-in has no role of the recorded names.
ROLES = {"member": "member", "editor_x": "volunteer", "nope": "nope"}
FIELDS = {"field_first_name": "field_first_name", "field_civi_contact_id": "field_contact_id"}


@pytest.fixture(params=KINDS)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A home of one kind, with the users of the recordings."""
    kind = str(request.param)
    database.open_home(tmp_path, mailbox.SCHEMA, SCHEMA)
    with database.transaction() as db:
        users = Users(db, kind)
        users.insert(NewUser("svc_prov", "svc_prov@example.org", PASSWORD))
        users.insert(NewUser("ff1795300560", "ff1795300560@example.org", PASSWORD))
    yield kind, tmp_path
    database.close_thread()


def test_every_recording_is_replayed_or_named() -> None:
    named = {(kind, name) for kind in KINDS for name in not_replayed_in(RECORDINGS / kind)}

    assert sorted(EVERY) == sorted([*named, *FORMS, *SCRIPTS])
    assert not named & {*FORMS, *SCRIPTS}


def test_recorded_forms_get_the_recorded_answers(home: tuple[str, Path]) -> None:
    kind, folder = home
    forms = [recorded(kind, name) for one, name in FORMS if one == kind]
    running = start_practice(folder, site=kind)

    try:
        for form in forms:
            assert_answered(form, filled(running.url, form))
    finally:
        running.stop()


@pytest.mark.parametrize(("kind", "name"), SCRIPTS)
def test_recorded_script_comes_to_the_same(kind: str, name: str, tmp_path: Path) -> None:
    exchange = recorded(kind, name)
    asked = [json.loads(line) for line in exchange["request"]["body"].splitlines()]
    told = [json.loads(line) for line in exchange["response"]["body"]["stdout"].splitlines()]
    answers = {one["ref"]: one for one in told if "ref" in one}
    database.open_home(tmp_path, mailbox.SCHEMA, SCHEMA)
    with database.transaction() as db:
        Users(db, kind).insert(NewUser("admin", "admin@example.org", PASSWORD))
    commands = Commands(kind, "http://127.0.0.1:8084")
    made: dict[str, int] = {}

    for line in asked:
        if line["op"] == "delete":  # Latchkey deletes no account
            continue
        answer = commands.answer(translated(line, made))
        if line["op"] == "create" and answer["ok"]:
            made[line["mail"]] = answer["account"]["id"]
        assert meaning_of(answer) == recorded_meaning(answers[line["ref"]])

    database.close_thread()


def translated(line: dict[str, Any], made: dict[str, int]) -> dict[str, Any]:
    """A line of the earlier script in today's words."""
    match line["op"]:
        case "create":
            fields = {FIELDS.get(name, name): one for name, one in line.get("fields", {}).items()}
            roles = [ROLES[role] for role in line.get("roles", [])]
            given = {"name": line["name"], "mail": line["mail"], "password": PASSWORD}
            return {**given, "op": "create", "roles": roles, "fields": fields}
        case "find":
            return {"op": "find", "mails": [line["mail"]], "names": [line["name"]]}
        case "roles":
            roles = [ROLES[role] for role in line["roles"]]
            return {"op": "update", "id": made[line["mail"]], "roles": roles}
        case "status":
            return {"op": "update", "id": made[line["mail"]], "active": bool(line["status"])}
        case "mail":
            return {"op": "tell", "id": made[line["mail"]], "letter": line["notify"]}
        case other:
            raise AssertionError(f"nobody knows what {other} is today")


def meaning_of(answer: dict[str, Any]) -> tuple[object, ...]:
    """What an answer comes to: done and how the account is, or what stands against it."""
    if not answer["ok"]:
        return ("refused", re.sub(r"^(duplicate|bad)_.*", "taken or bad", answer["error"]))
    if "accounts" in answer:
        return ("found", [one["name"] for one in answer["accounts"]])
    account = answer.get("account")
    return ("done", account and (account["name"], account["mail"], account["active"]))


def recorded_meaning(answer: dict[str, Any]) -> tuple[object, ...]:
    if not answer["ok"]:
        unknown = re.match(r"unknown (role|field)", answer.get("message", ""))
        return ("refused", f"unknown_{unknown[1]}" if unknown else "taken or bad")
    if "by_mail" in answer:
        found = (answer["by_mail"], answer["by_name"])
        return ("found", [one["name"] for one in found if one])
    account = (answer["name"], answer["mail"], bool(answer["status"])) if "uid" in answer else None
    return ("done", account)


def recorded(kind: str, name: str) -> dict[str, Any]:
    text = (RECORDINGS / kind / f"{name}.json").read_text("utf-8")
    return {**json.loads(text), "name": name}


def filled(url: str, form: dict[str, Any]) -> Reply:
    """The form sent as it was, with the right password where that was the point."""
    fields = dict(form["request"]["body"])
    if "pass" in fields:
        fields["pass"] = "wrong" if form["name"].endswith("wrong") else PASSWORD
    path = re.sub(r"^https?://[^/]+", "", form["request"]["url"])
    return send(url, "POST", path, urlencode(fields), FORM)


def assert_answered(form: dict[str, Any], reply: Reply) -> None:
    response = form["response"]
    mails = [mail.subject for mail in messages.after(database.connection())]
    assert reply.status == response["status"]
    assert reply.headers["content-type"].lower() == response["headers"]["content-type"].lower()
    wanted = response["headers"].get("location") or ""
    location = reply.headers.get("location", "")
    assert re.sub(r"\d+$", "N", location) == re.sub(r"^https?://[^/]+|\d+$", lead, wanted)
    for mail in response.get("mails_sent", []):
        assert any(one.startswith(mail.partition(" at ")[0]) for one in mails)
    if form["name"].endswith("_unknown"):
        assert not any("nobody" in one for one in mails)
    if reply.status == 200:
        said = response["messages"][0].partition("Sorry, ")[2].split(".")[0]
        assert " ".join(said.split()) in " ".join(re.sub(r"<[^>]+>", "", reply.text).split())


def lead(found: re.Match[str]) -> str:
    """Without the recorded host, and with N for the id of whoever it was."""
    return "N" if found[0].isdigit() else ""
