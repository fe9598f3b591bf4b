"""A new episode for contacts that were given up: somebody put right what was wrong."""

from latchkey.store import episodes
from latchkey.store.changes import given_up
from latchkey.store.episodes import PAGE
from latchkey.store.models import Rule


def retry(rule: Rule | None = None, contact_ids: list[int] | None = None) -> int:
    """Begin anew for the given-up contacts of a rule, or of all rules; how many they are.

    `contact_ids` narrows. They are decided and carried out by the next run or worker. What an
    import gave up stays so: nothing would decide about its rows again, and their cells are gone.
    """
    number = 0
    wanted = None if contact_ids is None else set(contact_ids)
    for row, ids in given_up(rule):
        if row.kind == Rule.Kind.IMPORT:
            continue
        chosen = [one for one in ids if wanted is None or one in wanted]
        for start in range(0, len(chosen), PAGE):
            number += len(episodes.begin_anew(row, chosen[start : start + PAGE]))
    return number
