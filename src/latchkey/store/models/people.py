"""Who uses Latchkey, what they changed, and what they are told."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who uses Latchkey. `at_once` and `digest` say which mails they chose."""

    class Role(models.TextChoices):
        """What somebody may do; each role may do what the one before may."""

        VIEWER = "viewer"
        OPERATOR = "operator"
        APPROVER = "approver"
        ADMINISTRATOR = "administrator"

    role = models.CharField(max_length=13, choices=Role, default=Role.VIEWER)
    at_once = models.BooleanField(default=False)
    digest = models.BooleanField(default=False)


class SettingChange(models.Model):
    """Who changed which setting, plan or hold. Never holds a secret; never changed."""

    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    what = models.CharField(max_length=200)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        """Shown newest first."""

        indexes = (models.Index(fields=("-at",), name="setting_change_newest"),)


class Alert(models.Model):
    """Something that chosen users are to be told by mail; `about` keeps one thing told once."""

    about = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
