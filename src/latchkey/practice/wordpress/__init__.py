"""The practice site: WordPress 6.6 as its REST API and its log-in pages show it."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS wp_users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    login TEXT NOT NULL COLLATE NOCASE UNIQUE,
    email TEXT NOT NULL COLLATE NOCASE UNIQUE,
    slug TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    nickname TEXT NOT NULL,
    url TEXT NOT NULL,
    description TEXT NOT NULL,
    locale TEXT NOT NULL,
    registered TEXT NOT NULL,
    published_posts INTEGER NOT NULL DEFAULT 0,
    own_capabilities TEXT,
    reset_key TEXT,
    reset_asked REAL
);
CREATE INDEX IF NOT EXISTS wp_users_display_name ON wp_users (display_name COLLATE NOCASE, id);
CREATE TABLE IF NOT EXISTS wp_user_roles (
    user_id INTEGER NOT NULL REFERENCES wp_users (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (user_id, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS wp_user_roles_role ON wp_user_roles (role, user_id);
CREATE TABLE IF NOT EXISTS wp_application_passwords (
    user_id INTEGER NOT NULL REFERENCES wp_users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    password TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS wp_sessions (
    token TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES wp_users (id) ON DELETE CASCADE,
    nonce TEXT NOT NULL,
    ends REAL NOT NULL
) WITHOUT ROWID;
"""
