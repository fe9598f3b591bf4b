"""What a recorded answer becomes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Becomes:
    """The kind of outcome, and words that its text holds."""

    kind: type[object]
    words: str = ""
