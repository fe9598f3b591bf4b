"""Logging in and out, and one's own account."""

from typing import Any

from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from latchkey.service.people import nobody_is_there
from latchkey.web.forms import dress
from latchkey.web.permissions import May, may, open_to_anyone


class LoginForm(AuthenticationForm):
    """Username and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)  # type: ignore[arg-type] # Django's own
        dress(self.fields.values())


class OwnPasswordForm(PasswordChangeForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, label_suffix="", **kwargs)  # type: ignore[arg-type] # Django's own
        dress(self.fields.values())


class OwnPassword(SuccessMessageMixin, views.PasswordChangeView):  # type: ignore[type-arg] # as above
    """Everybody may change their own password."""

    form_class = OwnPasswordForm
    template_name = "web/signing/password.html"
    success_url = reverse_lazy("web:dashboard")
    success_message = _("Your password was changed.")


class Login(views.LoginView):
    """While nobody is there, it says where to begin."""

    form_class = LoginForm
    template_name = "web/signing/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows besides the form."""
        return super().get_context_data(is_first_start=nobody_is_there(), **kwargs)


login = open_to_anyone(Login.as_view())
logout = open_to_anyone(views.LogoutView.as_view())
own_password = may(May.READ)(OwnPassword.as_view())

urlpatterns = [
    path("login/", login, name="login"),
    path("logout/", logout, name="logout"),
    path("password/", own_password, name="own_password"),
]
