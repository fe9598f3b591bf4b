"""What a connector hands back when it has written several records."""

from collections.abc import Sequence
from typing import TypeVar

from latchkey.remote.errors import DryRun, RemoteError, SiteError, TransientError

T = TypeVar("T")


def settled(outcomes: Sequence[T | RemoteError]) -> list[T | RemoteError]:
    """The outcomes as they are; the first one raised where the site as a whole let none through.

    One record that got through, or one with a fault of its own, keeps all of them: what was done
    must not be forgotten because of a neighbour.
    """
    whole = [one for one in outcomes if isinstance(one, (TransientError, SiteError, DryRun))]
    if whole and len(whole) == len(outcomes):
        raise whole[0]
    return list(outcomes)
