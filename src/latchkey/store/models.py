"""The rows: connections, rules, changes, accounts, plans, runs and attempts."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from latchkey.policy.planning import Verdict
from latchkey.policy.reasons import Reason, Why


class State(models.TextChoices):
    """How far a change has come. The order is that of one contact's way."""

    NOTICED = "noticed"
    HELD = "held"
    DUE = "due"
    CREATING = "creating"
    MADE = "made"
    TOLD = "told"
    WRITTEN_BACK = "written_back"
    DONE = "done"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    IGNORED = "ignored"


UNDER_WAY = (State.DUE, State.CREATING, State.MADE, State.TOLD, State.WRITTEN_BACK)
MID_FLIGHT = (State.CREATING, State.MADE, State.TOLD, State.WRITTEN_BACK)
FINISHED = (State.DONE, State.GIVEN_UP, State.IGNORED)


class Told(models.TextChoices):
    """What is known about telling the person. The two intents are written before a mail is asked
    for, so that a lost outcome is repeated once and then shown as "perhaps".
    """

    NOT_YET = ""
    INTENDED = "intended"
    REPEATED = "repeated"
    TOLD = "told"
    PERHAPS = "perhaps"
    NOT_WANTED = "not_wanted"
    FAILED = "failed"


class Task(models.TextChoices):
    """What a change is about."""

    ACCOUNT = "account"
    RESET = "reset"


class User(AbstractUser):
    """Somebody who uses Latchkey. `at_once` and `digest` say which mails they chose."""

    class Role(models.TextChoices):
        """What somebody may do; each role may do what the one before may."""

        VIEWER = "viewer"
        OPERATOR = "operator"
        APPROVER = "approver"
        ADMINISTRATOR = "administrator"

    role = models.CharField(max_length=13, choices=Role, default=Role.VIEWER)
    at_once = models.BooleanField(default=False)
    digest = models.BooleanField(default=False)


class Connection(models.Model):
    """The address and credential of a CRM or a site. `sealed` holds the secrets, encrypted.

    `paused_reason` says why Latchkey leaves it alone until `probe_at`, empty when it works. Of a
    site, `holder` is the worker that alone carries changes to it until `held_until`, so that its
    limit of connections holds whatever the number of workers.
    """

    class Role(models.TextChoices):
        """Which end of the work it is."""

        CRM = "crm"
        SITE = "site"

    key = models.UUIDField(primary_key=True)
    role = models.CharField(max_length=4, choices=Role)
    name = models.SlugField(max_length=60)
    kind = models.SlugField(max_length=40)
    url = models.CharField(max_length=500, blank=True)
    settings = models.JSONField(default=dict)
    sealed = models.JSONField(default=dict)
    references = models.JSONField(default=dict)
    connections = models.PositiveSmallIntegerField(default=4)
    allow_http = models.BooleanField(default=False)
    hosts_crm = models.ForeignKey("self", models.PROTECT, null=True, related_name="hosts")
    practice = models.BooleanField(default=False)
    paused_reason = models.TextField(blank=True)
    probe_at = models.DateTimeField(null=True)
    probes_failed = models.PositiveIntegerField(default=0)
    next_poll_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=100, blank=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        """One name once among the CRMs, and once among the sites."""

        constraints = (
            models.UniqueConstraint(fields=("role", "name"), name="connection_name_once"),
        )

    def __str__(self) -> str:
        return f"{self.role}.{self.name}"


class Rule(models.Model):
    """A rule as it was loaded; `definition` is checked and read by the service.

    `position` is its place among the rules of its site. `stopped_reason` says why no change of it
    is carried out until a person acts, empty when it works. `next_run_at` is the next time of its
    schedule, `swept_at` when all of its triggers were last read; `pace_level` and `pace_at` are
    the state of its limit per minute.
    """

    name = models.SlugField(max_length=60, unique=True)
    position = models.PositiveIntegerField()
    crm = models.ForeignKey(Connection, models.PROTECT, related_name="rules_from")
    site = models.ForeignKey(Connection, models.PROTECT, related_name="rules_to")
    enabled = models.BooleanField(default=True)
    definition = models.JSONField()
    version = models.CharField(max_length=32)
    stopped_reason = models.TextField(blank=True)
    next_run_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)
    pace_level = models.FloatField(null=True)
    pace_at = models.DateTimeField(null=True)

    class Meta:
        """The rules of a site have an order."""

        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """The carrying out of a rule's changes, asked for once. `summary` is written at its end."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    summary = models.JSONField(default=dict)

    class Meta:
        """Looked up by rule, newest first."""

        indexes = (models.Index(fields=("rule", "-started_at")),)


class Plan(models.Model):
    """A set of changes decided together. Only a plan that is open or released is carried out.

    It is a draft while it is being decided, so that nothing begins before the brake has spoken.
    """

    class State(models.TextChoices):
        """Whether the plan's changes may be carried out."""

        DRAFT = "draft"
        OPEN = "open"
        HELD = "held"
        RELEASED = "released"
        REJECTED = "rejected"

    WAITING = (State.DRAFT, State.HELD, State.REJECTED)

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="plans")
    run = models.ForeignKey(Run, models.CASCADE, related_name="plans")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    brake = models.JSONField(default=dict)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)


class Change(models.Model):
    """The unit of work: one rule, one contact, one episode.

    `fence` grows with every claim: a worker whose lease ran out can no longer save. `seen_by` is
    the last run that saw the contact in the trigger. `modified` is the contact's modified_date at
    the last decision, `rule_version` the rule's. `activity_id` is the Completed activity of this
    episode. `episode` counts from 1 and `is_open` is false once the contact left the trigger.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="changes")
    task = models.CharField(max_length=8, choices=Task, default=Task.ACCOUNT)
    contact_id = models.PositiveBigIntegerField()
    episode = models.PositiveIntegerField(default=1)
    is_open = models.BooleanField(default=True)
    contact_name = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=254, blank=True)
    verdict = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Verdict])
    state = models.CharField(max_length=12, choices=State, default=State.NOTICED)
    why = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    intended_username = models.CharField(max_length=254, blank=True)
    account_id = models.CharField(max_length=254, blank=True)
    told = models.CharField(max_length=10, choices=Told, default=Told.NOT_YET, blank=True)
    activity_id = models.PositiveBigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    entered_at = models.DateTimeField()
    intended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    modified = models.CharField(max_length=40, blank=True)
    rule_version = models.CharField(max_length=32, blank=True)
    owed = models.JSONField(null=True)
    on_demand = models.BooleanField(default=False)
    seen_by = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="changes_seen")
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="changes")
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)

    class Meta:
        """One row per rule, contact and episode, and one open episode at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("rule", "task", "contact_id", "episode"), name="change_once_an_episode"
            ),
            models.UniqueConstraint(
                fields=("rule", "task", "contact_id"),
                condition=Q(is_open=True),
                name="one_open_episode",
            ),
        )
        indexes = (
            models.Index(fields=("rule", "task", "state", "due_at"), name="change_to_carry"),
            models.Index(
                fields=("rule", "task"), condition=Q(owed__isnull=False), name="change_owing"
            ),
            models.Index(fields=("state", "rule", "contact_id"), name="change_by_state"),
            models.Index(fields=("rule", "seen_by"), name="change_seen"),
            models.Index(Lower("intended_username"), name="change_username"),
        )

    @property
    def reason(self) -> Reason | None:
        """Why it was decided so, None before the first decision."""
        return Reason(Why(self.why), self.details) if self.why else None


class Account(models.Model):
    """An account that Latchkey knows, and its own record of the link.

    `roles_given` are the roles that Latchkey gave: it takes back no others. `contact_id` is None
    for an account that is linked to nobody known.
    """

    class State(models.TextChoices):
        """What became of it."""

        ACTIVE = "active"
        DISABLED = "disabled"
        GONE = "gone"

    site = models.ForeignKey(Connection, models.CASCADE, related_name="accounts")
    account_id = models.CharField(max_length=254)
    username = models.CharField(max_length=254)
    email = models.CharField(max_length=254)
    crm = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="accounts_of_crm")
    contact_id = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    roles = models.JSONField(default=list)
    roles_given = models.JSONField(default=list)
    created_by_us = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        """A link is unique on both sides."""

        constraints = (
            models.UniqueConstraint(fields=("site", "account_id"), name="account_once"),
            models.UniqueConstraint(fields=("site", "crm", "contact_id"), name="contact_once"),
        )
        indexes = (
            models.Index(Lower("username"), name="account_username"),
            models.Index(Lower("email"), name="account_email"),
        )


class AttemptStarted(models.Model):
    """That a try at a change began; written before anything remote. Never changed."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="attempts_started")
    number = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10)
    intended_username = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()


class AttemptEnded(models.Model):
    """How a try ended. Never changed; a try without an end was cut off by a crash."""

    class Outcome(models.TextChoices):
        """What a try came to."""

        DONE = "done"
        FAILED = "failed"
        HELD = "held"
        REFUSED = "refused"
        POSTPONED = "postponed"

    started = models.OneToOneField(AttemptStarted, models.CASCADE, related_name="ended")
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="attempts_ended")
    outcome = models.CharField(max_length=10, choices=Outcome)
    why = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    account_id = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()


class Cursor(models.Model):
    """How far a standing trigger was polled. `position` is the CRM's own, None for "everybody"."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="cursors")
    trigger = models.CharField(max_length=40)
    position = models.PositiveBigIntegerField(null=True)
    polled_at = models.DateTimeField()

    class Meta:
        """One per rule and trigger."""

        constraints = (models.UniqueConstraint(fields=("rule", "trigger"), name="cursor_once"),)


class Pause(models.Model):
    """Somebody stopped work: of everything, of a connection or of a rule. Gone when resumed."""

    connection = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="pauses")
    rule = models.ForeignKey(Rule, models.CASCADE, null=True, related_name="pauses")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()


class AddressInUse(models.Model):
    """An account with this address is being made on this site: nobody else makes one meanwhile."""

    site = models.ForeignKey(Connection, models.CASCADE, related_name="addresses_in_use")
    email = models.CharField(max_length=254)
    change = models.OneToOneField(Change, models.CASCADE, related_name="address_in_use")

    class Meta:
        """One creation at a time per site and address."""

        constraints = (
            models.UniqueConstraint(fields=("site", "email"), name="address_once_at_a_time"),
        )


class SettingChange(models.Model):
    """Who changed which setting, plan or hold. Never holds a secret; never changed."""

    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    what = models.CharField(max_length=200)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        """Shown newest first."""

        indexes = (models.Index(fields=("-at",), name="setting_change_newest"),)


class Alert(models.Model):
    """Something that chosen users are to be told by mail; `about` keeps one thing told once."""

    about = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
