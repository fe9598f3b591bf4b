"""What every page is given: who may what, where one is, and whether this is practice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

import latchkey
from latchkey.store import configuration, pauses
from latchkey.web import places
from latchkey.web.first_start import steps
from latchkey.web.permissions import May, allows


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the navigation: `url` is a URL name, `starts` marks pages below it."""

    url: str
    label: Any
    icon: str
    may: May = May.READ


@dataclass(frozen=True, slots=True)
class Section:
    """Places that belong together."""

    label: Any
    places: tuple[Place, ...]


# A screen stands here from the day that it is there.
NAVIGATION = (
    Section(
        _("Work"),
        (
            Place("web:dashboard", _("Dashboard"), "house"),
            Place("web:plans", _("Review"), "card-checklist"),
            Place("web:holds", _("Holds"), "hand-index-thumb"),
            Place("web:failures", _("Failures"), "exclamation-triangle"),
            Place("web:accounts", _("Accounts"), "people"),
            Place("web:imports", _("Import"), "upload"),
            Place("web:resets", _("Password resets"), "key"),
            Place("web:sites", _("Users and links"), "link-45deg"),
        ),
    ),
    Section(
        _("Set up"),
        (
            Place("web:rules", _("Rules"), "list-check"),
            Place("web:connections", _("Connections"), "plug"),
            Place("web:webhooks", _("Webhooks"), "lightning-charge"),
            Place("web:users", _("Users"), "person", May.ADMINISTER),
            Place("web:changes", _("Changes of settings"), "clock-history"),
            Place("web:settings", _("Settings"), "gear"),
        ),
    ),
    Section(_("Help"), (Place("web:help", _("Help"), "question-circle"),)),
)


def page(request: HttpRequest) -> Mapping[str, Any]:
    """The context processor of every page."""
    return {
        "version": latchkey.__version__,
        "navigation": SimpleLazyObject(lambda: navigation_for(request)),
        "can": {what.name.lower(): allows(request.user, what) for what in May},
        "is_practice": SimpleLazyObject(configuration.holds_practice),
        "practice_places": SimpleLazyObject(places.of_practice),
        "pauses": SimpleLazyObject(pauses.every),
        **_setup(request),
    }


def _setup(request: HttpRequest) -> Mapping[str, Any]:
    """The steps of the set-up and the next of them, for who can take them."""
    if not allows(request.user, May.ADMINISTER):
        return {}
    found = steps()
    return {"setup": found, "setup_next": next((one for one in found if not one.is_done), None)}


def navigation_for(request: HttpRequest) -> list[tuple[Section, list[Place]]]:
    """The sections with the places that this person may open."""
    return [
        (section, found)
        for section in NAVIGATION
        if (found := [place for place in section.places if allows(request.user, place.may)])
    ]
