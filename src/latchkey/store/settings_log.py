"""Who changed which setting, plan or hold: a plain table, only ever added to."""

from latchkey.store.clock import now
from latchkey.store.models import SettingChange


def write(by: str, what: str, before: str = "", after: str = "") -> None:
    """One entry. Never give it a secret: say "changed" instead."""
    SettingChange.objects.create(at=now(), by=by, what=what[:200], before=before, after=after)
