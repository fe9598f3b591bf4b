"""The far end of the pipe: what `php` with Latchkey's script would say, line by line."""

import json
import sys
from pathlib import Path
from typing import IO, Any

from latchkey.practice import database, mailbox
from latchkey.practice.phpcms import SCHEMA, VERSIONS, root_of, seeding
from latchkey.practice.phpcms.commands import Commands

VERSION = 1
PHP = "8.2.36"


def converse(cms: str, home: Path, contacts: int, seed: int) -> None:
    """Take the script and the settings, greet, and answer until the input ends."""
    database.open_home(home, mailbox.SCHEMA, SCHEMA)
    with database.transaction() as db:
        seeding.seed(db, cms, contacts, seed)
    heard, said = sys.stdin.buffer, sys.stdout.buffer
    script = heard.read(int(heard.readline()))
    settings = json.loads(heard.readline())
    greeting = _greeting(cms, str(settings.get("root")), whole=script.startswith(b"<?php"))
    _say(said, {"latchkey": VERSION, **greeting})
    if "error" in greeting:
        return
    commands = Commands(cms, str(settings.get("uri")))
    for line in heard:
        _say(said, commands.answer(_parsed(line)))


def _greeting(cms: str, root: str, *, whole: bool) -> dict[str, str]:
    if not whole:
        return {"error": "bootstrap_failed", "what": "ParseError"}
    if root != root_of(cms):
        return {"error": "no_root", "what": root}
    if database.switch(database.connection(), f"{cms}_settings_unreadable", default=False):
        return {"error": "settings_unreadable", "what": f"{root}/settings.php"}
    return {"cms": cms, "version": VERSIONS[cms], "php": PHP}


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _say(said: IO[bytes], answer: dict[str, Any]) -> None:
    said.write(json.dumps(answer).encode() + b"\n")
    said.flush()
