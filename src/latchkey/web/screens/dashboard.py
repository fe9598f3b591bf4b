"""The dashboard: where everything stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from latchkey.web.permissions import May, may


@may(May.READ)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The first page after logging in."""
    return render(request, "web/dashboard.html")


urlpatterns = [path("", dashboard, name="dashboard")]
