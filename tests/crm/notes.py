"""Notes to be written as activities, and what the CRM then holds of them."""

from collections import Counter
from datetime import UTC, datetime
from itertools import count

from latchkey.crm.contract import ActivityKind, ActivityNote, Crm
from latchkey.remote.civicrm.api import Api
from latchkey.remote.errors import RemoteError

_numbers = count(1)


def number() -> int:
    """One that was not given before, for subjects of their own."""
    return next(_numbers)


def notes_for(contact_ids: list[int], **fields: object) -> list[ActivityNote]:
    mark = number()
    return [
        ActivityNote(
            contact_id,
            ActivityKind.CREATION,
            completed=True,
            subject=str(fields.get("subject", f"Account u{contact_id} ({mark})")),
            details=str(fields.get("details", "made")),
        )
        for contact_id in contact_ids
    ]


def now() -> datetime:
    return datetime.now(UTC)


def written(raw: Api, notes: list[ActivityNote]) -> Counter[tuple[str, tuple[int, ...]]]:
    """What the CRM holds with these subjects: subject and targets."""
    where = [["subject", "IN", sorted({note.subject for note in notes})]]
    asked = {"select": ["subject", "target_contact_id"], "where": where}
    found: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for row in raw.call("Activity", "get", asked).rows:
        targets = row["target_contact_id"]
        ids = targets if isinstance(targets, list) else []
        found[str(row["subject"]), tuple(int(one) for one in ids)] += 1
    return found


def once_each(notes: list[ActivityNote]) -> Counter[tuple[str, tuple[int, ...]]]:
    return Counter((note.subject, (note.contact_id,)) for note in notes)


def again(crm: Crm, notes: list[ActivityNote], since: datetime) -> list[int | RemoteError]:
    """What a caller does later: try those whose outcome is unknown, looking first."""
    return crm.write_activities(notes, since, look_first=True)
