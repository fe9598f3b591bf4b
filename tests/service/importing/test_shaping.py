"""What columns hold and what an import gives: recognised, remembered, by hand, and refused."""

import io
from collections.abc import Callable

import pytest

from latchkey.policy.columns import ColumnsError
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.importing.planning import ask_for_plan, brake_on, plan_import
from latchkey.service.importing.running import confirm, discard
from latchkey.service.importing.shaping import ImportRefusedError, head, suggested
from latchkey.service.importing.uploading import upload
from latchkey.service.provisioning.progress import Silent
from latchkey.store.models import Import
from service.importing.conftest import PEOPLE, Desk


class Meanwhile(Silent):
    """Watches the planning, and has something done while it reads the file."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act

    def stage(self, text: str) -> None:
        """See Progress."""
        if "looked at" in text:
            self._act()


def test_username_may_be_made_of_any_column(desk: Desk):
    rows = [("E-Mail", "Member | No."), ("zoe@example.org", "M-17")]

    desk.run(rows, username=r"{column.Member \| No.}", fields={})

    assert desk.users()["zoe@example.org"].login == "M-17"


def test_file_without_headings_is_mapped_by_hand(desk: Desk):
    one = desk.upload(PEOPLE)
    assert not one.has_headings

    held = {"email": "Column 1", "first_name": "Column 2", "last_name": "Column 3"}
    desk.shape(one, held=held)
    desk.plan(one)
    confirm(desk.fresh(one), "anna")
    desk.carry(one)

    assert desk.counts(one) == {"created": 3}


def test_first_line_can_be_said_to_be_headings(desk: Desk):
    one = desk.upload([("a@b.org", "x", "y"), *PEOPLE])

    head(one, has_headings=True)

    assert suggested(desk.workplace.installation, one).headings == ("a@b.org", "x", "y")


def test_what_was_planned_is_void_once_the_first_line_is_read_otherwise(desk: Desk):
    one = desk.ready()

    head(desk.fresh(one), has_headings=False)

    assert desk.fresh(one).state == Import.State.UPLOADED
    assert desk.counts(one) == {"waiting": 4}
    with pytest.raises(ImportRefusedError):
        confirm(desk.fresh(one), "anna")


def test_import_that_somebody_just_confirmed_is_not_changed_or_thrown_away(desk: Desk):
    one = desk.ready()
    seen_before = desk.fresh(one)
    confirm(desk.fresh(one), "anna")

    with pytest.raises(ImportRefusedError, match="running"):
        desk.shape(seen_before, username="{contact.last_name}")
    with pytest.raises(ImportRefusedError, match="running"):
        head(seen_before, has_headings=False)

    assert not discard(seen_before)
    assert desk.fresh(one).state == Import.State.RUNNING


def test_import_that_is_shaped_anew_while_it_is_planned_is_planned_anew(desk: Desk):
    one = desk.upload()
    desk.shape(one)

    def shape_anew() -> None:
        desk.shape(desk.fresh(one), username="{contact.last_name}")
        ask_for_plan(desk.fresh(one))

    plan_import(desk.workplace.installation, desk.fresh(one), Meanwhile(shape_anew))
    state = desk.fresh(one).state
    desk.plan(one)

    assert state == Import.State.PLANNING
    assert [row.username for row in desk.rows(one)] == ["Novak", "Kiss", "Sousa"]


def test_worker_makes_no_plan_beside_the_one_that_a_terminal_makes(desk: Desk):
    one = desk.upload()
    desk.shape(one)
    found: list[set[str]] = []

    def look() -> None:
        found.append({job.name for job in desk.work(looks=1)})

    plan_import(desk.workplace.installation, desk.fresh(one), Meanwhile(look))

    assert found
    assert all("import" not in names for names in found)
    assert desk.fresh(one).state == Import.State.PLANNED
    assert desk.counts(one) == {"created": 3}


def test_mapping_by_hand_is_remembered_for_the_same_headings(desk: Desk):
    rows = [("Wohin", "Rufname"), ("zoe@example.org", "Zo\u00eb")]
    held = {"email": "Wohin", "first_name": "Rufname"}
    desk.shape(desk.upload(rows), held=held, username="{contact.first_name}", fields={})

    again = desk.upload([("rufname", "WOHIN"), ("Zo\u00eb", "zoe@example.org")])

    remembered = suggested(desk.workplace.installation, again).held
    assert remembered == {"email_primary.email": "WOHIN", "first_name": "rufname"}


def test_german_and_old_headings_are_recognised(desk: Desk):
    one = desk.upload([("Interne Kontakt-ID", "E-Mail", "Vorname", "Nachname"), (1, *PEOPLE[0])])

    held = suggested(desk.workplace.installation, one).held

    assert held == {
        "id": "Interne Kontakt-ID",
        "email_primary.email": "E-Mail",
        "first_name": "Vorname",
        "last_name": "Nachname",
    }


def test_file_without_an_email_column_is_refused_by_name(desk: Desk):
    one = desk.upload([("Vorname", "Nachname"), ("Zo\u00eb", "Novak")])

    with pytest.raises(ColumnsError, match=r"No column holds the e-mail .* Vorname, Nachname"):
        desk.shape(one)


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("{column.Nick}", r'names the column "Nick", which the file has not'),
        ("{contact.nick_name}", r"names Nickname, which no column holds"),
        ("{contact.frist_name}", r"did you mean \{contact.first_name\}"),
    ],
)
def test_pattern_that_the_file_cannot_fill_is_refused(desk: Desk, username, sentence):
    one = desk.upload()

    with pytest.raises((ColumnsError, ConfigurationError), match=sentence):
        desk.shape(one, username=username)


def test_privileged_role_is_refused(desk: Desk):
    with pytest.raises(ConfigurationError, match="administrator is privileged"):
        desk.shape(desk.upload(), roles=["administrator"])


def test_brake_is_told_and_a_confirmed_import_passes_it(desk: Desk):
    one = desk.ready(brake=2)

    found = brake_on(one)
    assert found is not None
    assert found.sentence == "3 new accounts at once are more than the brake of 2"
    confirm(one, "anna")

    assert desk.carry(one) == {"created": 3}


def test_file_with_a_bom_and_semicolons_is_imported(desk: Desk):
    text = "\ufeffE-Mail;Vorname;Nachname\r\nzoe@example.org;Zo\u00eb;Novak\r\n"
    one = upload(desk.workplace.installation, io.BytesIO(text.encode()), "x.csv", "anna")

    assert (one.encoding, one.delimiter, one.records) == ("utf-8-sig", ";", 2)
