"""Every address of the application: one line a screen, whose module names its own pages.

A list is `/things/`, one of them `/things/<name>/`, an act on it a POST to
`/things/<name>/<verb>/`, and a part of a page that htmx asks for `/things/<name>/-/<part>/`.
Where things have names of people's own, what is none of them stands behind a `-`, too.
"""

from django.urls import include, path

from latchkey.web.screens import (
    accounts,
    connections,
    dashboard,
    errands,
    failures,
    guide,
    holds,
    hooks_page,
    import_shape,
    import_undo,
    import_upload,
    imports,
    letters,
    people,
    previews,
    resets,
    review,
    rules,
    settings,
    signing,
    sites,
    start,
    users,
    welcome,
)

app_name = "web"
urlpatterns = [
    path("", include(dashboard.urlpatterns)),
    path("", include(accounts.urlpatterns)),
    path("", include(errands.urlpatterns)),
    path("", include(failures.urlpatterns)),
    path("", include(holds.urlpatterns)),
    path("", include(people.urlpatterns)),
    path("", include(review.urlpatterns)),
    path("", include(previews.urlpatterns)),
    path("", include(resets.urlpatterns)),
    path("", include(sites.urlpatterns)),
    path("", include(hooks_page.urlpatterns)),
    path("", include(import_upload.urlpatterns)),
    path("", include(import_shape.urlpatterns)),
    path("", include(imports.urlpatterns)),
    path("", include(import_undo.urlpatterns)),
    path("", include(letters.urlpatterns)),
    path("", include(connections.urlpatterns)),
    path("", include(rules.urlpatterns)),
    path("", include(users.urlpatterns)),
    path("", include(settings.urlpatterns)),
    path("", include(guide.urlpatterns)),
    path("", include(start.urlpatterns)),
    path("", include(signing.urlpatterns)),
    path("", include(welcome.urlpatterns)),
]
