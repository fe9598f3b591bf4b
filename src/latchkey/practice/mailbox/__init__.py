"""The practice mailbox: every mail that practice sends lands here and leaves the machine never."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS mailbox_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received TEXT NOT NULL,
    recipient TEXT NOT NULL COLLATE NOCASE,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    html TEXT
);
CREATE INDEX IF NOT EXISTS mailbox_messages_recipient ON mailbox_messages (recipient, id);
"""
