"""Import, the second step: what its columns hold, and what its people get."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from latchkey.policy.columns import CHOICES, Columns, ColumnsError, checked
from latchkey.policy.headings import PASSWORD
from latchkey.policy.tokens import IMPORT_TOKENS, TOKENS, Pattern, PatternError, column_token
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.importing.planning import ask_for_plan
from latchkey.service.importing.sampling import sample, sample_contacts
from latchkey.service.importing.shaping import (
    OPEN,
    WARNING,
    ImportRefusedError,
    head,
    shape,
    suggested,
)
from latchkey.service.importing.stored import columns_of
from latchkey.store import connections
from latchkey.store.models import Connection, Import
from latchkey.web import live
from latchkey.web.asking import show_problems
from latchkey.web.import_forms import ImportForm
from latchkey.web.importing import found
from latchkey.web.installation import installation
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings
from latchkey.web.username_preview import UsernamePreview, fields_of, preview


@may(May.ACT)
def shape_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The columns with what they hold, and the rest that an import is told."""
    one = found(pk)
    if one.state not in OPEN or one.test_address:
        return redirect("web:import", one.pk)
    form = _form(request, one)
    if request.method == "POST" and form.is_valid() and _is_shaped(one, form):
        surroundings().wake()
        return redirect("web:import", one.pk)
    return render(request, "web/imports/shape.html", _parts(one, form))


@may(May.ACT)
@require_POST
def head_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether the first line holds headings; what the columns hold is asked anew."""
    one = found(pk)
    if one.state in OPEN:
        head(one, has_headings=request.POST.get("first_line") == "yes")
    return redirect("web:import_shape", one.pk)


@may(May.ACT)
@require_POST
def typing(request: HttpRequest, pk: int) -> HttpResponse:
    """The usernames that the first people would get by what is typed."""
    one = found(pk)
    form = _form(request, one)
    return render(request, "web/imports/_typing.html", {"seen": _usernames(one, form)})


def _form(request: HttpRequest, one: Import) -> ImportForm:
    keyring = installation().keyring
    columns = columns_of(keyring, one) if one.columns else suggested(installation(), one)
    given = request.POST if request.method == "POST" else None
    return ImportForm(given, columns=columns, before=one.rule)


def _is_shaped(one: Import, form: ImportForm) -> bool:
    """Whether it could be done as asked; what stands against it is shown in the form."""
    try:
        shape(installation(), one, form.wanted())
        ask_for_plan(found(one.pk))
    except ConfigurationError as error:
        problems = [replace(one, where=f"import.{one.where}") for one in error.problems]
        show_problems(form, ConfigurationError(problems))
    except (ColumnsError, ImportRefusedError) as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


def _parts(one: Import, form: ImportForm) -> dict[str, Any]:
    rows = form.column_rows(sample(installation(), one))
    known = [row for row in rows if row[1].value() or row[1].errors]
    return {
        "one": one,
        "form": form,
        "known": known,
        "others": [row for row in rows if row not in known],
        "warning": WARNING if PASSWORD in form.held() else "",
        "choices": live.choices(None, _site(form)),
        "seen": _usernames(one, form),
        "tokens": [token for token in TOKENS if token.name in CHOICES],
        "columns": [(heading, column_token(heading)) for heading in form.headings],
    }


def _usernames(one: Import, form: ImportForm) -> UsernamePreview:
    pattern, site = str(form["username"].value() or ""), _site(form)
    if not pattern or site is None:
        return UsernamePreview()
    columns = Columns(form.headings, form.held())
    try:
        parsed = Pattern.parse(pattern, namespaces=IMPORT_TOKENS)
        checked(columns, [parsed], with_crm=bool(form["crm"].value()))
    except (PatternError, ColumnsError) as error:
        return UsernamePreview(error=str(error))
    people = sample_contacts(installation(), one, columns, fields_of(pattern, IMPORT_TOKENS))
    if not people:
        return UsernamePreview(error=_("The file has nobody in it."))
    return preview(pattern, people, site, IMPORT_TOKENS)


def _site(form: ImportForm) -> Connection | None:
    """The site that the form names, or would name first."""
    sites = [row.name for row in connections.every() if row.role == Connection.Role.SITE]
    name = form["site"].value() or next(iter(sites), "")
    return connections.find(Connection.Role.SITE, str(name))


urlpatterns = [
    path("imports/<int:pk>/shape/", shape_page, name="import_shape"),
    path("imports/<int:pk>/head/", head_line, name="import_head"),
    path("imports/<int:pk>/-/username/", typing, name="import_typing"),
]
