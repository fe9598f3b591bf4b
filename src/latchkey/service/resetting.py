"""Password resets, at once: everybody in a rule's reset group or tag gets the site's mail."""

from typing import Any

from latchkey.service.installation import Installation
from latchkey.service.pausing import stop_if_paused
from latchkey.service.provisioning.assignment import Assignment, RuleError, open_assignment
from latchkey.service.provisioning.carrying import carry_all
from latchkey.service.provisioning.progress import Progress, in_words
from latchkey.service.provisioning.run import prepare
from latchkey.service.provisioning.talking import talking_to
from latchkey.store import episodes, runs
from latchkey.store.models import Change, Rule, Run, Task


def reset_passwords(installation: Installation, row: Rule, progress: Progress) -> dict[str, Any]:
    """One attempt at every contact in the rule's reset triggers; the summary of the run.

    RuleError when the rule has no such trigger, Paused when it may not go on, UnavailableError
    when a connection gave out: what was begun is left to be resumed.
    """
    stop_if_paused(row)
    work = open_assignment(installation, row)
    if not work.reset_triggers:
        raise RuleError(
            f"The rule {row.name} resets no passwords: it has neither a reset_group nor a "
            "reset_tag. Write one into the rule and load it."
        )
    run = runs.begin(row)
    try:
        progress.stage("reading contacts")
        asked = _take_up(work, run)
        prepare(work)
        progress.stage(in_words(len(asked)))
        progress.planned(len(asked))
        carry_all(work, progress, only=[change.pk for change in asked])
    finally:
        summary = runs.end(run, Task.RESET)
    return summary


def _take_up(work: Assignment, run: Run) -> list[Change]:
    """Everybody in the reset triggers, with an open change that this run sees."""
    found: list[Change] = []
    # Whom a worker mails from now on may still be in the answer: that is no second wish.
    asked_at = work.installation.now()
    with talking_to(work.row.crm):
        pages = list(work.crm.contact_ids(work.reset_triggers))
    for page in pages:
        fresh = episodes.unknown(work.row, page, Task.RESET, asked_at)
        episodes.begin_resets(work.row, fresh, run)
        found += episodes.notice(work.row, page, run, Task.RESET, asked_at)
    return found
