"""Rules: who gets an account, in their order; written, moved, switched on and off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from latchkey.policy.tokens import TOKENS
from latchkey.service import pausing
from latchkey.service.configuration import editing
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.store import connections, pauses, rules
from latchkey.store.models import Connection, Rule
from latchkey.web import live
from latchkey.web.asking import problems_of, show_problems, who
from latchkey.web.enabling import is_previewed
from latchkey.web.permissions import May, may
from latchkey.web.rule_facts import facts_of, shown
from latchkey.web.rule_forms import RuleForm, time_zones
from latchkey.web.rule_typing import typing_of


@may(May.READ)
def rules_list(request: HttpRequest) -> HttpResponse:
    """The rules of each site in their order."""
    paused = {one.rule_id: one.by for one in pauses.every() if one.rule_id}
    by_site: dict[str, list[Any]] = {}
    for row in rules.every():
        by_site.setdefault(row.site.name, []).append(shown(row, paused.get(row.pk, "")))
    has_ends = {row.role for row in connections.every()} == set(Connection.Role)
    return render(request, "web/rules/list.html", {"by_site": by_site, "has_ends": has_ends})


@may(May.READ)
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule in words."""
    row = _found(name)
    paused = [one.by for one in pauses.every() if one.rule_id == row.pk]
    parts = {
        "one": shown(row, paused[0] if paused else ""),
        "facts": facts_of(row),
        "preview_url": _preview_url(row),
    }
    return render(request, "web/rules/one.html", parts)


@may(May.ADMINISTER)
def new(request: HttpRequest) -> HttpResponse:
    """Write a new rule; it is off until its preview was seen."""
    return _edit(request, None)


@may(May.ADMINISTER)
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change a rule."""
    return _edit(request, _found(name))


@may(May.ADMINISTER)
@require_POST
def typing(request: HttpRequest) -> HttpResponse:
    """What the rule that is being typed would do: usernames, numbers, warnings."""
    return render(request, "web/rules/_typing.html", {"seen": typing_of(request.POST)})


@may(May.ADMINISTER)
@require_POST
def move(request: HttpRequest, name: str) -> HttpResponse:
    """One place up or down among the rules of the site."""
    editing.move(_found(name), who(request), up=request.POST.get("to") == "up")
    return redirect("web:rules")


@may(May.ADMINISTER)
@require_POST
def enable(request: HttpRequest, name: str) -> HttpResponse:
    """Switch a rule on; its preview has to have been seen."""
    row = _found(name)
    if not is_previewed(row, request.POST.get("previewed", "")):
        messages.warning(request, _("Look at the preview first: it shows whom the rule is for."))
        return redirect(_preview_url(row) or reverse("web:rule", args=[row.name]))
    editing.switch(row, who(request), on=True)
    messages.success(request, _("The rule %(name)s is on.") % {"name": row.name})
    return redirect("web:rule", row.name)


@may(May.ADMINISTER)
@require_POST
def disable(request: HttpRequest, name: str) -> HttpResponse:
    """Switch a rule off."""
    row = _found(name)
    editing.switch(row, who(request), on=False)
    messages.success(request, _("The rule %(name)s is off.") % {"name": row.name})
    return redirect("web:rule", row.name)


@may(May.ADMINISTER)
@require_POST
def pause(request: HttpRequest, name: str) -> HttpResponse:
    """Hold a rule where it is, or let it go on."""
    row = _found(name)
    # What the button said, not the contrary of what is: pressed twice, it says the same again.
    if request.POST.get("to") == "resume":
        pausing.resume(f"rule.{row.name}", who(request))
        messages.success(request, _("The rule %(name)s goes on.") % {"name": row.name})
    else:
        pausing.pause(f"rule.{row.name}", who(request))
        messages.success(request, _("The rule %(name)s is paused.") % {"name": row.name})
    return redirect("web:rule", row.name)


@may(May.ADMINISTER)
@require_POST
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Forget a rule with its history; the accounts stay."""
    row = _found(name)
    if row.enabled:
        # The page that offers it shows a rule that is off; somebody has switched it on since.
        messages.error(request, _("Switch the rule off first."))
        return redirect("web:rule", row.name)
    try:
        editing.remove_rule(row, who(request))
    except ConfigurationError as error:
        messages.error(request, problems_of(error))
        return redirect("web:rule", row.name)
    messages.success(request, _("The rule %(name)s was removed.") % {"name": name})
    return redirect("web:rules")


def _edit(request: HttpRequest, before: Rule | None) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None, before=before)
    choices = live.choices(*_ends(form))
    if request.method == "POST" and form.is_valid():
        row = _save(request, form, choices)
        if row is not None:
            messages.success(request, _("The rule %(name)s was saved.") % {"name": row.name})
            return redirect("web:rule", row.name)
    parts = {
        "form": form,
        "before": before,
        "choices": choices,
        "tokens": TOKENS,
        "time_zones": time_zones(),
        "seen": typing_of(_typed(form)),
    }
    return render(request, "web/rules/form.html", parts)


def _save(request: HttpRequest, form: RuleForm, choices: live.Choices) -> Rule | None:
    """The rule as it is stored now, None when something stands against it."""
    before = form.before
    name = before.name if before else form.cleaned_data["name"]
    if before is None and rules.find(name):
        form.add_error("name", _("There is a rule of this name already."))
        return None
    table = form.table(enabled=before.enabled if before else False)
    try:
        return editing.save_rule(name, table, who(request), choices.groups)
    except ConfigurationError as error:
        show_problems(form, error)
        return None


def _ends(form: RuleForm) -> tuple[Connection | None, Connection | None]:
    """The CRM and the site that the form names, or would name first."""
    found = []
    for field, role in (("crm", Connection.Role.CRM), ("site", Connection.Role.SITE)):
        name = form[field].value() or next(
            (row.name for row in connections.every() if row.role == role), ""
        )
        found.append(connections.find(role, str(name)))
    return found[0], found[1]


def _typed(form: RuleForm) -> Any:
    """What the form holds before anything was typed."""
    return form.data if form.is_bound else {name: form[name].value() for name in form.fields}


def _found(name: str) -> Rule:
    row = rules.find(name)
    if row is None:
        raise Http404
    return row


def _preview_url(row: Rule) -> str:
    try:
        return reverse("web:preview", args=[row.name])
    except NoReverseMatch:
        return ""


urlpatterns = [
    path("rules/", rules_list, name="rules"),
    path("rules/-/new/", new, name="rule_new"),
    path("rules/-/typing/", typing, name="rule_typing"),
    path("rules/<slug:name>/", rule, name="rule"),
    path("rules/<slug:name>/edit/", edit, name="rule_edit"),
    path("rules/<slug:name>/move/", move, name="rule_move"),
    path("rules/<slug:name>/enable/", enable, name="rule_enable"),
    path("rules/<slug:name>/disable/", disable, name="rule_disable"),
    path("rules/<slug:name>/pause/", pause, name="rule_pause"),
    path("rules/<slug:name>/remove/", remove, name="rule_remove"),
]
