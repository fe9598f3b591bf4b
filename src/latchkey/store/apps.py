"""The Django application that holds our tables."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Latchkey's own rows."""

    name = "latchkey.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
