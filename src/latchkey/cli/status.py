"""Exit statuses, and the errors that end a command with one clear sentence."""

from enum import IntEnum
from typing import Any

import typer
from django.db import DatabaseError
from typer.core import TyperGroup

from latchkey.cli.output import complain
from latchkey.remote.errors import RejectedError, RemoteError
from latchkey.remote.secrets import KeyringError
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.talking import UnavailableError


class Status(IntEnum):
    """What the exit status of a command says."""

    DONE = 0
    SOME_LEFT = 1
    CONFIGURATION = 2
    UNUSABLE = 3


class Unknown(Exception):  # noqa: N818 - "unknown" is what it is
    """The command names something that is not there; the text says what there is."""


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
        except (Unknown, RuleError, KeyringError, RejectedError) as error:
            complain(str(error))
            raise typer.Exit(Status.CONFIGURATION) from None
        except (UnavailableError, RemoteError) as error:
            complain(str(error))
            raise typer.Exit(Status.UNUSABLE) from None
        except DatabaseError as error:
            complain(f"Latchkey's own database cannot be used: {error}")
            raise typer.Exit(Status.CONFIGURATION) from None
