"""Activities: written in bulk, and never twice, although CiviCRM's bulk save can stop half way.

At the first bad record the earlier ones stay, that one may stay without its target, the later ones
are not tried, and the answer carries only the error (recording activity-get-after-partial-error).
"""

import html
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from latchkey.crm.civicrm.proof import Proof, Proven
from latchkey.crm.contract import ActivityKind, ActivityNote
from latchkey.remote.civicrm.answers import Asked, Row, id_of, require
from latchkey.remote.civicrm.api import Api, Call, chunks
from latchkey.remote.errors import RejectedError, RemoteError, TransientError, UnknownOutcome

AT_ONCE = 100
LONGEST_SUBJECT = 255
CLOCK_MARGIN = timedelta(minutes=2)
# So long answers may get lost before the rest of a bulk save waits, in seconds.
PATIENCE = 180.0
FAILED = "Failed"
OPTIONS = {
    "activity_type": tuple(kind.value for kind in ActivityKind),
    "activity_status": (FAILED,),
}
LOOK = ["id", "activity_type_id:name", "subject", "source_contact_id", "target_contact_id"]
Key = tuple[str, str]
Outcome = int | RemoteError


class Activities:
    """The activities which Latchkey writes into one CiviCRM."""

    def __init__(self, api: Api, proof: Proof) -> None:
        self._api = api
        self._proof = proof
        self._prepared = False
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Make our types and the status "Failed", once."""
        self._proof()
        with self._lock:
            if not self._prepared:
                self._make_options()
                self._prepared = True

    def write(
        self, notes: Sequence[ActivityNote], intended_at: datetime, *, look_first: bool
    ) -> list[Outcome]:
        """Each note once, the outcome for each. Raises only while nothing was written."""
        outcomes: list[Outcome] = []
        for part in chunks(notes, AT_ONCE):
            try:
                outcomes += self._write(part, intended_at, look_first=look_first)
            except RemoteError as error:
                if not outcomes:
                    raise
                outcomes += [error] * (len(notes) - len(outcomes))
                break
        return outcomes

    def _write(
        self, notes: Sequence[ActivityNote], intended_at: datetime, *, look_first: bool
    ) -> list[Outcome]:
        slate = Slate(notes, self._proof(), intended_at)
        if look_first:
            self._settle(slate)
        if not slate.open:
            return slate.outcomes()
        try:
            self._save(slate, slate.open)
        except UnknownOutcome as lost:
            if look_first:
                # Lost again: it may be one of them that brings CiviCRM down.
                self._isolate(slate)
            else:
                self._look_after_loss(slate, lost)
        except RejectedError:
            self._isolate(slate)
        return slate.outcomes()

    def _isolate(self, slate: "Slate") -> None:
        """Find the bad ones. What can no longer be told was perhaps written by the bulk save."""
        try:
            self._settle(slate)
        except RemoteError as error:
            slate.give_up(UnknownOutcome(str(error)))
        until = time.monotonic() + PATIENCE
        for place in slate.open:
            try:
                self._save(slate, [place])
            except (RejectedError, UnknownOutcome) as error:
                slate.settled[place] = error
                if isinstance(error, UnknownOutcome) and time.monotonic() > until:
                    slate.give_up(error)
                    return
            except RemoteError as error:
                slate.give_up(error)
                return

    def _save(self, slate: "Slate", places: Sequence[int]) -> None:
        asked = {"records": [slate.record(place) for place in places]}
        rows = self._api.call("Activity", "save", asked).rows
        if len(rows) != len(places):
            raise UnknownOutcome("CiviCRM did not answer for every activity that it was given.")
        for place, row in zip(places, rows, strict=True):
            slate.settled[place] = id_of(row)

    def _look_after_loss(self, slate: "Slate", lost: UnknownOutcome) -> None:
        """Whatever is not there now may still be on its way: only a later look can tell."""
        with suppress(RemoteError):  # what could not be looked for is lost all the same
            slate.take(self._look(slate)[0])
        slate.give_up(lost)

    def _settle(self, slate: "Slate") -> None:
        """What is there already counts; what lies there without its target gets it."""
        whole, targetless = self._look(slate)
        slate.take(whole)
        for place in slate.open:
            left = targetless.get(slate.key(place))
            if left:
                slate.settled[place] = self._complete(left.pop(0), slate.record(place))

    def _complete(self, activity_id: int, record: Mapping[str, object]) -> Outcome:
        asked = {"values": record, "where": [["id", "=", activity_id]]}
        try:
            if not self._api.call("Activity", "update", asked).rows:
                return RejectedError(f"CiviCRM did not complete its activity {activity_id}.")
        except (RejectedError, UnknownOutcome) as error:
            return error
        return activity_id

    def _look(
        self, slate: "Slate"
    ) -> tuple[dict[tuple[Key, int], list[int]], dict[Key, list[int]]]:
        """Activities like ours since the intent: by key and target, and those without a target."""
        rows = self._api.call("Activity", "get", slate.question()).rows
        require(rows, LOOK, Asked("Activity", "get", reads=True))
        whole: dict[tuple[Key, int], list[int]] = defaultdict(list)
        targetless: dict[Key, list[int]] = defaultdict(list)
        for row in rows:
            if not slate.is_ours(row):
                continue
            key = (str(row["activity_type_id:name"]), str(row["subject"]))
            targets = _ids(row["target_contact_id"])
            if not targets:
                targetless[key].append(id_of(row))
            for target in targets:
                whole[key, target].append(id_of(row))
        return whole, targetless

    def _make_options(self) -> None:
        groups = list(OPTIONS)
        found = self._api.all([_options(group) for group in groups])
        for group, result in zip(groups, found, strict=True):
            names = {str(row["name"]) for row in result.rows}
            records = [_option(group, name) for name in OPTIONS[group] if name not in names]
            if records:
                self._save_options(records)

    def _save_options(self, records: Sequence[Mapping[str, object]]) -> None:
        asked = {"records": records, "match": ["option_group_id", "name"]}
        try:
            self._api.call("OptionValue", "save", asked)
        except UnknownOutcome as lost:
            # Made or not, the next time looks for them first.
            raise TransientError(str(lost)) from lost


class Slate:
    """The notes of one bulk save, and what became of each; places are their indexes."""

    def __init__(self, notes: Sequence[ActivityNote], proven: Proven, since: datetime) -> None:
        self._notes = notes
        self._source = proven.caller.contact_id
        self._since = since.astimezone(UTC) + proven.clock_ahead - CLOCK_MARGIN
        self.settled: dict[int, Outcome] = {}

    @property
    def open(self) -> list[int]:
        """The places without an outcome."""
        return [place for place in range(len(self._notes)) if place not in self.settled]

    def outcomes(self) -> list[Outcome]:
        """The outcome of each note, in order."""
        return [self.settled[place] for place in range(len(self._notes))]

    def give_up(self, error: RemoteError) -> None:
        """The error is the outcome of every open note."""
        self.settled |= dict.fromkeys(self.open, error)

    def key(self, place: int) -> Key:
        """Type and subject, by which an activity without a target is known."""
        note = self._notes[place]
        return note.kind.value, _subject(note)

    def record(self, place: int) -> dict[str, object]:
        """The note as CiviCRM takes it; its details are HTML."""
        note = self._notes[place]
        return {
            "activity_type_id:name": note.kind.value,
            "status_id:name": "Completed" if note.completed else FAILED,
            "subject": _subject(note),
            "details": html.escape(note.details, quote=False).replace("\n", "<br />"),
            "source_contact_id": self._source,
            "target_contact_id": [note.contact_id],
        }

    def question(self) -> dict[str, object]:
        """How CiviCRM is asked for what may have been written. It reads dates with an offset."""
        kinds, subjects = zip(*(self.key(place) for place in self.open), strict=True)
        where = [
            ["activity_type_id:name", "IN", sorted(set(kinds))],
            ["subject", "IN", sorted(set(subjects))],
            ["created_date", ">=", self._since.strftime("%Y-%m-%d %H:%M:%S+00:00")],
        ]
        return {"select": LOOK, "where": where, "orderBy": {"id": "ASC"}}

    def is_ours(self, row: Row) -> bool:
        """Whether our credential's contact is the source."""
        return _ids(row["source_contact_id"]) in ([], [self._source])

    def take(self, whole: Mapping[tuple[Key, int], list[int]]) -> None:
        """Give each open note one of the activities that are there for it."""
        left = {key: list(ids) for key, ids in whole.items()}
        for place in self.open:
            ids = left.get((self.key(place), self._notes[place].contact_id))
            if ids:
                self.settled[place] = ids.pop(0)


def _subject(note: ActivityNote) -> str:
    """As the database keeps it, so that it is found again."""
    return note.subject.strip()[:LONGEST_SUBJECT].rstrip()


def _ids(value: object) -> list[int]:
    """Contacts of an activity: None, one id or several, as numbers or text."""
    if value is None:
        return []
    return [int(str(one)) for one in (value if isinstance(value, list) else [value])]


def _options(group: str) -> Call:
    where = [
        ["option_group_id:name", "=", group],
        ["name", "IN", list(OPTIONS[group])],
        ["is_active", "=", True],
    ]
    return Call("OptionValue", "get", {"select": ["name"], "where": where})


def _option(group: str, name: str) -> dict[str, object]:
    """A value of an option group. Statuses with filter 2 do not show as overdue."""
    option = {"option_group_id:name": group, "name": name, "label": name, "is_active": True}
    return option | ({"filter": 2} if group == "activity_status" else {})
