"""What the stand-ins for Drupal 7 and Backdrop share: the far end of the pipe, and a few pages.

In place of `php` with Latchkey's script stands `python -m latchkey.practice pipe`, which reads the
same lines and answers the same ones; the script itself it reads past.
"""

from collections.abc import Mapping
from types import MappingProxyType

LABELS: Mapping[str, str] = MappingProxyType({"drupal7": "Drupal 7", "backdrop": "Backdrop"})
VERSIONS: Mapping[str, str] = MappingProxyType({"drupal7": "7.105", "backdrop": "1.28.x-dev"})

SCHEMA = """
CREATE TABLE IF NOT EXISTS phpcms_users (
    cms TEXT NOT NULL,
    uid INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    mail TEXT NOT NULL COLLATE NOCASE,
    password TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 1,
    language TEXT NOT NULL DEFAULT '',
    login INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (cms, uid),
    UNIQUE (cms, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS phpcms_users_mail ON phpcms_users (cms, mail);
CREATE TABLE IF NOT EXISTS phpcms_user_roles (
    cms TEXT NOT NULL,
    uid INTEGER NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (cms, uid, role)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS phpcms_user_fields (
    cms TEXT NOT NULL,
    uid INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (cms, uid, field)
) WITHOUT ROWID;
"""


def root_of(cms: str) -> str:
    """The folder in which the stand-in says it is installed."""
    return f"/srv/{cms}"


def connection_of(cms: str) -> Mapping[str, str | list[str]]:
    """What a connection to it is set up with, but for the address.

    Whoever starts it puts the interpreter and the home in the place of {python} and {home}.
    """
    command = ["{python}", "-m", "latchkey.practice", "pipe", "--cms", cms, "--home", "{home}"]
    return MappingProxyType({"kind": cms, "command": command, "root": root_of(cms)})
