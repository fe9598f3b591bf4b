"""Every address of the application: one line a screen, whose module names its own pages.

A list is `/things/`, one of them `/things/<name>/`, an act on it a POST to
`/things/<name>/<verb>/`, and a part of a page that htmx asks for `/things/<name>/-/<part>/`.
"""

from django.urls import include, path

from latchkey.web.screens import (
    connections,
    dashboard,
    rules,
    signing,
)

app_name = "web"
urlpatterns = [
    path("", include(dashboard.urlpatterns)),
    path("", include(connections.urlpatterns)),
    path("", include(rules.urlpatterns)),
    path("", include(signing.urlpatterns)),
]
