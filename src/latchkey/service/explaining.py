"""Why nothing happened with a contact: what each rule would do, and whether it watches it."""

from collections.abc import Iterator
from dataclasses import dataclass

from latchkey.policy.planning import Verdict
from latchkey.remote.errors import Missing
from latchkey.service.installation import Installation
from latchkey.service.provisioning.assignment import Assignment, RuleError, dry, open_assignment
from latchkey.service.provisioning.run import preview
from latchkey.service.provisioning.talking import UnavailableError, talking_to
from latchkey.store import rules
from latchkey.store.models import Connection

# Beyond so many pages of a trigger it takes too long for somebody who waits.
PAGES = 25


@dataclass(frozen=True, slots=True)
class Explained:
    """What one rule has to say. `in_trigger` is None when that could not be told.

    `verdict` is None when the rule could not be asked; `reason` then says why.
    """

    rule: str
    in_trigger: bool | None
    verdict: Verdict | None
    reason: str


def explain(installation: Installation, crm: Connection, contact_id: int) -> list[Explained]:
    """What the rules of a CRM say about a contact now; reads only. Missing without the contact."""
    return list(_explain(installation, crm, contact_id))


def _explain(installation: Installation, crm: Connection, contact_id: int) -> Iterator[Explained]:
    for rule in rules.every():
        if rule.crm_id != crm.pk:
            continue
        try:
            work = dry(open_assignment(installation, rule))
            [found] = preview(installation, rule, contact_id)
            watched = _is_in_trigger(work, contact_id)
        except Missing:
            raise
        except (RuleError, UnavailableError) as error:
            yield Explained(rule.name, None, None, str(error))
        else:
            yield Explained(rule.name, watched, found.verdict, found.reason)


def _is_in_trigger(work: Assignment, contact_id: int) -> bool | None:
    with talking_to(work.row.crm):
        for number, page in enumerate(work.crm.contact_ids(work.triggers)):
            if contact_id in page:
                return True
            if page and page[-1] > contact_id:
                return False
            if number == PAGES:
                return None
    return False
