"""What can be wrong with a pattern, or with the values given to it."""

from dataclasses import dataclass


class PatternError(ValueError):
    """A pattern that cannot be used; the message says what is wrong, where, and what to do.

    `piece` is the part at fault as it was written, `position` its first character, counted from 0.
    """

    def __init__(self, piece: str, position: int, sentence: str) -> None:
        super().__init__(f"{piece} at character {position + 1}: {sentence}")
        self.piece = piece
        self.position = position


class MissingValueError(KeyError):
    """A field that the pattern needs is not among the values: its reader did not ask for it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field

    def __str__(self) -> str:
        return f"the pattern needs {self.field}, which is not among the values it was given"


@dataclass(frozen=True, slots=True)
class Place:
    """One piece of a pattern as it was written, to point at it."""

    piece: str
    position: int

    def error(self, sentence: str) -> PatternError:
        return PatternError(self.piece, self.position, sentence)
