"""What it means that a program ended before it said anything.

What it wrote is never quoted, for it may hold secrets: known words become sentences of ours.
"""

from latchkey.remote.errors import RemoteError, SiteError, TransientError

OF_SSH = 255
NOT_EXECUTABLE = 126
NOT_FOUND = 127
BY_HAND = "Run the command by hand, as the same user, to see what it says."

# The first that fits is taken; the words are as OpenSSH, sudo and shells write them.
_FOR_A_PERSON = (
    (
        "host key verification failed",
        "ssh does not know the host's key. Connect once by hand as the same user, and compare it.",
    ),
    (
        "a password is required",
        "sudo asks for a password. Allow this command without one, or take the user itself.",
    ),
    (
        "a terminal is required",
        "sudo asks for a password. Allow this command without one, or take the user itself.",
    ),
    (
        "permission denied",
        "it was not let in. Check the user name, the key, and that the key needs no passphrase.",
    ),
    (
        "not allowed",
        "it is not allowed to run. Check the user name and what that user may run.",
    ),
    ("command not found", "the host has no such program. Give its whole path in the command."),
    ("no such file", "the host has no such program. Give its whole path in the command."),
)
_PASSING = (
    ("connection refused", "the connection was refused"),
    ("timed out", "no connection within the time limit"),
    ("could not resolve", "the name of the host is not known"),
    ("no route to host", "there is no way to the host"),
    ("network is unreachable", "there is no way to the host"),
    ("connection reset", "the connection was cut"),
    ("connection closed", "the connection was cut"),
)


def ending(program: str, status: int, complaint: str) -> RemoteError:
    """The error that says what to do about it. `status` under 0 is the signal that ended it."""
    said = complaint.casefold()
    for words, meaning in _PASSING:
        if words in said:
            return TransientError(f"{program} cannot reach the site: {meaning}.")
    for words, meaning in _FOR_A_PERSON:
        if words in said:
            return SiteError(f"{program} cannot be used: {meaning}")
    if status in {NOT_EXECUTABLE, NOT_FOUND}:
        return SiteError(f"{program} found no program to run on the host. {BY_HAND}")
    if status < 0:
        return TransientError(f"{program} was ended by signal {-status} before it said anything.")
    if status == OF_SSH and program == "ssh":
        return TransientError("ssh could not connect to the host.")
    return SiteError(f"{program} ended with status {status} before it said anything. {BY_HAND}")
