"""Settings, which come from the environment, and the table of who changed what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from latchkey.store.models import SettingChange
from latchkey.web.installation import installation
from latchkey.web.lists import Column, FilterForm, Search, listing
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings

COLUMNS = (
    Column(gettext_lazy("When"), "at"),
    Column(gettext_lazy("Who")),
    Column(gettext_lazy("What")),
    Column(gettext_lazy("Before")),
    Column(gettext_lazy("After")),
)


class ChangesFilter(FilterForm):
    """Who, and what."""

    text = Search(label=gettext_lazy("Search"), max_length=100)

    def narrow(self, rows: QuerySet[SettingChange]) -> QuerySet[SettingChange]:
        """Entries whose author or subject holds the text."""
        text = self.given("text")
        return rows.filter(Q(by__icontains=text) | Q(what__icontains=text)) if text else rows


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is; `variable` says where it is changed."""

    label: Any
    value: str
    variable: str
    help: Any


@may(May.READ)
def settings(request: HttpRequest) -> HttpResponse:
    """What the environment says. No credential is among it."""
    found = list(_settings(surroundings().environment))
    return render(request, "web/settings/settings.html", {"settings": found})


@may(May.READ)
def changes(request: HttpRequest) -> HttpResponse:
    """Who changed which setting, plan or hold."""
    rows = SettingChange.objects.all()
    found = listing(request, rows, COLUMNS, form=ChangesFilter, order="-at")
    return render(request, "web/settings/changes.html", {"list": found})


def _settings(environment: Mapping[str, str]) -> list[Setting]:
    return [
        Setting(
            gettext_lazy("Public address"),
            django_settings.LATCHKEY_URL or _("not set: this machine only"),
            "LATCHKEY_URL",
            gettext_lazy("Links in mails lead there, and browsers may use it."),
        ),
        Setting(
            gettext_lazy("Mail"),
            _mail(environment),
            "LATCHKEY_SMTP_URL",
            gettext_lazy("The server that sends our mails to members, and to you."),
        ),
        Setting(
            gettext_lazy("Mails come from"),
            environment.get("LATCHKEY_MAIL_FROM") or _("not set"),
            "LATCHKEY_MAIL_FROM",
            gettext_lazy("The address that people see as the sender."),
        ),
        Setting(
            gettext_lazy("Looking for new contacts"),
            _interval(environment.get("LATCHKEY_POLL_SECONDS", "")),
            "LATCHKEY_POLL_SECONDS",
            gettext_lazy("A webhook of the CRM makes it quicker than any interval."),
        ),
        Setting(
            gettext_lazy("Database"),
            _where(django_settings.DATABASES["default"]),
            "LATCHKEY_DATABASE_URL",
            gettext_lazy("What Latchkey knows: rules, changes, accounts and their history."),
        ),
    ]


def _interval(seconds: str) -> str:
    if not seconds:
        return _("every 30 seconds, in practice every 5")
    if seconds == "1":
        return _("every second")
    return _("every %(seconds)s seconds") % {"seconds": seconds}


def _mail(environment: Mapping[str, str]) -> str:
    """The host of the mail server: its address holds a password."""
    address = environment.get("LATCHKEY_SMTP_URL")
    if address:
        return urlsplit(address).hostname or _("set")
    if installation().mailer is not None:
        return _("the practice mailbox")
    return _("not set: Latchkey sends no mail itself")


def _where(database: Mapping[str, Any]) -> str:
    engine = str(database["ENGINE"]).rsplit(".", maxsplit=1)[-1]
    return {"sqlite3": "SQLite", "postgresql": "PostgreSQL"}.get(engine, engine)


urlpatterns = [
    path("settings/", settings, name="settings"),
    path("changes/", changes, name="changes"),
]
