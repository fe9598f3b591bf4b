"""The preview of a rule as rows, made by the worker: who would get what, and why."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from latchkey.service.installation import Installation
from latchkey.service.provisioning.assignment import open_assignment
from latchkey.service.provisioning.run import Preview, preview
from latchkey.service.provisioning.talking import talking_to
from latchkey.store import errands
from latchkey.store.models import Errand, ErrandRow, Rule

AT_ONCE = 200
Thing = TypeVar("Thing")


def preview_errand(installation: Installation, errand: Errand) -> None:
    """Decide about everybody in the rule's triggers; nothing else is written anywhere."""
    rule = errand.rule
    if rule is None:
        return
    errand.version = rule.version
    errands.step(errand, "reading contacts", _number(installation, rule))
    for some in in_batches(preview(installation, rule)):
        errands.add(errand, [_row(one) for one in some])


def in_batches(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    """The things, as many at once as are written at once."""
    left = iter(things)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _number(installation: Installation, rule: Rule) -> int:
    work = open_assignment(installation, rule)
    with talking_to(rule.crm):
        return work.crm.count(work.triggers)


def _row(one: Preview) -> ErrandRow:
    return ErrandRow(
        contact_id=one.contact_id,
        name=one.name[:300],
        email=one.email[:254],
        username=one.username[:254],
        outcome=one.verdict,
        sentence=one.reason,
    )
