"""The invariant of product.md over a world that has been tormented, held against a calm one."""

from collections import Counter
from dataclasses import dataclass

from torture.stage import GROUP, HISTORY, Stage

# The accounts that were there before anything happened; some are linked to nobody.
SEEDED = "account"
TARGETLESS = """
SELECT a.subject FROM civicrm_activity a
JOIN civicrm_option_value t ON t.value = a.activity_type_id AND t.name LIKE 'User Account%'
WHERE NOT EXISTS (SELECT 1 FROM civicrm_activity_contact ac
                  WHERE ac.activity_id = a.id AND ac.record_type_id = 3)
"""
UNENDED = """
SELECT c.contact_id FROM store_attemptstarted s JOIN store_change c ON c.id = s.change_id
LEFT JOIN store_attemptended e ON e.started_id = s.id
WHERE e.id IS NULL AND c.state IN ('done', 'given_up', 'ignored')
"""
STUCK = """
SELECT contact_id, state FROM store_change WHERE NOT is_open
AND (owed IS NOT NULL OR state NOT IN ('done', 'refused', 'given_up', 'ignored'))
"""


@dataclass(frozen=True, slots=True)
class Calm:
    """What comes of everybody when nothing goes wrong: the measure of all bouts.

    `linked` of the served had an account that was not linked.
    """

    everybody: frozenset[int]
    served: frozenset[int]
    refused: frozenset[int]
    linked: frozenset[int]


def calm_outcome(stage: Stage) -> Calm:
    """Everybody comes into the trigger of this stage, and is left in peace."""
    stage.reset()
    everybody = [row[0] for row in stage.world.rows("SELECT contact_id FROM civicrm_group_contact")]
    stage.enter(everybody)
    stage.start("worker")
    stage.settle()
    stage.end_all()
    found = stage.ground.rows("SELECT contact_id, state, verdict FROM store_change")
    calm = Calm(
        everybody=frozenset(everybody),
        served=frozenset(row[0] for row in found if row[1] == "done"),
        refused=frozenset(row[0] for row in found if row[1] == "refused"),
        linked=frozenset(row[0] for row in found if row[2] == "link"),
    )
    wrong = broken(stage, calm, calm.everybody)
    assert not wrong, "\n".join(wrong)
    return calm


def broken(
    stage: Stage, calm: Calm | None = None, entered: frozenset[int] = frozenset()
) -> list[str]:
    """What is lost, doubled, half-made or left lying; empty when all is well.

    `entered` came into the trigger, each once; without `calm` nothing is said of who they are.
    """
    wrong = [*stage.world.broken_invariants(), *_left_lying(stage), *stage.defects()]
    return wrong if calm is None else wrong + _unlike(stage, calm, entered)


def _left_lying(stage: Stage) -> list[str]:
    world, ground = stage.world, stage.ground
    linked = set(world.links().values())
    ours = {i: one.login for i, one in world.users().items() if not one.login.startswith(SEEDED)}
    wrong = [f"user {login} has no link" for i, login in ours.items() if i not in linked]
    wrong += [f"activity without target: {row[0]}" for row in world.rows(TARGETLESS)]
    notes = Counter((note.contact_id, note.status, note.subject) for note in world.notes())
    wrong += [f"{n} activities like {note}" for note, n in notes.items() if n > 1]
    wrong += [f"an attempt for contact {row[0]} has no end" for row in ground.rows(UNENDED)]
    wrong += [f"contact {row[0]} is stuck: {row[1]}" for row in ground.rows(STUCK)]
    addresses = ground.rows("SELECT email FROM store_addressinuse")
    return wrong + [f"the address {row[0]} is still in use" for row in addresses]


def _unlike(stage: Stage, calm: Calm, entered: frozenset[int]) -> list[str]:
    """Everybody who entered came to what they come to in peace, and nobody else was touched."""
    world = stage.world
    completed = Counter(note.contact_id for note in world.notes("Completed"))
    failed = {note.contact_id for note in world.notes("Failed")}
    inside, history = world.members(GROUP), world.members(HISTORY)
    served, rest = calm.served & entered, entered - calm.served
    wrong = [f"contact {one} was not served" for one in served - completed.keys()]
    wrong += [f"contact {one} was served" for one in completed.keys() - served]
    wrong += [f"contact {one} is still in the trigger" for one in served & inside]
    wrong += [f"contact {one} is lost from the trigger" for one in rest - inside]
    wrong += [f"contact {one} is not in the history group" for one in served - history]
    wrong += [f"contact {one} was not told why" for one in calm.refused & entered - failed]
    return wrong + _untold(stage)


def _untold(stage: Stage) -> list[str]:
    """Whoever is on record as told got both mails, at least once."""
    rows = stage.ground.rows("SELECT email FROM store_change WHERE told = 'told'")
    mails = [(email, len(stage.world.mails_to(email))) for (email,) in rows]
    return [f"{email} got {n} mails, not both" for email, n in mails if n < 2]
