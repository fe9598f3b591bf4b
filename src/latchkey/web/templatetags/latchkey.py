"""Small pieces of pages: icons, states, moments, examples."""

import re
from datetime import datetime, timedelta

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from latchkey.store.models import Rule
from latchkey.web.words import ROLES, STATES, TONES

register = template.Library()
MINUTE, HOUR, DAY = 60, 3600, 86400
# Behind these a long word may go on in the next line; not within "&amp;" and the like.
_ENDS = re.compile(r"([@./_:-])(?=[^\W\d])")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; it is silent unless it has a label of its own."""
    sprite = static("vendor/icons.svg")
    if not label:
        return format_html(
            '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name
        )
    return format_html(
        '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
        label,
        sprite,
        name,
    )


@register.simple_tag
def state(word: str) -> SafeString:
    """A state as a badge; its colour only repeats what the word says."""
    tone = TONES.get(word, "neutral")
    return format_html('<span class="state state-{}">{}</span>', tone, STATES.get(word, word))


@register.simple_tag
def moment(at: datetime | None, nothing: str = "-") -> SafeString | str:
    """A moment as people say it, with the exact one beside it for who wants to know."""
    if at is None:
        return nothing
    exact = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>',
        at.isoformat(),
        exact,
        timezone.get_current_timezone_name(),
        in_words(at - timezone.now(), exact),
    )


def in_words(distance: timedelta, exact: str) -> str:
    """How far away: minutes and hours in words, days up to a week, then the date."""
    seconds = round(distance.total_seconds())
    size = abs(seconds)
    if size < MINUTE:
        return _("just now") if seconds <= 0 else _("in a moment")
    if size < HOUR:
        text = ngettext("%(n)d minute", "%(n)d minutes", size // MINUTE) % {"n": size // MINUTE}
    elif size < DAY:
        text = ngettext("%(n)d hour", "%(n)d hours", size // HOUR) % {"n": size // HOUR}
    elif size < 7 * DAY:
        text = ngettext("%(n)d day", "%(n)d days", size // DAY) % {"n": size // DAY}
    else:
        return exact
    sentence = _("%(distance)s ago") if seconds < 0 else _("in %(distance)s")
    return sentence % {"distance": text}


@register.filter
def role(name: str) -> str:
    """What a user of Latchkey may, in a word."""
    return str(ROLES.get(name, name))


@register.filter
def breakable(text: str) -> SafeString:
    """With places where a line may end, so that addresses are not torn in the middle of a word."""
    return SafeString(_ENDS.sub(r"\1<wbr>", conditional_escape(text)))


@register.filter
def origin(rule: Rule) -> str:
    """What people know a rule by: its name, or the file of an import (load `file` with it)."""
    if rule.kind != Rule.Kind.IMPORT:
        return rule.name
    return _("import of %(file)s") % {"file": rule.file.file_name}


@register.filter
def example(field: BoundField) -> str:
    """The example of a form's field, empty without one."""
    examples: dict[str, str] = getattr(field.form, "examples", {})
    return examples.get(field.name, "")


@register.filter
def widget_kind(field: BoundField) -> str:
    """How a field is laid out: check, group (of several boxes) or line."""
    widget = type(field.field.widget).__name__
    if widget == "CheckboxInput":
        return "check"
    return "group" if widget in {"RadioSelect", "CheckboxSelectMultiple"} else "line"


@register.simple_tag(takes_context=True)
def is_here(context: template.Context, name: str) -> bool:
    """Whether the page that is shown is the one of this URL name, or is below it."""
    request = context.get("request")
    if request is None:
        return False
    try:
        place = reverse(name)
    except NoReverseMatch:
        return False
    path: str = request.path
    return path == place if place == "/" else path.startswith(place)
