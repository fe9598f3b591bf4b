"""What is wrong with a configuration: all of it at once, each with its place and a remedy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `where` is `table.key`, such as `rule.members.username`."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


class ConfigurationError(Exception):
    """The configuration cannot be used as it is; nothing of it was stored."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse_if_any(problems: Sequence[Problem]) -> None:
    """Raises ConfigurationError with all of them, unless there are none."""
    if problems:
        raise ConfigurationError(problems)


def nearest(written: str, known: Iterable[str]) -> str:
    """Advice that names the known word nearest to what was written, else all of them."""
    words = sorted(known)
    close = get_close_matches(written, words, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there is {', '.join(words)}." if words else "there is none."
