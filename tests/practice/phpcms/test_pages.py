"""A member's way on the practice Drupal 7 and Backdrop: the mail, the link, the password."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from fakes.practice import RunningPractice, start_practice
from practice.browsing import FORM, Reply, send

SCRIPT = b"<?php // read past"


@pytest.fixture(scope="module", params=["drupal7", "backdrop"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pages(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPractice]:
    running = start_practice(tmp_path_factory.mktemp("pages"), site=kind)
    yield running
    running.stop()


def test_member_sets_a_password_by_the_link_once(pages: RunningPractice, kind: str) -> None:
    uid = create(pages, kind, "ann")
    ask(pages, kind, {"op": "tell", "id": uid})
    link = urlsplit(link_in_last_mail(pages)).path

    shown = get(pages, link)
    saved = post(pages, link, {"pass": "My-own-Passw0rd"})
    again = get(pages, link)
    entered = post(pages, "/user/login", {"name": "ann", "pass": "My-own-Passw0rd"})

    assert (shown.status, saved.status, again.status) == (200, 302, 302)
    assert "any more" in get(pages, again.headers["location"]).text
    assert "ann" in shown.text
    assert entered.status == 302


def test_blocked_member_is_let_in_by_nothing(pages: RunningPractice, kind: str) -> None:
    uid = create(pages, kind, "bob")
    ask(pages, kind, {"op": "tell", "id": uid})
    link = urlsplit(link_in_last_mail(pages)).path
    ask(pages, kind, {"op": "update", "id": uid, "active": False})

    assert get(pages, link).status == 403
    assert post(pages, "/user/login", {"name": "bob", "pass": "made up"}).status == 200


def test_link_of_another_is_no_good(pages: RunningPractice, kind: str) -> None:
    uid = create(pages, kind, "cleo")
    made = ask(pages, kind, {"op": "link", "id": uid})["link"]
    link = urlsplit(str(made)).path

    assert get(pages, link.replace(f"/reset/{uid}/", "/reset/1/")).status == 302
    assert get(pages, link).status == 200


@pytest.mark.parametrize("path", ["/", "/user/login", "/user", "/user/password", "/mailbox/"])
def test_page_is_there(path: str, pages: RunningPractice) -> None:
    assert get(pages, path).status == 200


def test_further_arguments_are_php_s_only_behind_the_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "latchkey.practice", "serve", "--home", str(tmp_path), "-r"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode == 2
    assert "unrecognized arguments: -r" in done.stderr


def create(pages: RunningPractice, kind: str, name: str) -> int:
    values = {"name": name, "mail": f"{name}@example.org", "password": "made up"}
    account = ask(pages, kind, {"op": "create", **values})["account"]
    assert isinstance(account, dict)
    return int(account["id"])


def ask(pages: RunningPractice, kind: str, line: dict[str, object]) -> dict[str, object]:
    """One command through a pipe of its own, to the home that the pages show."""
    settings = json.dumps({"root": f"/srv/{kind}", "uri": pages.url}).encode()
    command = [sys.executable, "-m", "latchkey.practice", "pipe", "--cms", kind]
    done = subprocess.run(
        [*command, "--home", str(pages.home), "-r", "code"],
        input=b"%d\n%b%b\n%b\n" % (len(SCRIPT), SCRIPT, settings, json.dumps(line).encode()),
        capture_output=True,
        check=True,
        timeout=30,
    )
    greeting, answer = map(json.loads, done.stdout.splitlines())
    assert greeting["cms"] == kind
    assert answer["ok"]
    return dict(answer)


def link_in_last_mail(pages: RunningPractice) -> str:
    mails = get(pages, "/mailbox/messages.json").json()
    found = re.search(r"http://\S+/user/reset/\S+", mails[-1]["text"])
    assert found
    return found[0]


def get(pages: RunningPractice, path: str) -> Reply:
    return send(pages.url, "GET", path, None, {})


def post(pages: RunningPractice, path: str, fields: dict[str, str]) -> Reply:
    return send(pages.url, "POST", path, urlencode(fields), FORM)
