"""CiviCRM's checksums, `<digest>_<time>_<hours>`: when one was made, and whether that is recent.

Whether it is true is for the CRM to say.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

FRESH = timedelta(minutes=60)
# The CRM's clock may be ahead of ours by so much.
AHEAD = timedelta(minutes=5)
_WRITTEN = re.compile(r"([0-9a-f]{32,64})_([0-9]{1,11})_(inf|[0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Checksum:
    """A checksum in its parts. `hours` is how long the CRM takes it for good, None for ever."""

    digest: str
    made_at: datetime
    hours: int | None

    def is_fresh(self, moment: datetime) -> bool:
        """Whether it was made less than an hour ago."""
        return -AHEAD <= moment - self.made_at < FRESH

    def mark(self, crm: UUID, contact_id: int) -> str:
        """What it is known by once it was used; it does not tell the checksum."""
        whole = f"{crm} {contact_id} {self.digest} {self.made_at.timestamp():.0f} {self.hours}"
        return hashlib.sha256(whole.encode()).hexdigest()


def parse(text: str) -> Checksum | None:
    """The checksum that a link carries, None when it is none."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    digest, seconds, hours = written.groups()
    made_at = datetime.fromtimestamp(int(seconds), UTC)
    return Checksum(digest, made_at, None if hours == "inf" else int(hours))
