"""The users of Latchkey: who may do what, and which mails they get."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from latchkey.service import people
from latchkey.store.models import User
from latchkey.web.asking import who
from latchkey.web.forms import ShapedForm, dress
from latchkey.web.lists import Column, listing
from latchkey.web.permissions import May, may, open_to_anyone
from latchkey.web.screens.start import LONGEST_ADDRESS, NewUsername
from latchkey.web.wording import said

COLUMNS = (
    Column(gettext_lazy("Username"), "username"),
    Column(gettext_lazy("Email")),
    Column(gettext_lazy("Role")),
    Column(gettext_lazy("Mails")),
    Column(gettext_lazy("Last seen")),
    Column(gettext_lazy("State")),
)
ROLES = [
    (User.Role.VIEWER, gettext_lazy("Viewer: may look at everything")),
    (User.Role.OPERATOR, gettext_lazy("Operator: may also provision, retry and resend")),
    (User.Role.APPROVER, gettext_lazy("Approver: may also release plans and decide holds")),
    (
        User.Role.ADMINISTRATOR,
        gettext_lazy("Administrator: may also change connections, rules, users and settings"),
    ),
]


class MailsForm(ShapedForm):
    """Where somebody is written to, and about what."""

    email = forms.EmailField(
        label=gettext_lazy("Email"), required=False, max_length=LONGEST_ADDRESS
    )
    at_once = forms.BooleanField(
        label=gettext_lazy("Write at once"),
        required=False,
        help_text=gettext_lazy("When a plan waits for a decision, or a site cannot be used."),
    )
    digest = forms.BooleanField(
        label=gettext_lazy("Write once a day"),
        required=False,
        help_text=gettext_lazy("What is held, failed or was refused; nothing when there is none."),
    )


class UserForm(MailsForm):
    """What an administrator says about somebody."""

    username = NewUsername()
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=ROLES, widget=forms.RadioSelect, initial="viewer"
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("May log in"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Untick it instead of deleting: what somebody did stays readable."),
    )
    field_order = ("username", "email", "role", "at_once", "digest", "is_active")

    def __init__(self, *args: Any, before: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["username" if before else "is_active"]

    def person(self) -> people.Person:
        """The person that the form describes."""
        filled = {name: value for name, value in self.cleaned_data.items() if name != "username"}
        return people.Person(**filled)


class ChosenPasswordForm(SetPasswordForm):  # type: ignore[type-arg] # not generic when it runs
    """A password, chosen by whom it is for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        dress(self.fields.values())


@may(May.ADMINISTER)
def users(request: HttpRequest) -> HttpResponse:
    """Everybody who may log in, or might once."""
    found = listing(request, User.objects.all(), COLUMNS, order="username")
    return render(request, "web/users/list.html", {"list": found})


@may(May.ADMINISTER)
def new(request: HttpRequest) -> HttpResponse:
    """Another user."""
    form = UserForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = people.add(form.cleaned_data["username"], form.person(), who(request))
        except people.PeopleError as error:
            form.add_error("username", said(error))
        else:
            return render(request, "web/users/link.html", _with_link(request, row))
    return render(request, "web/users/form.html", {"form": form, "before": None})


@may(May.ADMINISTER)
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a user."""
    row = get_object_or_404(User, pk=pk)
    names = ("email", "role", "at_once", "digest", "is_active")
    initial = {name: getattr(row, name) for name in names}
    form = UserForm(request.POST if request.method == "POST" else None, before=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            people.change(row, form.person(), who(request))
        except people.PeopleError as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("%(name)s was saved.") % {"name": row.username})
            return redirect("web:users")
    return render(request, "web/users/form.html", {"form": form, "before": row})


@may(May.ADMINISTER)
@require_POST
def password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link with which somebody chooses a password."""
    row = get_object_or_404(User, pk=pk, is_active=True)
    return render(request, "web/users/link.html", _with_link(request, row))


@may(May.READ)
def own_mails(request: HttpRequest) -> HttpResponse:
    """Everybody chooses their own mails."""
    row = get_object_or_404(User, pk=request.user.pk)
    initial = {"email": row.email, "at_once": row.at_once, "digest": row.digest}
    form = MailsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        people.change_own_mails(row, **form.cleaned_data)
        messages.success(request, _("Your mails were saved."))
        return redirect("web:own_mails")
    return render(request, "web/users/mails.html", {"form": form})


choose_password = open_to_anyone(
    views.PasswordResetConfirmView.as_view(
        form_class=ChosenPasswordForm,
        template_name="web/users/choose.html",
        success_url=reverse_lazy("web:dashboard"),
        post_reset_login=True,
        post_reset_login_backend="django.contrib.auth.backends.ModelBackend",
    )
)


def _with_link(request: HttpRequest, row: User) -> dict[str, Any]:
    uid = urlsafe_base64_encode(force_bytes(row.pk))
    arguments = {"uidb64": uid, "token": default_token_generator.make_token(row)}
    place = reverse("web:choose_password", kwargs=arguments)
    return {"row": row, "link": request.build_absolute_uri(place)}


urlpatterns = [
    path("users/", users, name="users"),
    path("users/new/", new, name="user_new"),
    path("users/<int:pk>/", user, name="user"),
    path("users/<int:pk>/link/", password_link, name="user_link"),
    path("mails/", own_mails, name="own_mails"),
    path("choose/<uidb64>/<token>/", choose_password, name="choose_password"),
]
