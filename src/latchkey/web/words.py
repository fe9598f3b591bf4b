"""The words of stored states as people read them, and the tone in which they are shown."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

STATES: Mapping[str, Any] = {
    # How far a change has come.
    "noticed": _("noticed"),
    "held": _("held"),
    "due": _("waiting"),
    "creating": _("being made"),
    "made": _("made"),
    "told": _("told"),
    "written_back": _("written back"),
    "done": _("done"),
    "refused": _("refused"),
    "given_up": _("given up"),
    "ignored": _("ignored"),
    # What is decided about somebody.
    "create": _("create"),
    "link": _("link"),
    "update": _("update"),
    "already": _("already"),
    "hold": _("hold"),
    "refuse": _("refuse"),
    # Plans and attempts.
    "draft": _("being planned"),
    "open": _("open"),
    "released": _("released"),
    "rejected": _("rejected"),
    "failed": _("failed"),
    "postponed": _("postponed"),
    # Accounts.
    "active": _("active"),
    "disabled": _("disabled"),
    "gone": _("gone"),
    # Connections and rules.
    "works": _("works"),
    "paused": _("paused"),
    "stopped": _("stopped"),
    "off": _("off"),
    "on": _("on"),
    # Imports, what comes of their rows, and what an undo does.
    "uploading": _("being read"),
    "uploaded": _("not shown yet"),
    "planning": _("being planned"),
    "planned": _("ready"),
    "running": _("running"),
    "cancelled": _("cancelled"),
    "undo_asked": _("undo is planned"),
    "undo_shown": _("undo is ready"),
    "undoing": _("being undone"),
    "undone": _("undone"),
    "created": _("created"),
    "linked": _("linked"),
    "updated": _("updated"),
    "waiting": _("waiting"),
    "take back": _("is taken back"),
    "ask": _("tick it by hand"),
    "keep": _("stays"),
    # Mails.
    "intended": _("being sent"),
    "repeated": _("being sent again"),
    "perhaps": _("perhaps not told"),
    "not_wanted": _("no mail"),
    # Findings of a check.
    "ok": _("fine"),
    "warning": _("note"),
    "missing": _("missing"),
    "unknown": _("not known"),
}

ROLES: Mapping[str, Any] = {
    "viewer": _("Viewer"),
    "operator": _("Operator"),
    "approver": _("Approver"),
    "administrator": _("Administrator"),
}

# Good, waiting, bad or neutral.
TONES: Mapping[str, str] = {
    **dict.fromkeys(
        ("done", "made", "told", "written_back", "active", "works", "ok", "on", "released"), "good"
    ),
    **dict.fromkeys(("created", "linked", "updated"), "good"),
    **dict.fromkeys(("held", "hold", "warning", "paused", "postponed", "unknown"), "waiting"),
    **dict.fromkeys(("planned", "undo_shown", "perhaps", "ask"), "waiting"),
    **dict.fromkeys(
        ("failed", "given_up", "refused", "refuse", "missing", "stopped", "gone", "rejected"), "bad"
    ),
    **dict.fromkeys(("planning", "running", "undo_asked", "undoing", "take back"), "busy"),
    **dict.fromkeys(("due", "creating", "create", "link", "update", "open", "draft"), "busy"),
}
