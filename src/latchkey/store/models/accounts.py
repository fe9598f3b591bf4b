"""The accounts that Latchkey knows."""

from django.db import models
from django.db.models.functions import Lower

from latchkey.store.models.connections import Connection


class Account(models.Model):
    """An account that Latchkey knows, and its own record of the link.

    `roles_given` are the roles that Latchkey gave: it takes back no others. `contact_id` is None
    for an account that is linked to nobody known.
    """

    class State(models.TextChoices):
        """What became of it."""

        ACTIVE = "active"
        DISABLED = "disabled"
        GONE = "gone"

    site = models.ForeignKey(Connection, models.CASCADE, related_name="accounts")
    account_id = models.CharField(max_length=254)
    username = models.CharField(max_length=254)
    email = models.CharField(max_length=254)
    crm = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="accounts_of_crm")
    contact_id = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    roles = models.JSONField(default=list)
    roles_given = models.JSONField(default=list)
    created_by_us = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        """A link is unique on both sides."""

        constraints = (
            models.UniqueConstraint(fields=("site", "account_id"), name="account_once"),
            models.UniqueConstraint(fields=("site", "crm", "contact_id"), name="contact_once"),
        )
        indexes = (
            models.Index(Lower("username"), name="account_username"),
            models.Index(Lower("email"), name="account_email"),
            models.Index(fields=("username",), name="account_in_order"),
            models.Index(fields=("site", "username"), name="account_of_site_in_order"),
            models.Index(fields=("state", "username"), name="account_by_state_in_order"),
        )
