"""The PHP script, and how it reaches the host.

`php` would read a program from standard input to its end, but the commands follow there. So `php`
is given a loader as an argument, which takes as many bytes as the first line says and runs them;
the rest of standard input is the conversation: a line with the settings, then commands.

`ssh` joins its arguments with spaces, and the shell over there parts them again: behind an `ssh`
the loader is quoted for that shell.
"""

import json
import shlex
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import PurePath

from latchkey.remote.errors import SiteError

LOADER = 'eval("?>".stream_get_contents(STDIN,(int)fgets(STDIN)));'
GREETING = "latchkey"
VERSION = 1
# In the order in which PHP has to meet them.
PARTS = (
    "refusal.php",
    "cms.php",
    "drupal7.php",
    "backdrop.php",
    "fields.php",
    "accounts.php",
    "conversation.php",
)
READS = frozenset({"about", "find", "list"})
_OPEN = "<?php\n"


def argv_for(command: str) -> list[str]:
    """The program with its arguments that a connection's `command` writes. Raises SiteError."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise SiteError(
            'The command of the connection cannot be read. Write it like ["php"] or '
            '["ssh", "-T", "web@www.example.org", "php"].'
        )
    return [*words, "-r", shlex.quote(LOADER) if through_ssh(words) else LOADER]


def through_ssh(words: Sequence[str]) -> bool:
    """Whether a shell on another host reads the words again."""
    return any(PurePath(word).name == "ssh" for word in words)


def opening(root: str, uri: str) -> bytes:
    """What is sent first: the script with its length before it, and a line with the settings."""
    script = program()
    settings = json.dumps({"root": root, "uri": uri})
    return b"%d\n%b%b\n" % (len(script), script, settings.encode())


@cache
def program() -> bytes:
    """The whole script, from its parts."""
    folder = resources.files(__package__) / "php"
    parts = [(folder / name).read_text("utf-8").removeprefix(_OPEN) for name in PARTS]
    return (_OPEN + "".join(parts)).encode()


def is_read(op: str) -> bool:
    """Whether a command only looks. A one-time link lets a person in: making one is a write."""
    return op in READS
