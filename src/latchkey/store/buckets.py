"""Limits per minute, counted where all workers count."""

from django.db import transaction

from latchkey.policy.pacing import Bucket, Pace, Taken
from latchkey.store.clock import now
from latchkey.store.models import Connection, Rule


def take(row: Rule | Connection, pace: Pace, wanted: int) -> Taken:
    """How many may go now: accounts of a rule, or our own mails of a site. They are counted."""
    with transaction.atomic():
        kept = type(row).objects.select_for_update().get(pk=str(row.pk))
        bucket = None
        if kept.pace_level is not None and kept.pace_at is not None:
            bucket = Bucket(kept.pace_level, kept.pace_at)
        taken = pace.take(bucket, wanted, now())
        kept.pace_level, kept.pace_at = taken.bucket.level, taken.bucket.at
        kept.save(update_fields=["pace_level", "pace_at"])
    return taken
