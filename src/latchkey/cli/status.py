"""Exit statuses, and the errors that end a command with one clear sentence."""

from enum import IntEnum
from typing import Any

import typer
from django.db import DatabaseError
from typer.core import TyperGroup

from latchkey.cli.output import complain
from latchkey.remote.errors import Paused, RejectedError, RemoteError
from latchkey.remote.secrets import KeyringError
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.pausing import NotFoundError
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.service.review import ReviewError


class Status(IntEnum):
    """What the exit status of a command says."""

    DONE = 0
    SOME_LEFT = 1
    CONFIGURATION = 2
    UNUSABLE = 3


class Unknown(Exception):  # noqa: N818 - "unknown" is what it is
    """The command names something that is not there; the text says what there is."""


# Their text is the sentence.
SENTENCES = (Unknown, RuleError, KeyringError, RejectedError, ReviewError, NotFoundError)


class SentencedGroup(TyperGroup):
    """Commands whose expected errors are one sentence and a status, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            for problem in error.problems:
                complain(str(problem))
            raise typer.Exit(Status.CONFIGURATION) from None
        except SENTENCES as error:
            complain(str(error))
            raise typer.Exit(Status.CONFIGURATION) from None
        except (UnavailableError, RemoteError) as error:
            raise typer.Exit(_about_connection(error)) from None
        except DatabaseError as error:
            complain(f"Latchkey's own database cannot be used: {error}")
            raise typer.Exit(Status.CONFIGURATION) from None


def _about_connection(error: UnavailableError | RemoteError) -> Status:
    """Say why a connection is of no use now; what a person paused only waits."""
    cause = error.error if isinstance(error, UnavailableError) else error
    if isinstance(cause, Paused):
        complain(f"{cause} {cause.remedy}".strip())
        return Status.SOME_LEFT
    complain(str(error))
    return Status.UNUSABLE
