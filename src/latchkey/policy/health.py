"""What a check of a connection found, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` says what to do, empty when nothing is to be done."""

    what: str
    level: Level
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """The outcome of a check. `version` is the other system's, empty when it does not tell."""

    findings: tuple[Finding, ...]
    version: str = ""

    @property
    def usable(self) -> bool:
        """Whether Latchkey can do its work with the connection as it is."""
        return all(finding.level is not Level.MISSING for finding in self.findings)
