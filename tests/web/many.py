"""An installation that has 100,000 accounts, and the lists that show them."""

from uuid import uuid4

from django.db import connection
from django.db.models import Model

from latchkey.service.configuration.rules import definition_of
from latchkey.service.configuration.schema import RuleTable
from latchkey.store.clock import now
from latchkey.store.models import (
    Account,
    AttemptEnded,
    AttemptStarted,
    Change,
    Connection,
    Errand,
    ErrandRow,
    Plan,
    Rule,
    Run,
    SettingChange,
)

NUMBER = 100_000
LISTS = (
    "/",
    "/accounts/",
    "/accounts/?sort=-username",
    "/accounts/?site=www",
    "/accounts/?state=gone",
    "/accounts/?text=person.777",
    "/accounts/?rule=members",
    "/holds/",
    "/failures/",
    "/review/",
    "/review/{plan}/",
    "/review/{plan}/?sort=contact_name",
    "/resets/",
    "/people/main/777/",
    "/rules/members/preview/",
    "/rules/members/preview/?sort=name",
    "/sites/www/users/",
    "/sites/www/links/",
    "/connections/site/www/",
    "/rules/",
    "/changes/",
    "/imports/",
)


def lists() -> list[str]:
    """The addresses of the lists, on the rows that are there."""
    plan = Plan.objects.get().pk
    return [one.format(plan=plan) for one in LISTS]


def ruled() -> Rule:
    """A rule with both its ends."""
    crm = Connection.objects.create(key=uuid4(), role="crm", name="main", kind="civicrm", url="x")
    site = Connection.objects.create(key=uuid4(), role="site", name="www", kind="wordpress")
    table = RuleTable(crm="main", site="www", groups=["Members"], username="{contact.id}")
    return Rule.objects.create(
        name="members", position=0, crm=crm, site=site, definition=definition_of(table), version="1"
    )


def fill(rule: Rule) -> None:
    """What 100,000 people leave behind."""
    moment, crm, site = now(), rule.crm, rule.site
    run = Run.objects.create(rule=rule, started_at=moment)
    plan = Plan.objects.create(rule=rule, run=run, state="held", created_at=moment)
    looked = Errand.objects.create(kind="preview", rule=rule, by="ada", asked_at=moment)
    paired = Errand.objects.create(kind="pair", site=site, by="ada", asked_at=moment)
    account = Account(site=site, crm=crm, roles=["subscriber"], recorded_at=moment)
    _multiply(account, contact_id="n", account_id="n", username="'person.' || n", email="n || '@'")
    change = Change(rule=rule, verdict="create", why="no_email", entered_at=moment)
    state = "CASE n % 1000 WHEN 0 THEN 'held' WHEN 1 THEN 'given_up' ELSE 'done' END"
    name = "'Person ' || n"
    _multiply(
        change, id="n", contact_id="n", contact_name=name, is_open="n % 1000 = 0", state=state
    )
    waiting = Change(rule=rule, plan=plan, verdict="create", state="due", entered_at=moment)
    number = f"n + {NUMBER}"
    _multiply(waiting, id=number, contact_id=number, contact_name=name)
    begun = AttemptStarted(change_id=1, number=1, verdict="create", at=moment)
    _multiply(begun, id="n", change_id="n")
    # All within the days of the plot.
    _multiply(AttemptEnded(started_id=1, outcome="done", at=moment), started_id="n")
    for errand in (looked, paired):
        row = ErrandRow(errand=errand, outcome="create", at=moment)
        _multiply(row, name=name, username="'person.' || n", contact_id="n")
    _multiply(SettingChange(at=moment, by="ada", before="", after=""), what="'rule ' || n")


def _multiply(row: Model, **columns: str) -> None:
    """Write NUMBER rows like this one, but for these columns: SQL of `n`, which counts from 1."""
    fields = [one for one in row._meta.concrete_fields if one.column != "id" or "id" in columns]
    values, given = [], []
    for field in fields:
        values.append(columns.get(field.column, "%s"))
        if field.column not in columns:
            given.append(field.get_db_prep_save(getattr(row, field.attname), connection))
    names = ", ".join(f'"{one.column}"' for one in fields)
    counting = f"WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c LIMIT {NUMBER})"  # noqa: S608 - all of it stands in this file
    into = ("INSERT INTO", row._meta.db_table, f"({names}) SELECT")
    sql = " ".join((counting, *into, ", ".join(values), "FROM c"))
    with connection.cursor() as cursor:
        # What is no place for a value is written twice.
        cursor.execute(sql.replace("n % 1000", "n %% 1000"), given)
