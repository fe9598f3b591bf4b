"""Import, the first step: the imports there are, and a file that is taken in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from latchkey.service.importing.files.errors import FileError
from latchkey.service.importing.files.reading import MEGABYTE, MOST_BYTES
from latchkey.service.importing.shaping import head
from latchkey.service.importing.uploading import upload as take_in
from latchkey.store import connections
from latchkey.store.models import Connection, Import
from latchkey.web.asking import who
from latchkey.web.import_forms import UploadForm
from latchkey.web.installation import installation
from latchkey.web.lists import Column, listing
from latchkey.web.permissions import May, may
from latchkey.web.uploads import Nameless, is_too_large
from latchkey.web.wording import said

COLUMNS = (
    Column(gettext_lazy("Import"), "pk"),
    Column(gettext_lazy("File")),
    Column(gettext_lazy("Site")),
    Column(gettext_lazy("Rows"), end=True),
    Column(gettext_lazy("State")),
    Column(gettext_lazy("Uploaded")),
)
TOO_LARGE = 413


@may(May.READ)
def imports_list(request: HttpRequest) -> HttpResponse:
    """Every import, the newest first."""
    rows = Import.objects.select_related("rule__site")
    parts = {"list": listing(request, rows, COLUMNS), "has_site": _has_site()}
    return render(request, "web/imports/list.html", parts)


# Django reads the whole request when it looks for the token, so the size is looked at before.
@may(May.ACT)
@csrf_exempt
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is refused with its line where it is malformed."""
    if request.method == "POST" and is_too_large(request):
        form = UploadForm({})
        form.errors.clear()
        form.add_error(
            "file",
            _("The file is too large: at most %(most)d MB can be read. Part it in several.")
            % {"most": MOST_BYTES // MEGABYTE},
        )
        return _shown(request, form, TOO_LARGE)
    request.upload_handlers = [Nameless(request)]
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            one = _taken_in(request, form)
        except FileError as error:
            form.add_error("file", said(error))
        else:
            messages.success(
                request, _("%(name)s was read; now say what it holds.") % {"name": one.file_name}
            )
            return redirect("web:import_shape", one.pk)
    return _shown(request, form)


def _taken_in(request: HttpRequest, form: UploadForm) -> Import:
    sent = form.cleaned_data["file"]
    with sent.file as file:
        encoding = form.cleaned_data["encoding"]
        one = take_in(installation(), file, sent.name, who(request), encoding=encoding)
    if first_line := form.cleaned_data["first_line"]:
        head(one, has_headings=first_line == "yes")
    return one


def _shown(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    parts = {"form": form, "most_bytes": MOST_BYTES, "has_site": _has_site()}
    return render(request, "web/imports/upload.html", parts, status=status)


def _has_site() -> bool:
    return any(row.role == Connection.Role.SITE for row in connections.every())


urlpatterns = [
    path("imports/", imports_list, name="imports"),
    path("imports/new/", upload, name="import_new"),
]
