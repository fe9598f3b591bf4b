"""The web application as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and template tags; it has no models of its own."""

    name = "latchkey.web"
    label = "web"
    verbose_name = "Latchkey"
