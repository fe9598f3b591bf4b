"""What lists of people are filtered by: their rule, site, reason, name."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from latchkey.policy.reasons import Why
from latchkey.service.holding import CHOICES
from latchkey.store.models import Change, Connection, Rule
from latchkey.web.lists import FilterForm, Search

ALL = ("", _("all"))
# No rule has this name, for it has a colon.
IMPORTS = ":imports"

# What people choose by; the sentences name whom they are about.
REASONS: Mapping[Why, Any] = {
    Why.EXISTING_HELD: _("an account has the address"),
    Why.SEVERAL_ACCOUNTS: _("several accounts have the address"),
    Why.CROSSED: _("the account belongs to another contact"),
    Why.OWNED_ELSEWHERE: _("the account belongs to a contact of another CRM"),
    Why.SHARED_EMAIL: _("others share the address"),
    Why.CHANGED_SINCE_PLAN: _("changed after the plan was shown"),
    Why.ACCOUNT_PRIVILEGED: _("the account is privileged"),
    Why.ACCOUNT_GONE: _("the linked account is gone"),
    Why.CAME_BACK_POWERFUL: _("came back with more power"),
    Why.STILL_POWERFUL: _("still has more power than asked"),
    Why.NO_EMAIL: _("no primary e-mail address"),
    Why.BAD_EMAIL: _("not a valid address"),
    Why.ON_HOLD: _("mail to the address bounced"),
    Why.TRASHED: _("in the trash"),
    Why.DECEASED: _("deceased"),
    Why.WRONG_TYPE: _("not a contact type of the rule"),
    Why.SHARED_NOT_OLDEST: _("an older contact has the address"),
    Why.EXISTING_REFUSED: _("the rule does not link accounts"),
    Why.ROLES_DIFFER: _("came back without roles"),
    Why.REJECTED: _("the site or the CRM refused"),
    Why.NOT_LINKED: _("could not be linked"),
    Why.GONE_FROM_CRM: _("no longer in the CRM"),
    Why.NO_ACCOUNT: _("no account on the site"),
}
HOLDS = tuple(CHOICES)
FAILURES = tuple(why for why in REASONS if why not in CHOICES)


def _rules() -> list[tuple[str, Any]]:
    names = (
        Rule.objects.filter(kind=Rule.Kind.RULE)
        .order_by("position", "pk")
        .values_list("name", flat=True)
    )
    return [ALL, *((name, name) for name in names)]


def _rules_and_imports() -> list[tuple[str, Any]]:
    return [*_rules(), (IMPORTS, _("imports"))]


def _sites() -> list[tuple[str, Any]]:
    rows = Connection.objects.filter(role=Connection.Role.SITE).order_by("name")
    return [ALL, *((name, name) for name in rows.values_list("name", flat=True))]


class RuleChoice(forms.ChoiceField):
    """One of the rules, by name."""

    def __init__(self, *, with_imports: bool = False, **kwargs: Any) -> None:
        choices = _rules_and_imports if with_imports else _rules
        super().__init__(label=_("Rule"), choices=choices, **kwargs)


class SiteChoice(forms.ChoiceField):
    """One of the sites, by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Site"), choices=_sites, **kwargs)


class PeopleFilter(FilterForm):
    """Whose name or address holds a text, and of which rule."""

    text = Search(label=_("Name or address"), max_length=100)
    rule = RuleChoice()

    def narrow(self, rows: QuerySet[Change]) -> QuerySet[Change]:
        """The changes that the filters let through."""
        if (rule := self.given("rule")) == IMPORTS:
            rows = rows.filter(rule__kind=Rule.Kind.IMPORT)
        elif rule:
            rows = rows.filter(rule__name=rule)
        if text := self.given("text"):
            rows = rows.filter(Q(contact_name__icontains=text) | Q(email__icontains=text))
        return rows


class ReasonFilter(PeopleFilter):
    """And for which reason; the people of imports are among them."""

    reasons: Iterable[Why] = ()
    rule = RuleChoice(with_imports=True)
    why = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["why"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [ALL, *((one.value, REASONS[one]) for one in self.reasons)]

    def narrow(self, rows: QuerySet[Change]) -> QuerySet[Change]:
        """The changes that the filters let through."""
        rows = super().narrow(rows)
        why = self.given("why")
        return rows.filter(why=why) if why else rows
