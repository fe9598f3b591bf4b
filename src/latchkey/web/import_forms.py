"""The forms of an import: the file, what its columns hold, what its people get."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from latchkey.policy.columns import CHOICES, Columns
from latchkey.policy.headings import EMAIL, PASSWORD
from latchkey.policy.rules import DEFAULT_TELLING
from latchkey.service.importing.shaping import DEFAULT_USERNAME, Wanted
from latchkey.service.importing.trying import MOST_PEOPLE
from latchkey.store import connections
from latchkey.store.models import Connection, Rule
from latchkey.web.asking import given
from latchkey.web.forms import ShapedForm
from latchkey.web.import_words import IMPORT_PARTS, words_of
from latchkey.web.rule_words import Part
from latchkey.web.widgets import NamesField, suggesting

COLUMN = "column_"
# What the table of an import is given as it was typed.
_PLAIN = (
    "username",
    "roles",
    "fields",
    "language",
    "notify",
    "per_minute",
    "existing",
    "shared_email",
    "history_group",
    "history_tag",
)
_TELLING = {"subject": "telling_subject", "text": "telling_text", "html": "telling_html"}
ENCODINGS = (
    ("", _("find out by itself")),
    ("utf-8-sig", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", _("Windows-1252 (Western Europe)")),
    ("latin-1", "Latin-1 (ISO 8859-1)"),
    ("cp1250", _("Windows-1250 (Central Europe)")),
    ("cp1251", _("Windows-1251 (Cyrillic)")),
    ("iso8859-7", _("ISO 8859-7 (Greek)")),
    ("mac-roman", _("Mac OS Roman")),
)
HEADINGS = (
    ("", _("find out by itself")),
    ("yes", _("holds the headings of the columns")),
    ("no", _("is a person already")),
)


def _line(suggestions: str = "", **kwargs: Any) -> forms.CharField:
    widget = suggesting(suggestions) if suggestions else forms.TextInput()
    return forms.CharField(required=False, max_length=500, widget=widget, **kwargs)


def _text(**kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "true"})
    return forms.CharField(required=False, strip=False, widget=widget, **kwargs)


class UploadForm(ShapedForm):
    """The file. Its size is looked at before it is taken in."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV, Excel (.xlsx) or LibreOffice (.ods), at most 256 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods,text/csv"}),
    )
    first_line = forms.ChoiceField(label=_("The first line"), choices=HEADINGS, required=False)
    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=ENCODINGS,
        required=False,
        help_text=_("Choose one only where letters look wrong after the upload."),
    )


class TestForm(ShapedForm):
    """A test run on the first people, whose mails all arrive in one mailbox."""

    people = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=MOST_PEOPLE, initial=3
    )
    mailbox = forms.EmailField(
        label=_("Your mailbox"),
        help_text=_("The accounts get addresses such as you+test_1@…, which arrive there."),
    )


class ImportForm(ShapedForm):
    """What the columns hold, and what the people of the file get."""

    site = forms.ChoiceField()
    username = forms.CharField(
        max_length=500,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "pattern"}
        ),
        initial=DEFAULT_USERNAME,
    )
    roles = NamesField(suggestions="known-roles", placeholder=_("Search a role"), required=False)
    fields_ = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    language = forms.ChoiceField(
        choices=[
            ("preferred", _("the one that the file says, where the site has it")),
            ("site", _("the site's own language")),
        ]
    )
    notify = forms.ChoiceField(
        choices=[
            ("off", _("nobody")),
            ("site", _("the site, with its own mail")),
            ("latchkey", _("Latchkey, with the mail below")),
            ("both", _("the site and Latchkey")),
        ]
    )
    per_minute = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
    telling_subject = _line(initial=DEFAULT_TELLING.subject)
    telling_text = _text(initial=DEFAULT_TELLING.text)
    telling_html = _text()
    crm = forms.ChoiceField(required=False)
    history_group = _line()
    history_tag = _line()
    existing = forms.ChoiceField(
        choices=[
            ("link", _("pair the two: it is the same person")),
            ("hold", _("let it wait for a person to decide")),
            ("refuse", _("refuse it")),
        ]
    )
    shared_email = forms.ChoiceField(
        choices=[
            ("hold", _("let it wait for a person to decide")),
            ("oldest", _("the first row gets the account, the others are refused")),
            ("refuse", _("refuse all of them")),
        ]
    )

    def __init__(self, *args: Any, columns: Columns, before: Rule | None, **kwargs: Any) -> None:
        self.headings = columns.headings
        kwargs.setdefault("initial", _initial(columns, before))
        super().__init__(*args, **kwargs)
        # A form has `fields` of its own.
        self.fields["fields"] = self.fields.pop("fields_")
        for name, field in self.fields.items():
            words = words_of(name)
            field.label, field.help_text = words.label, words.help
        self.examples = {  # type: ignore[misc] # made from the words of this form
            name: words_of(name).example for name in self.fields if words_of(name).example
        }
        self._offer("site", Connection.Role.SITE, [])
        self._offer("crm", Connection.Role.CRM, [("", _now("none: the file stands for itself"))])
        self.fields |= dict(_column_fields(columns.headings))

    def column_rows(
        self, sample: Sequence[Sequence[str]]
    ) -> list[tuple[str, forms.BoundField, list[str]]]:
        """Each column with its field and what the first people have in it."""
        return [
            (heading, self[f"{COLUMN}{number}"], [row[number] for row in sample if row[number]])
            for number, heading in enumerate(self.headings)
        ]

    def parts(self) -> list[tuple[Part, list[forms.BoundField], bool]]:
        """The parts of the form with their fields, and whether each is to be open."""
        found = []
        for part in IMPORT_PARTS:
            bound = [self[name] for name in part.fields]
            is_wrong = any(field.errors for field in bound)
            found.append((part, bound, not part.is_folded or is_wrong))
        return found

    def held(self) -> dict[str, str]:
        """What the columns are said to hold: heading by field."""
        chosen = {heading: self[f"{COLUMN}{i}"].value() for i, heading in enumerate(self.headings)}
        return {what: heading for heading, what in chosen.items() if what in CHOICES}

    def clean(self) -> dict[str, Any]:
        """Of two columns for one thing it has to be said which."""
        filled: dict[str, Any] = super().clean() or self.cleaned_data
        first: dict[str, str] = {}
        for number, heading in enumerate(self.headings):
            what = filled.get(f"{COLUMN}{number}")
            if what and what in first:
                self.add_error(
                    f"{COLUMN}{number}",
                    _now("The column “%(other)s” holds this already.") % {"other": first[what]},
                )
            elif what:
                first[what] = heading
        return filled

    def wanted(self) -> Wanted:
        """What the form asks for."""
        filled = self.cleaned_data
        site = connections.find(Connection.Role.SITE, filled["site"])
        assert site is not None  # noqa: S101 - the choices are the sites that there are
        crm = connections.find(Connection.Role.CRM, filled["crm"]) if filled["crm"] else None
        shape = {**given(filled, _PLAIN), "telling": _telling(filled)}
        return Wanted(site, crm, self.held(), shape)

    def _offer(
        self, name: str, role: Connection.Role, before: Sequence[tuple[str, object]]
    ) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        rows = [(row.name, row.name) for row in connections.every() if row.role == role]
        field.choices = [*before, *rows]


def _column_fields(headings: Sequence[str]) -> Iterator[tuple[str, forms.Field]]:
    choices = [("", _now("nothing of these"))]
    first = [(what, CHOICES[what]) for what in (EMAIL, PASSWORD)]
    others = sorted((label, what) for what, label in CHOICES.items() if what not in dict(first))
    choices += first + [(what, label) for label, what in others]
    for number, heading in enumerate(headings):
        field = forms.ChoiceField(label=heading, choices=choices, required=False)
        field.widget.attrs |= {"class": "form-select form-select-sm", "aria-label": heading}
        yield f"{COLUMN}{number}", field


def _initial(columns: Columns, before: Rule | None) -> dict[str, Any]:
    what = {heading: what for what, heading in columns.held.items()}
    found: dict[str, Any] = {
        f"{COLUMN}{number}": what.get(heading, "")
        for number, heading in enumerate(columns.headings)
    }
    if before is None:
        return found
    kept = before.definition
    found |= {name: kept.get(name) for name in _PLAIN}
    found["fields"] = "\n".join(f"{name}={text}" for name, text in kept["fields"].items())
    found |= {name: kept["telling"][key] for key, name in _TELLING.items()}
    crm = "" if before.crm.kind == connections.FILE else before.crm.name
    return found | {"site": before.site.name, "crm": crm}


def _telling(filled: Mapping[str, Any]) -> dict[str, str]:
    """Our mail; browsers end lines with two characters, mails are kept with one."""
    written = {key: filled.get(name, "").replace("\r\n", "\n") for key, name in _TELLING.items()}
    return {key: text for key, text in written.items() if text.strip()}
