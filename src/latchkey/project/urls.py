"""Every address of this installation."""

from django.urls import include, path

from latchkey.web import health, hooks, metrics

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", metrics.show),
    path("hooks/<slug:name>", hooks.receive),
    path("", include("latchkey.web.urls")),
]
