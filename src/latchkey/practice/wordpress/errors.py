"""What the REST API answers instead of a result."""

from collections.abc import Mapping
from typing import Any


class RestError(Exception):
    """One `{code, message, data}` of WordPress; without a status of its own it is a 500."""

    def __init__(self, code: str, message: str, status: int | None = None, **details: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.own_status = status
        self.details: Mapping[str, Any] = details

    @property
    def status(self) -> int:
        """The HTTP status: WordPress turns an error that names none into a 500."""
        return self.own_status or 500

    def body(self) -> dict[str, Any]:
        """As recorded: `data` is null where the error names no status (existing_user_login)."""
        own = {} if self.own_status is None else {"status": self.own_status}
        return {"code": self.code, "message": self.message, "data": {**own, **self.details} or None}


class CriticalError(Exception):
    """PHP died: nothing more of this request is done, and what was written stays."""
