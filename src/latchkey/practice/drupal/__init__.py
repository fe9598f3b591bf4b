"""The practice Drupal: 10.1 with JSON:API, basic_auth, serialization and REST, as recorded."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SERVICE: Final = "latchkey"
PASSWORD: Final = "practice"  # noqa: S105 - made up, and printed by the demo

# What a connection to it is made of; the starter adds the address.
CONNECTION: Mapping[str, str] = MappingProxyType(
    {"kind": "drupal", "username": SERVICE, "password": PASSWORD}
)

SCHEMA = """
CREATE TABLE IF NOT EXISTS drupal_users (
    uid INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    mail TEXT,
    password TEXT,
    status INTEGER NOT NULL,
    preferred_langcode TEXT NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    access INTEGER NOT NULL DEFAULT 0,
    login INTEGER NOT NULL DEFAULT 0,
    init TEXT,
    fields TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS drupal_users_mail ON drupal_users (mail);
CREATE TABLE IF NOT EXISTS drupal_user_roles (
    uid INTEGER NOT NULL REFERENCES drupal_users (uid) ON DELETE CASCADE,
    role TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (uid, role)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drupal_roles (
    id TEXT PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    is_admin INTEGER NOT NULL DEFAULT 0,
    permissions TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drupal_sessions (
    token TEXT PRIMARY KEY,
    uid INTEGER NOT NULL REFERENCES drupal_users (uid) ON DELETE CASCADE,
    csrf TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drupal_flood (
    event TEXT NOT NULL,
    identifier TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS drupal_resets (
    token TEXT PRIMARY KEY,
    uid INTEGER NOT NULL REFERENCES drupal_users (uid) ON DELETE CASCADE,
    asked INTEGER NOT NULL
) WITHOUT ROWID;
"""
