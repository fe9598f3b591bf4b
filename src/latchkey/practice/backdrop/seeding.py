"""The users of the practice Backdrop at its start."""

import sqlite3

from latchkey.practice.backdrop import CMS
from latchkey.practice.phpcms import seeding


def seed(db: sqlite3.Connection, contacts: int, seed: int) -> None:
    """Fill the home, inside the caller's transaction; one that is filled already stays so."""
    seeding.seed(db, CMS, contacts, seed)
