"""What a run tells whoever watches it."""

from typing import Protocol

from latchkey.store.models import Change


class Progress(Protocol):
    """Watches a run. Called from several threads."""

    def stage(self, text: str) -> None:
        """What is being done now."""

    def planned(self, total: int) -> None:
        """How many changes are going to be carried out."""

    def settled(self, change: Change, outcome: str, sentence: str) -> None:
        """What came of one change; `outcome` is one of the eight of a summary."""


class Silent:
    """Nobody watches."""

    def stage(self, text: str) -> None:
        """Nobody is told."""

    def planned(self, total: int) -> None:
        """Nobody is told."""

    def settled(self, change: Change, outcome: str, sentence: str) -> None:
        """Nobody is told."""


def in_words(number: int) -> str:
    """The stage in which so many changes are carried out."""
    match number:
        case 0:
            return "nothing to carry out"
        case 1:
            return "carrying out 1 change"
        case _:
            return f"carrying out {number} changes"
