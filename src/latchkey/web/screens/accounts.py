"""Accounts: found, filtered, and taken along as CSV."""

import csv
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from latchkey.policy.spreadsheets import safe_cell
from latchkey.store import rules, stories
from latchkey.store.models import Account, Change, Connection, Task
from latchkey.web.filters import ALL, RuleChoice, SiteChoice
from latchkey.web.lists import Column, FilterForm, Search, listing
from latchkey.web.permissions import May, may
from latchkey.web.words import STATES

COLUMNS = (
    Column(_("Username"), "username"),
    Column(_("Name")),
    Column(_("Email")),
    Column(_("Site")),
    Column(_("Roles")),
    Column(_("State")),
)
CSV = ("site", "account_id", "username", "email", "contact_id", "crm", "state", "roles")
PAGE = 2000


class AccountsFilter(FilterForm):
    """Who, where, in which state, with which role, by which rule."""

    text = Search(
        label=_("Search"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("name, username, address, ID")}
        ),
    )
    site = SiteChoice()
    state = forms.ChoiceField(
        label=_("State"), choices=[ALL, *((one, STATES[one]) for one in Account.State.values)]
    )
    role = Search(label=_("Role"), max_length=100)
    rule = RuleChoice()

    def narrow(self, rows: QuerySet[Account]) -> QuerySet[Account]:
        """The accounts that the filters let through."""
        if text := (self.given("text") or "").strip():
            rows = rows.filter(pk__in=stories.account_ids(text))
        if site := self.given("site"):
            # By its key, so that the database goes by the index of the site's own order.
            named = Connection.objects.filter(role=Connection.Role.SITE, name=site)
            rows = rows.filter(site=named.values("pk")[:1])
        if state := self.given("state"):
            rows = rows.filter(state=state)
        if role := (self.given("role") or "").strip():
            rows = rows.filter(roles__icontains=f'"{role}"')
        if rule := self.given("rule"):
            seen = Change.objects.filter(rule__name=rule, task=Task.ACCOUNT)
            rows = rows.filter(contact_id__in=seen.values("contact_id"))
        return rows


@may(May.READ)
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account that Latchkey knows."""
    rows = Account.objects.select_related("site", "crm")
    found = listing(request, rows, COLUMNS, form=AccountsFilter, order="username")
    names = stories.names_of(found.rows)
    parts: dict[str, Any] = {"list": found, "names": names, "rules": rules.every()}
    return render(request, "web/accounts/list.html", parts)


@may(May.READ)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account; the story of its contact where it has one."""
    row = get_object_or_404(Account.objects.select_related("site", "crm"), pk=pk)
    if row.crm is not None and row.contact_id is not None:
        return redirect("web:person", row.crm.name, row.contact_id)
    return render(request, "web/accounts/one.html", {"row": row})


@may(May.READ)
def export(request: HttpRequest) -> HttpResponseBase:
    """The accounts that the filters let through, as CSV."""
    form = AccountsFilter(request.GET)
    form.is_valid()
    rows = form.narrow(Account.objects.all()).order_by("username", "pk")
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="latchkey-accounts.csv"'
    return answer


class _Echo:
    """Hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: QuerySet[Account]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(CSV)
    columns = ("site__name", "account_id", "username", "email", "contact_id", "crm__name", "state")
    for row in rows.values_list(*columns, "roles").iterator(chunk_size=PAGE):
        *cells, roles = row
        yield writer.writerow([_cell(one) for one in (*cells, ", ".join(roles))])


def _cell(value: object) -> str:
    return "" if value is None else safe_cell(str(value))


urlpatterns = [
    path("accounts/", accounts, name="accounts"),
    path("accounts/csv/", export, name="accounts_csv"),
    path("accounts/<int:pk>/", account, name="account"),
]
