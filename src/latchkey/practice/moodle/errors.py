"""Moodle's exceptions, as its web services answer them: always with status 200."""


class MoodleError(Exception):
    """An exception of Moodle; `debuginfo` is shown only where debugging is on."""

    def __init__(self, exception: str, code: str, message: str, debuginfo: str = "") -> None:
        super().__init__(message)
        self.exception = exception
        self.code = code
        self.message = message
        self.debuginfo = debuginfo

    def body(self, *, debug: bool) -> dict[str, str]:
        """The answer."""
        shown = {"exception": self.exception, "errorcode": self.code, "message": self.message}
        return {**shown, "debuginfo": self.debuginfo} if debug and self.debuginfo else shown


INVALID_VALUE = "Invalid parameter value detected"


def invalid(debuginfo: str) -> MoodleError:
    """A value that is not what is expected."""
    return MoodleError("invalid_parameter_exception", "invalidparameter", INVALID_VALUE, debuginfo)


def no_permission(what: str) -> MoodleError:
    """The caller lacks a capability; `what` is what it is called on the screens."""
    return MoodleError(
        "required_capability_exception",
        "nopermissions",
        f"Sorry, but you do not currently have permissions to do that ({what}).",
    )


def bad_token() -> MoodleError:
    """Nobody has this token."""
    return MoodleError("moodle_exception", "invalidtoken", "Invalid token - token not found")


def no_access() -> MoodleError:
    """The token's service does not have the function."""
    return MoodleError("webservice_access_exception", "accessexception", "Access control exception")
