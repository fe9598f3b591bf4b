"""The web application for any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
application = get_wsgi_application()

from latchkey.project.commands import open_installation  # noqa: E402 - needs Django's settings
from latchkey.web.installation import use  # noqa: E402 - as above

use(open_installation)
