"""What a check asks for although it cannot be done, to see at what the site stops."""

from collections.abc import Callable

from latchkey.policy.health import Finding, Level
from latchkey.remote.errors import DryRun, RejectedError, SiteError, UnknownOutcome

NOT_TRIED = "It could not be tried; the first account shows it."


def tried(what: str, act: Callable[[], object]) -> Finding:
    """A refusal of the record is fine: the site got as far as that. Raises TransientError."""
    try:
        act()
    except SiteError as error:
        return Finding(what, Level.MISSING, str(error))
    except RejectedError:
        return Finding(what, Level.OK)
    except (DryRun, UnknownOutcome):
        return Finding(what, Level.UNKNOWN, NOT_TRIED)
    return Finding(what, Level.OK)
