"""Imports: files of people, each the trigger of a rule of its own."""

from django.db import models

from latchkey.store.models.rules import Rule


class Import(models.Model):
    """A file that accounts are made from.

    `rule` shapes its accounts and carries its changes, None until somebody said how. `columns` are
    headings by what they hold, such as `{"email_primary.email": "E-Mail"}`. `has_headings` says
    that record 1 is no person. `records` counts the file's lines of cells, the headings among
    them. `salt` is sealed; it makes the marks by which rows with one address find each other.
    `test_address` is the mailbox that all mails of a test run go to, empty for a real one.
    `problem` says why it came to a stop, empty while all is well.
    """

    class State(models.TextChoices):
        """How far it has come. Only RUNNING and UNDOING change anything outside."""

        UPLOADING = "uploading"
        UPLOADED = "uploaded"
        PLANNING = "planning"
        PLANNED = "planned"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        UNDO_ASKED = "undo_asked"
        UNDO_SHOWN = "undo_shown"
        UNDOING = "undoing"
        UNDONE = "undone"

    rule = models.OneToOneField(Rule, models.SET_NULL, null=True, related_name="file")
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADING)
    file_name = models.CharField(max_length=255)
    encoding = models.CharField(max_length=40, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    has_headings = models.BooleanField(default=True)
    columns = models.JSONField(default=dict)
    width = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)
    salt = models.TextField()
    test_address = models.CharField(max_length=254, blank=True)
    problem = models.TextField(blank=True)
    uploaded_by = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=150, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Shown newest first."""

        indexes = (models.Index(fields=("state",), name="import_by_state"),)

    @property
    def name(self) -> str:
        """What it is called in commands and lists."""
        return f"import:{self.pk}"

    @property
    def people(self) -> int:
        """How many of its records are people."""
        return max(0, self.records - 1 if self.has_headings else self.records)


class ImportRow(models.Model):
    """One record of a file. `cells` are sealed, and empty once they are no longer needed.

    `number` counts from 1, the headings among them, as a spreadsheet does. `contact_id` is the
    CRM's id, or `number` where no CRM is connected; None when the row names no contact. `mark` is
    the keyed digest of its address. `why` says what keeps it from becoming a change at all.
    """

    file = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.TextField(blank=True)
    contact_id = models.PositiveBigIntegerField(null=True)
    mark = models.CharField(max_length=32, blank=True)
    why = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        """Each record once; a contact is found by its id, and by its address."""

        constraints = (models.UniqueConstraint(fields=("file", "number"), name="record_once"),)
        indexes = (
            models.Index(fields=("file", "contact_id"), name="record_by_contact"),
            models.Index(fields=("file", "mark"), name="record_by_mark"),
        )


class ColumnMemory(models.Model):
    """What the columns of a set of headings held the last time; `headings` is its digest."""

    headings = models.CharField(max_length=64, unique=True)
    columns = models.JSONField(default=dict)
    used_at = models.DateTimeField()
