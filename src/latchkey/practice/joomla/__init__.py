"""A practice site of another kind: Joomla 5.3 as its Web Services and its reset form show it."""

from types import MappingProxyType

TOKEN = "practice-joomla-token"  # noqa: S105 - made up, and printed by the demo

# What a connection to it is set up with; the address is filled in by whoever starts it.
CONNECTION = MappingProxyType({"kind": "joomla", "token": TOKEN, "mail_to_user_off": "yes"})

SCHEMA = """
CREATE TABLE IF NOT EXISTS joomla_groups (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER NOT NULL,
    lft INTEGER NOT NULL,
    rgt INTEGER NOT NULL,
    title TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS joomla_users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE,
    username TEXT NOT NULL COLLATE NOCASE UNIQUE,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password TEXT NOT NULL,
    block INTEGER NOT NULL DEFAULT 0,
    send_email INTEGER NOT NULL DEFAULT 0,
    registered TEXT NOT NULL,
    last_visit TEXT,
    last_reset TEXT,
    reset_count INTEGER NOT NULL DEFAULT 0,
    params TEXT NOT NULL DEFAULT '{}',
    activation TEXT,
    token TEXT UNIQUE
);
CREATE INDEX IF NOT EXISTS joomla_users_name ON joomla_users (name, id);
CREATE TABLE IF NOT EXISTS joomla_user_groups (
    user_id INTEGER NOT NULL REFERENCES joomla_users (id) ON DELETE CASCADE,
    group_id INTEGER NOT NULL REFERENCES joomla_groups (id),
    PRIMARY KEY (user_id, group_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joomla_fields (
    name TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joomla_field_values (
    user_id INTEGER NOT NULL REFERENCES joomla_users (id) ON DELETE CASCADE,
    field TEXT NOT NULL REFERENCES joomla_fields (name),
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, field)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS joomla_sessions (
    id TEXT PRIMARY KEY,
    form_token TEXT NOT NULL,
    user_id INTEGER,
    reset_user_id INTEGER
) WITHOUT ROWID;
"""
