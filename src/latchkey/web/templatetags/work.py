"""Pieces of pages about people and plans."""

from collections.abc import Mapping

from django import template
from django.urls import reverse

from latchkey.policy.brakes import Brake
from latchkey.store import imports
from latchkey.store.import_plans import RowOutcome
from latchkey.store.models import Account, Change, Connection, ImportRow, Plan, Rule
from latchkey.store.undoing import UndoRow
from latchkey.web import places
from latchkey.web.wording import translated

register = template.Library()


@register.filter
def held_by(plan: Plan) -> str:
    """What holds a plan, as a sentence; empty for one that nothing holds."""
    return _sentence(Brake(**plan.brake).sentence) if plan.brake else ""


@register.filter
def reason(change: Change) -> str:
    """Why a change was decided so, as a sentence; empty before its first decision."""
    found = change.reason
    return _sentence(found.sentence) if found else ""


@register.filter
def username(change: Change) -> str:
    """The username that a change is about: the existing one, else the intended."""
    return change.details.get("username") or change.intended_username


@register.filter
def sentence(text: str) -> str:
    """As the reader says it, with a capital letter in front."""
    return _sentence(text)


@register.filter
def name_of(names: dict[tuple[object, int], str], account: Account) -> str:
    """The name of the account's contact, empty for one that is not known."""
    return names.get((account.crm_id, account.contact_id or 0), "")


@register.simple_tag
def outcome_of(outcomes: Mapping[int, RowOutcome], row: ImportRow) -> RowOutcome:
    """What becomes of a record of an import."""
    return outcomes[row.number]


@register.simple_tag
def fate_of(fates: Mapping[int, UndoRow], change: Change) -> UndoRow:
    """What an undo does with an account."""
    return fates[change.pk]


@register.simple_tag
def rule_page(rule: Rule) -> str:
    """Where a rule is looked at: that of an import on the import's page."""
    if rule.kind == Rule.Kind.IMPORT:
        return reverse("web:import", args=[imports.of_rule(rule).pk])
    return reverse("web:rule", args=[rule.name])


@register.simple_tag
def contact_page(crm: Connection, contact_id: int) -> str:
    """The contact's page in CiviCRM."""
    return places.contact_page(crm, contact_id)


@register.simple_tag
def account_page(site: Connection, account_id: str, username: str) -> str:
    """The page of the user on the site, empty where there is none to link to."""
    return places.account_page(site, account_id, username)


def _sentence(text: str) -> str:
    found = translated(str(text))
    return found[:1].upper() + found[1:]
