"""What is kept for a while only: who is logged in, who guessed passwords, what was once said."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from latchkey.store.models import Alert

# Far beyond the quarter of an hour for which wrong passwords lock somebody out.
ATTEMPTS_KEPT = timedelta(days=1)
# A mark of something done once a day is of no use once the day is over.
MARKS_KEPT = timedelta(days=7)
DAILY = ("digest ", "tidy ")


def forget(moment: datetime) -> None:
    """Delete sessions that are over, attempts to log in that no longer count, and daily marks."""
    Session.objects.filter(expire_date__lt=moment).delete()
    AccessAttempt.objects.filter(attempt_time__lt=moment - ATTEMPTS_KEPT).delete()
    for about in DAILY:
        old = Alert.objects.filter(about__startswith=about, at__lt=moment - MARKS_KEPT)
        old.delete()
