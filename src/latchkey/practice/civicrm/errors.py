"""What the API answers instead of values."""

import secrets
import string

GENERIC = "Sorry an error occurred and your request was not completed."
SECURITY_AJAX = (
    "SECURITY ALERT: Ajax requests can only be issued by javascript clients, eg. CRM.api4()."
)
SECURITY_GET = "SECURITY: All requests that modify the database must be http POST, not GET."
ALREADY_EXISTS = "DB Error: already exists"
CONSTRAINT_VIOLATION = "DB Error: constraint violation"


class ApiError(Exception):
    """An error in the body of an answer; on WordPress the HTTP status stays 200."""

    def __init__(self, message: str, status: int = 500) -> None:
        super().__init__(message)
        self.message = message
        self.status = status

    def answer(self, *, in_full: bool) -> dict[str, object]:
        """The body; without the permission "view debug output" (`in_full`) it tells nothing."""
        if in_full:
            return {"error_code": 0, "error_message": self.message, "status": self.status}
        message = f"{GENERIC} (Error ID: {error_id()})"
        return {"error_code": "1", "error_message": message, "status": self.status}


class Forbidden(ApiError):  # noqa: N818 - named by what happened
    """The key lacks a permission."""

    def __init__(self) -> None:
        super().__init__("Authorization failed", 403)


class NotAuthenticated(Exception):  # noqa: N818 - named by what happened
    """The credential was refused: 401 with a line of text."""


def invalid_field(name: str) -> ApiError:
    """An unknown or unreadable field where one is needed (recording error-unknown-field-where)."""
    return ApiError(f"Invalid field '{name}'")


def mandatory_missing(entity: str, action: str, names: list[str]) -> ApiError:
    """Recording error-mandatory-missing."""
    return ApiError(f"Mandatory values missing from Api4 {entity}::{action}: {', '.join(names)}")


def error_id() -> str:
    """What a person may quote to an administrator."""
    letters = string.ascii_letters + string.digits
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
