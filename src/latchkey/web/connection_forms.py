"""The forms of connections: one for a CRM, one for each kind of site, made from its settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from latchkey.service.configuration import editing
from latchkey.service.configuration.preparing import CRM_SECRETS
from latchkey.sites.contract import Setting
from latchkey.sites.registry import KINDS
from latchkey.store import connections
from latchkey.store.models import Connection
from latchkey.web.asking import NameField, given
from latchkey.web.forms import ShapedForm, dress
from latchkey.web.wording import translated

CRM_SECRET_LABELS = {
    "api_key": _("API key"),
    "site_key": _("Site key"),
    "hook_secret": _("Webhook secret"),
    "hook_token": _("Webhook token"),
}
# Browsers fill passwords of their own into fields that they are not told about.
_WRITE_ONLY = {"autocomplete": "new-password", "spellcheck": "false"}


class ConnectionForm(ShapedForm):
    """What a CRM and a site have in common. A credential is written, and never shown again."""

    name = NameField(
        label=_("Name"),
        help_text=_("A short name of your own. It cannot be changed later."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    connections = forms.IntegerField(
        label=_("Requests at once"),
        min_value=1,
        max_value=32,
        initial=4,
        help_text=_(
            "How many requests Latchkey may have under way. More is faster, and more load."
        ),
    )
    allow_http = forms.BooleanField(
        label=_("Allow an address without https"),
        required=False,
        help_text=_(
            "Without https, others on the way can read names, addresses and the credential. "
            "On this machine itself it is always allowed."
        ),
    )
    columns: tuple[str, ...] = ("url", "connections", "allow_http")

    def __init__(self, *args: Any, before: Connection | None, **kwargs: Any) -> None:
        self.before = before
        kwargs.setdefault("initial", self._initial(before))
        super().__init__(*args, **kwargs)
        if before is not None:
            del self.fields["name"]

    def table(self) -> dict[str, Any]:
        """The table of the configuration that the form stands for."""
        found = dict(given(self.cleaned_data, self.columns))
        found["allow_http"] = self.cleaned_data["allow_http"]
        if self.before is not None:
            found["key"] = str(self.before.key)
        return found

    def _initial(self, before: Connection | None) -> dict[str, Any]:
        if before is None:
            return {}
        return {
            "url": before.url,
            "connections": before.connections,
            "allow_http": before.allow_http,
        }

    def _add_secret(self, name: str, label: Any, text: Any, *, required: bool) -> None:
        stored = self.before is not None and name in self.before.sealed
        if stored:
            text = f"{text} {_('It is stored and cannot be shown; leave this empty to keep it.')}"
        self.fields[name] = forms.CharField(
            label=label,
            help_text=text,
            required=required and not stored,
            widget=forms.PasswordInput(attrs=_WRITE_ONLY),
        )


class CrmForm(ConnectionForm):
    """The form of a CRM."""

    examples = {"name": "main", "url": "https://www.example.org"}  # noqa: RUF012 - as declared above

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].help_text = _(
            "The address of the website that CiviCRM runs in, as you type it into a browser."
        )
        self._add_secret(
            "api_key",
            CRM_SECRET_LABELS["api_key"],
            _(
                "In CiviCRM, open the contact that Latchkey shall work as, and make a key on its "
                "tab “API Key”. Its user needs these permissions: access CiviCRM, administer "
                "CiviCRM, view all contacts, edit all contacts, view all activities, authenticate "
                "with api key. The test says which of them lacks."
            ),
            required=True,
        )
        self._add_secret(
            "site_key",
            CRM_SECRET_LABELS["site_key"],
            _("Only where your CiviCRM asks for it: AuthX then names the guard “site_key”."),
            required=False,
        )
        self._add_secret(
            "hook_secret",
            CRM_SECRET_LABELS["hook_secret"],
            _(
                "Only where the CRM wakes Latchkey by a webhook: the secret that its calls are "
                "signed with. Without it Latchkey looks by itself every few seconds."
            ),
            required=False,
        )
        self._add_secret(
            "hook_token",
            CRM_SECRET_LABELS["hook_token"],
            _("The same for a CRM that cannot sign: the token that stands in its calls."),
            required=False,
        )
        self.order_fields(["name", "url", "api_key", "site_key"])
        dress(self.fields.values())

    def table(self) -> dict[str, Any]:
        """See ConnectionForm."""
        return {**super().table(), **given(self.cleaned_data, CRM_SECRETS), "kind": "civicrm"}


class SiteForm(ConnectionForm):
    """The form of a site of one kind, made from the settings that the kind declares."""

    examples = {"name": "www", "url": "https://www.example.org"}  # noqa: RUF012 - as declared above
    hosts_crm = forms.ChoiceField(
        label=_("The CRM that runs inside this site"),
        required=False,
        help_text=_(
            "Choose it where CiviCRM is installed in this very website: CiviCRM then keeps the "
            "pairs of contacts and users itself. Otherwise Latchkey keeps them."
        ),
    )
    users_to_contacts = forms.ChoiceField(
        label=_("Users without a contact"),
        choices=[
            ("match", _("pair them with the one contact that has their address")),
            ("off", _("leave them alone")),
            ("create", _("pair them, and make a contact where there is none")),
        ],
        help_text=_("What “Users to contacts” does with accounts that belong to nobody known."),
    )
    email_changes = forms.ChoiceField(
        label=_("When somebody's address changes"),
        choices=[
            ("off", _("leave the other side as it is")),
            ("crm to site", _("change it on the site when it changes in the CRM")),
            ("site to crm", _("change it in the CRM when it changes on the site")),
        ],
        help_text=_(
            "Leave it as it is where CiviCRM runs inside the site: its own setting syncCMSEmail "
            "does this already."
        ),
    )
    mails_per_minute = forms.IntegerField(
        label=_("Mails a minute"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_(
            "How many mails of its own Latchkey may send to the people of this site in a minute; "
            "the others wait. Leave it empty for no limit. What the site itself sends is not "
            "counted."
        ),
    )
    columns = (
        *ConnectionForm.columns,
        "hosts_crm",
        "users_to_contacts",
        "email_changes",
        "mails_per_minute",
    )

    def __init__(self, *args: Any, kind: str, before: Connection | None, **kwargs: Any) -> None:
        self.spec = KINDS[kind]
        super().__init__(*args, before=before, **kwargs)
        self.fields["url"].help_text = _("The address of the site, as you type it into a browser.")
        hosts = self.fields["hosts_crm"]
        assert isinstance(hosts, forms.ChoiceField)  # noqa: S101 - declared above
        crms = [row.name for row in connections.every() if row.role == Connection.Role.CRM]
        hosts.choices = [("", _("none")), *((name, name) for name in crms)]
        for setting in self._own():
            self._add(setting)
        own = [setting.name for setting in self._own()]
        self.order_fields(["name", "url", *own, "hosts_crm"])
        dress(self.fields.values())

    @property
    def from_host(self) -> tuple[Setting, ...]:
        """The settings that only the configuration file gives."""
        return editing.only_from_host(self.spec.kind)

    def table(self) -> dict[str, Any]:
        """See ConnectionForm."""
        own = given(self.cleaned_data, [setting.name for setting in self._own()])
        return {**super().table(), **own, "kind": self.spec.kind}

    def _own(self) -> list[Setting]:
        return [setting for setting in self.spec.settings if not setting.host_only]

    def _add(self, setting: Setting) -> None:
        label, text = translated(setting.label), translated(setting.help)
        if setting.secret:
            self._add_secret(setting.name, label, text, required=setting.required)
            return
        self.fields[setting.name] = forms.CharField(
            label=label,
            help_text=text,
            required=setting.required,
            initial=self.before.settings.get(setting.name, "") if self.before else "",
        )

    def _initial(self, before: Connection | None) -> dict[str, Any]:
        if before is None:
            return {}
        own = {name: before.settings.get(name) for name in ("users_to_contacts", "email_changes")}
        hosts = before.hosts_crm.name if before.hosts_crm else ""
        pace = before.mails_per_minute
        return {**super()._initial(before), **own, "hosts_crm": hosts, "mails_per_minute": pace}


def shown_settings(row: Connection) -> list[tuple[str, str]]:
    """The settings of a connection as a page may show them: no credential among them."""
    if row.role == Connection.Role.CRM or row.kind not in KINDS:
        return []
    labels = {setting.name: translated(setting.label) for setting in KINDS[row.kind].settings}
    return [
        (labels[name], value) for name, value in row.settings.items() if name in labels and value
    ]


def stored_secrets(row: Connection) -> list[Any]:
    """The labels of the credentials that are stored."""
    if row.role == Connection.Role.CRM:
        return [CRM_SECRET_LABELS.get(name, name) for name in row.sealed]
    settings = KINDS[row.kind].settings if row.kind in KINDS else ()
    return [translated(setting.label) for setting in settings if setting.name in row.sealed]
