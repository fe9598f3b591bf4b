"""The form of a rule, from and to its table of the configuration."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from latchkey.policy.rules import DEFAULT_TELLING
from latchkey.policy.times import AT_ONCE
from latchkey.service.configuration.rules import table_of
from latchkey.service.configuration.schema import RuleTable
from latchkey.store import connections
from latchkey.store.models import Connection, Rule
from latchkey.web.asking import NameField, given
from latchkey.web.forms import ShapedForm
from latchkey.web.rule_words import PARTS, WORDS, Part
from latchkey.web.widgets import NamesField, suggesting

SCHEDULE, BOTH = "schedule", "both"
# What the form and the table write alike.
_ELSEWHERE = {"enabled", "when", "review", "telling"}
_PLAIN = tuple(name for name in RuleTable.model_fields if name not in _ELSEWHERE)
_TEXT = {"rows": 6, "spellcheck": "true"}
_PATTERN = {"autocomplete": "off", "spellcheck": "false", "class": "pattern"}


def _line(suggestions: str = "", **kwargs: Any) -> forms.CharField:
    widget = suggesting(suggestions) if suggestions else forms.TextInput()
    return forms.CharField(required=False, max_length=500, widget=widget, **kwargs)


def _number(most: int = 1_000_000, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=most, **kwargs)


class RuleForm(ShapedForm):
    """Everything that a rule can be told."""

    name = NameField()
    crm = forms.ChoiceField()
    site = forms.ChoiceField()
    groups = NamesField(suggestions="known-groups", placeholder=_("Search a group"), required=False)
    tags = NamesField(suggestions="known-tags", placeholder=_("Search a tag"), required=False)
    contact_types = forms.MultipleChoiceField(
        choices=[
            ("Individual", _("people")),
            ("Organization", _("organisations")),
            ("Household", _("households")),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=["Individual"],
    )
    username = forms.CharField(
        max_length=500,
        widget=forms.TextInput(attrs=_PATTERN),
        initial="{contact.first_name}.{contact.last_name}",
    )
    roles = NamesField(suggestions="known-roles", placeholder=_("Search a role"), required=False)
    fields_ = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    language = forms.ChoiceField(
        choices=[
            ("preferred", _("the contact's preferred language, where the site has it")),
            ("site", _("the site's own language")),
        ],
    )
    notify = forms.ChoiceField(
        choices=[
            ("both", _("the site and Latchkey")),
            ("latchkey", _("Latchkey, with the mail below")),
            ("site", _("the site, with its own mail")),
            ("off", _("nobody")),
        ],
    )
    telling_subject = _line(initial=DEFAULT_TELLING.subject)
    telling_text = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs=_TEXT),
        initial=DEFAULT_TELLING.text,
    )
    telling_html = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs=_TEXT))
    afterwards = forms.ChoiceField(
        choices=[
            ("remove", _("take the contact out of the group, and the tag off")),
            ("keep", _("leave the contact where it is")),
        ],
        widget=forms.RadioSelect,
        initial="remove",
    )
    history_group = _line("known-static-groups")
    history_tag = _line("known-tags")
    existing = forms.ChoiceField(
        choices=[
            ("link", _("pair the two: it is the same person")),
            ("hold", _("let it wait for a person to decide")),
            ("refuse", _("refuse it, with a note in the CRM")),
        ],
    )
    shared_email = forms.ChoiceField(
        choices=[
            ("hold", _("let it wait for a person to decide")),
            ("oldest", _("the oldest contact gets the account, the others are refused")),
            ("refuse", _("refuse all of them, with a note in the CRM")),
        ],
    )
    give_up_after = _number(3650, initial=30)
    when = forms.ChoiceField(
        choices=[
            (AT_ONCE, _("at once")),
            (SCHEDULE, _("by schedule")),
            (BOTH, _("at once, and everything again by schedule")),
        ],
        widget=forms.RadioSelect,
        initial=AT_ONCE,
    )
    cron = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    timezone = _line("time-zones", initial="UTC")
    hours = _line()
    per_minute = _number()
    per_run = _number()
    review = forms.ChoiceField(
        choices=[
            ("never", _("never")),
            ("above", _("above a number of changes")),
            ("always", _("always")),
        ],
        widget=forms.RadioSelect,
        initial="never",
    )
    review_above = forms.IntegerField(required=False, min_value=0, max_value=1_000_000)
    brake = _number(initial=500)
    reset_group = _line("known-static-groups")
    reset_tag = _line("known-tags")
    welcome = forms.BooleanField(required=False)
    blocked_roles = NamesField(suggestions="known-roles", required=False)

    def __init__(self, *args: Any, before: Rule | None, **kwargs: Any) -> None:
        self.before = before
        if before is not None:
            kwargs.setdefault("initial", initial_of(table_of(before)))
        super().__init__(*args, **kwargs)
        # A form has `fields` of its own.
        self.fields["fields"] = self.fields.pop("fields_")
        if before is not None:
            del self.fields["name"]
        for name, field in self.fields.items():
            field.label, field.help_text = WORDS[name].label, WORDS[name].help
        self.examples = {  # type: ignore[misc] # made from the words of this form
            name: words.example for name, words in WORDS.items() if words.example
        }
        self._offer("crm", Connection.Role.CRM)
        self._offer("site", Connection.Role.SITE)

    def parts(self) -> list[tuple[Part, list[forms.BoundField], bool]]:
        """The parts of the form with their fields, and whether each is to be open."""
        found = []
        for part in PARTS:
            bound = [self[name] for name in part.fields if name in self.fields]
            is_wrong = any(field.errors for field in bound)
            found.append((part, bound, not part.is_folded or is_wrong))
        return found

    def table(self, *, enabled: bool) -> dict[str, Any]:
        """The table of the configuration that the form stands for."""
        filled = self.cleaned_data
        found: dict[str, Any] = dict(given(filled, _PLAIN))
        found["enabled"] = enabled
        found["when"] = _when(filled)
        found["review"] = _review(filled)
        found["telling"] = _telling(filled)
        return found

    def clean(self) -> dict[str, Any]:
        """A choice that needs a number or a schedule has one."""
        filled: dict[str, Any] = super().clean() or self.cleaned_data
        if filled.get("when") in {SCHEDULE, BOTH} and not filled.get("cron", "").strip():
            self.add_error("cron", _("Write when, for instance 30 22 * * mon-fri."))
        if filled.get("review") == "above" and filled.get("review_above") is None:
            self.add_error("review_above", _("Write above how many changes a plan shall wait."))
        return filled

    def _offer(self, name: str, role: Connection.Role) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(row.name, row.name) for row in connections.every() if row.role == role]


def initial_of(table: RuleTable) -> dict[str, Any]:
    """What the form shows of a rule."""
    found = table.model_dump(mode="json", exclude={"telling", "when", "review", "fields"})
    crons = [text for text in table.when if text != AT_ONCE]
    at_once = AT_ONCE in table.when
    number = table.review if isinstance(table.review, int) else None
    return found | {
        "fields": "\n".join(f"{name}={text}" for name, text in table.fields.items()),
        "when": AT_ONCE if not crons else BOTH if at_once else SCHEDULE,
        "cron": "\n".join(crons),
        "review": "above" if number is not None else table.review,
        "review_above": number,
        "telling_subject": table.telling.subject,
        "telling_text": table.telling.text,
        "telling_html": table.telling.html,
    }


def time_zones() -> list[str]:
    """The names of all time zones, for a list of suggestions."""
    return sorted(name for name in available_timezones() if "/" in name or name == "UTC")


def _when(filled: Mapping[str, Any]) -> Sequence[str]:
    crons = [line.strip() for line in filled.get("cron", "").splitlines() if line.strip()]
    match filled.get("when"):
        case "schedule":
            return crons
        case "both":
            return [AT_ONCE, *crons]
        case _:
            return [AT_ONCE]


def _review(filled: Mapping[str, Any]) -> object:
    return filled["review_above"] if filled.get("review") == "above" else filled.get("review")


def _telling(filled: Mapping[str, Any]) -> dict[str, str]:
    """Our mail; browsers end lines with two characters, mails are kept with one."""
    names = {"subject": "telling_subject", "text": "telling_text", "html": "telling_html"}
    written = {key: filled.get(name, "").replace("\r\n", "\n") for key, name in names.items()}
    return {key: text for key, text in written.items() if text.strip()}
