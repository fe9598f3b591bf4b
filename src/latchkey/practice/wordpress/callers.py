"""Who is asking: an application password by basic authentication, else nobody.

A wrong password is not an error: the caller is anonymous (recordings users-me-unknown-login,
users-create-bad-app-password), and so is one who sends the password of the log-in form
(users-me-real-password-refused).
"""

import hmac
import sqlite3
from dataclasses import dataclass

from werkzeug.datastructures import Authorization

from latchkey.practice import database
from latchkey.practice.wordpress import passwords, users
from latchkey.practice.wordpress.users import User


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request; None is anybody at all."""

    user: User | None
    capabilities: frozenset[str] = frozenset()

    def can(self, capability: str) -> bool:
        """Whether the account has this capability."""
        return capability in self.capabilities

    @property
    def refusal(self) -> int:
        """The status of a refusal: 401 to somebody unknown, 403 to somebody known."""
        return 401 if self.user is None else 403


ANYBODY = Caller(None)


def caller_of(db: sqlite3.Connection, authorization: Authorization | None) -> Caller:
    """The caller that an Authorization header proves."""
    if authorization is None or authorization.type != "basic":
        return ANYBODY
    if not database.switch(db, "application_passwords", default=True):
        return ANYBODY
    user = users.by_login_or_email(db, authorization.username or "")
    if user is None or not _is_application_password(db, user, authorization.password or ""):
        return ANYBODY
    return Caller(user, frozenset(user.capabilities))


def _is_application_password(db: sqlite3.Connection, user: User, password: str) -> bool:
    given = passwords.application_hash(password)
    rows = db.execute("SELECT password FROM wp_application_passwords WHERE user_id = ?", (user.id,))
    return any(hmac.compare_digest(given, str(row[0])) for row in rows)
