"""Import, the second step: what its columns hold, and what its people get."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from latchkey.policy.columns import CHOICES, ColumnsError
from latchkey.policy.headings import PASSWORD
from latchkey.policy.tokens import TOKENS, column_token
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.importing.planning import ask_for_plan
from latchkey.service.importing.sampling import sample
from latchkey.service.importing.shaping import (
    OPEN,
    WARNING,
    ImportRefusedError,
    head,
    shape,
)
from latchkey.store.models import Import
from latchkey.web import live
from latchkey.web.asking import show_problems
from latchkey.web.import_forms import ENCODINGS, ImportForm
from latchkey.web.import_typing import form_of, import_typing, site_of, typing_of_form
from latchkey.web.importing import found
from latchkey.web.installation import installation
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings
from latchkey.web.wording import said

ENCODING_NAMES = {**dict(ENCODINGS), "utf-8": "UTF-8"}


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
    try:
        head(one, has_headings=request.POST.get("first_line") == "yes")
    except ImportRefusedError as error:
        messages.error(request, said(error))
    return redirect("web:import_shape", one.pk)


@may(May.ACT)
@require_POST
def typing(request: HttpRequest, pk: int) -> HttpResponse:
    """What is typed would do this with the first people."""
    one = found(pk)
    parts = {"one": one, "seen": import_typing(one, request.POST)}
    return render(request, "web/imports/_typing.html", parts)


def _form(request: HttpRequest, one: Import) -> ImportForm:
    return form_of(one, request.POST if request.method == "POST" else None)


def _is_shaped(one: Import, form: ImportForm) -> bool:
    """Whether it could be done as asked; what stands against it is shown in the form."""
    try:
        shape(installation(), one, form.wanted())
        ask_for_plan(found(one.pk))
    except ConfigurationError as error:
        problems = [replace(one, where=f"import.{one.where}") for one in error.problems]
        show_problems(form, ConfigurationError(problems))
    except (ColumnsError, ImportRefusedError) as error:
        form.add_error(None, said(error))
    else:
        return True
    return False


def _parts(one: Import, form: ImportForm) -> dict[str, Any]:
    rows = form.column_rows(sample(installation(), one))
    known = [row for row in rows if row[1].value() or row[1].errors]
    return {
        "one": one,
        "encoding": ENCODING_NAMES.get(one.encoding, one.encoding.upper()),
        "form": form,
        "known": known,
        "others": [row for row in rows if row not in known],
        "warning": WARNING if PASSWORD in form.held() else "",
        "choices": live.choices(None, site_of(form)),
        "seen": typing_of_form(one, form),
        "tokens": [token for token in TOKENS if token.name in CHOICES],
        "columns": [(heading, column_token(heading)) for heading in form.headings],
    }


urlpatterns = [
    path("imports/<int:pk>/shape/", shape_page, name="import_shape"),
    path("imports/<int:pk>/head/", head_line, name="import_head"),
    path("imports/<int:pk>/-/username/", typing, name="import_typing"),
]
