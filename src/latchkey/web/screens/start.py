"""The first start: the first administrator, and the way to the first account."""

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from latchkey.service import people
from latchkey.store.models import User
from latchkey.web.first_start import is_good
from latchkey.web.forms import ShapedForm
from latchkey.web.permissions import May, may, open_to_anyone

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Of an address that mail can be sent to, and that a row can hold.
LONGEST_ADDRESS = 254


class NewUsername(forms.CharField):
    """The name that a user of Latchkey logs in with."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Username"),
            max_length=150,
            validators=[UnicodeUsernameValidator()],
            help_text=_("You log in with it, and changes are written down with it."),
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )


class FirstForm(ShapedForm):
    """The first administrator."""

    username = NewUsername()
    email = forms.EmailField(
        label=_("Email"),
        max_length=LONGEST_ADDRESS,
        help_text=_("Latchkey writes to you when something waits for a decision."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 10 characters. A few words that only you put together are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        """Both passwords are one, and a good one."""
        filled: dict[str, object] = super().clean() or self.cleaned_data
        password = str(filled.get("password", ""))
        if password and password != filled.get("again"):
            self.add_error("again", _("The two passwords differ."))
        try:
            validate_password(password, User(username=str(filled.get("username", ""))))
        except ValidationError as error:
            self.add_error("password", error)
        return filled


@open_to_anyone
def start(request: HttpRequest) -> HttpResponse:
    """Make the first administrator, with the link that the terminal shows."""
    token = request.POST.get("token") or request.GET.get("token", "")
    if not people.nobody_is_there():
        return redirect("web:dashboard")
    if not is_good(token):
        return render(request, "web/start/closed.html", status=403)
    form = FirstForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        filled = form.cleaned_data
        try:
            row = people.first_administrator(
                filled["username"], filled["email"], filled["password"]
            )
        except people.PeopleError as error:
            raise PermissionDenied from error
        login(request, row, backend=BACKEND)
        return redirect("web:setup")
    return render(request, "web/start/first.html", {"form": form, "token": token})


@may(May.ADMINISTER)
def setup(request: HttpRequest) -> HttpResponse:
    """What there is to do until the first account."""
    return render(request, "web/start/setup.html")


urlpatterns = [
    path("start/", start, name="start"),
    path("setup/", setup, name="setup"),
]
