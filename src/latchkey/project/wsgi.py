"""The web application for any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
application = get_wsgi_application()

# Both need Django's settings.
from latchkey.project.opening import open_installation, surroundings_without_worker  # noqa: E402
from latchkey.web import installation, surroundings  # noqa: E402

installation.use_unless_given(open_installation)
surroundings.use_unless_given(surroundings_without_worker)
