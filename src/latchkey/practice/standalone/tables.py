"""The tables of users and roles, and what stands before the practice CRM's own in this process."""

import sqlite3
from typing import Final

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS standalone_user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_id INTEGER NOT NULL DEFAULT 1,
    uf_id INTEGER NOT NULL DEFAULT 0,
    uf_name TEXT COLLATE NOCASE,
    contact_id INTEGER REFERENCES civicrm_contact (id),
    username TEXT COLLATE NOCASE,
    hashed_password TEXT NOT NULL DEFAULT '',
    when_created TEXT,
    when_last_accessed TEXT,
    when_updated TEXT,
    is_active INTEGER NOT NULL DEFAULT 1,
    timezone TEXT,
    language TEXT,
    password_reset_token TEXT,
    roles TEXT,
    UNIQUE (uf_name, domain_id),
    UNIQUE (contact_id, domain_id)
);
CREATE INDEX IF NOT EXISTS standalone_user_username ON standalone_user (username);
CREATE INDEX IF NOT EXISTS standalone_user_uf_id ON standalone_user (uf_id);
CREATE TABLE IF NOT EXISTS standalone_role (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    label TEXT,
    permissions TEXT NOT NULL DEFAULT '',
    is_active INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS standalone_user_role (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES standalone_user (id) ON DELETE CASCADE,
    role_id INTEGER NOT NULL REFERENCES standalone_role (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS standalone_user_role_user ON standalone_user_role (user_id);
"""

# A temporary view stands before the table of the same name, on its connection only.
SHADOWS: Final = """
CREATE TEMP VIEW IF NOT EXISTS civicrm_uf_match AS
SELECT id, domain_id, uf_id, uf_name, contact_id, language FROM main.standalone_user;
CREATE TEMP TRIGGER IF NOT EXISTS uf_match_added INSTEAD OF INSERT ON civicrm_uf_match BEGIN
    INSERT INTO standalone_user (uf_id, uf_name, contact_id, language)
    VALUES (NEW.uf_id, NEW.uf_name, NEW.contact_id, NEW.language);
END;
CREATE TEMP TRIGGER IF NOT EXISTS uf_match_changed INSTEAD OF UPDATE ON civicrm_uf_match BEGIN
    UPDATE standalone_user SET uf_id = NEW.uf_id, uf_name = NEW.uf_name,
        contact_id = NEW.contact_id, language = NEW.language WHERE id = OLD.id;
END;
CREATE TEMP TRIGGER IF NOT EXISTS uf_match_removed INSTEAD OF DELETE ON civicrm_uf_match BEGIN
    DELETE FROM standalone_user WHERE id = OLD.id;
END;
CREATE TEMP VIEW IF NOT EXISTS practice_permission AS
SELECT held.user_id AS user_id, each.value AS permission
FROM main.standalone_user_role held
JOIN main.standalone_role role ON role.id = held.role_id AND role.is_active = 1
JOIN json_each('["' || replace(trim(role.permissions, char(1)), char(1), '","') || '"]') each;
"""


def shadow(db: sqlite3.Connection) -> None:
    """Put the views before the tables, once for each connection."""
    there = db.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'practice_permission'")
    if there.fetchone() is None:
        db.executescript(SHADOWS)
