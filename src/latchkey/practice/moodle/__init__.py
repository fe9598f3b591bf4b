"""A practice site of another kind: Moodle 4.4 as its REST web services show it."""

from types import MappingProxyType

TOKEN = "Practice-moodle-token-1"  # noqa: S105 - made up, and printed by the demo

# What a connection to it is set up with; the address is filled in by whoever starts it.
CONNECTION = MappingProxyType({"kind": "moodle", "token": TOKEN})

SCHEMA = """
CREATE TABLE IF NOT EXISTS mdl_user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    auth TEXT NOT NULL DEFAULT 'manual',
    email TEXT NOT NULL,
    firstname TEXT NOT NULL,
    lastname TEXT NOT NULL,
    idnumber TEXT NOT NULL DEFAULT '',
    lang TEXT NOT NULL DEFAULT 'en',
    institution TEXT NOT NULL DEFAULT '',
    department TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    phone1 TEXT NOT NULL DEFAULT '',
    phone2 TEXT NOT NULL DEFAULT '',
    suspended INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    firstaccess INTEGER NOT NULL DEFAULT 0,
    lastaccess INTEGER NOT NULL DEFAULT 0,
    reset_token TEXT
);
CREATE INDEX IF NOT EXISTS mdl_user_email ON mdl_user (email COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS mdl_user_email_exact ON mdl_user (email);
CREATE INDEX IF NOT EXISTS mdl_user_idnumber ON mdl_user (idnumber COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS mdl_user_info_field (
    shortname TEXT PRIMARY KEY,
    name TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mdl_user_info_data (
    userid INTEGER NOT NULL REFERENCES mdl_user (id),
    shortname TEXT NOT NULL REFERENCES mdl_user_info_field (shortname),
    value TEXT NOT NULL,
    PRIMARY KEY (userid, shortname)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mdl_cohort (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    idnumber TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS mdl_cohort_members (
    cohortid INTEGER NOT NULL REFERENCES mdl_cohort (id),
    userid INTEGER NOT NULL REFERENCES mdl_user (id),
    PRIMARY KEY (cohortid, userid)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mdl_external_tokens (
    token TEXT PRIMARY KEY,
    userid INTEGER NOT NULL REFERENCES mdl_user (id)
) WITHOUT ROWID;
"""
