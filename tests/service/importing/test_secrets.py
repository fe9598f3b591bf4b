"""Files are sealed at rest and forgotten; passwords are wiped row by row."""

import io
import sqlite3
from datetime import timedelta
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from django.db import connection

from latchkey.policy.columns import ColumnsError
from latchkey.service.holding import Choice, decide
from latchkey.service.importing.files.errors import FileError
from latchkey.service.importing.running import advance, close, confirm, tidy_up
from latchkey.service.importing.sampling import sample
from latchkey.service.importing.shaping import WARNING
from latchkey.service.importing.uploading import upload
from latchkey.store.clock import now
from latchkey.store.models import Change, Import, ImportRow, State
from service.importing.conftest import HEADINGS, PEOPLE, Desk

TWINS = [HEADINGS, ("both@example.org", "A", "B"), ("both@example.org", "C", "D")]
SECRET = "correct-horse-battery-staple-9"


class Stay(HTTPRedirectHandler):
    """Follows no redirect: it is the answer."""

    def redirect_request(self, *_args):
        """Nowhere."""


def whole_database() -> str:
    """Everything that is stored, as text."""
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with sqlite3.connect(str(connection.settings_dict["NAME"])) as db:
        return "\n".join(db.iterdump())


def test_malformed_file_leaves_nothing_behind(desk: Desk):
    file = io.BytesIO(b'Email,Name\na@b.org,A\nb@b.org,"B\n')

    with pytest.raises(FileError, match="Line 3"):
        upload(desk.workplace.installation, file, "people.csv", "anna")

    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()


def test_upload_is_encrypted_and_gone_after_the_run(desk: Desk):
    one = desk.upload([(*HEADINGS, "Note(s)"), (*PEOPLE[0], "allergic to nuts")])
    assert "zoe@example.org" not in whole_database()
    assert "allergic" not in whole_database()

    desk.shape(one)
    desk.plan(one)
    confirm(desk.fresh(one), "anna")
    desk.carry(one)

    assert not ImportRow.objects.exclude(cells="").exists()


def test_contact_hash_is_never_kept(desk: Desk):
    one = desk.upload([(*HEADINGS, "Kontakt-Hash"), (*PEOPLE[0], "0123456789abcdef")])

    assert sample(desk.workplace.installation, one)[0][3] == ""


def test_password_of_the_file_is_given_and_wiped(desk: Desk):
    one = desk.upload([(*HEADINGS, "Passwort"), (*PEOPLE[0], SECRET)])

    assert desk.shape(one) == [WARNING]
    assert SECRET not in str(sample(desk.workplace.installation, desk.fresh(one)))
    desk.plan(one)
    confirm(desk.fresh(one), "anna")
    desk.carry(one)

    assert may_log_in(desk, "Zoe.Novak", SECRET)
    assert SECRET not in whole_database()
    assert SECRET not in str(desk.rows(one))


def test_password_is_wiped_when_its_account_is_there_though_others_wait(desk: Desk):
    rows = [(*HEADINGS, "Password"), (*PEOPLE[0], SECRET), ("x@example.org", "X", "Y", "other-1")]
    one = desk.ready(rows)
    confirm(one, "anna")
    Change.objects.filter(email="x@example.org").update(state="held")

    desk.carry(one)

    kept = ImportRow.objects.exclude(cells="").values_list("number", flat=True)
    assert set(kept) == {1, 3}


def test_password_cannot_be_named_by_a_pattern(desk: Desk):
    one = desk.upload([(*HEADINGS, "Password"), (*PEOPLE[0], SECRET)])

    with pytest.raises(ColumnsError, match="holds passwords: no pattern may name it"):
        desk.shape(one, username="{column.Password}")


def test_held_rows_keep_their_cells_until_the_import_is_closed(desk: Desk):
    one = desk.run([*TWINS, *PEOPLE])
    assert one.state == "done"
    assert ImportRow.objects.exclude(cells="").count() == 3

    close(one, "anna")

    assert not ImportRow.objects.exclude(cells="").exists()
    assert desk.counts(one) == {"held": 2, "created": 3}


def test_held_rows_are_forgotten_when_the_last_of_them_is_decided(desk: Desk):
    installation = desk.workplace.installation
    one = desk.run(TWINS)
    first, last = Change.objects.filter(state=State.HELD)

    decide(installation, first, Choice.IGNORE, "", "anna")
    desk.work()
    assert ImportRow.objects.exclude(cells="").exists()
    decide(installation, last, Choice.IGNORE, "", "anna")
    desk.work()

    assert not ImportRow.objects.exclude(cells="").exists()
    assert not desk.fresh(one).rule.enabled


def may_log_in(desk: Desk, username: str, password: str) -> bool:
    """Whether the practice site lets somebody in by this password."""
    form = urlencode({"log": username, "pwd": password}).encode()
    request = Request(f"{desk.workplace.practice.url}/wp-login.php", form)  # noqa: S310 - loopback, by http
    try:
        with build_opener(Stay).open(request, timeout=10):
            return False
    except OSError as answer:
        return getattr(answer, "code", 0) == 302


def test_progress_counts_rows_as_they_are_looked_at_and_settled(desk: Desk):
    one = desk.upload()
    before = advance(one)
    desk.shape(one)
    planned = desk.plan(one)
    confirm(planned, "anna")
    running = advance(desk.fresh(one))
    desk.carry(one)

    assert (before.settled, before.total) == (0, 3)
    assert (running.settled, advance(desk.fresh(one)).settled) == (0, 3)


def test_upload_that_nobody_carried_out_is_forgotten_after_a_week(desk: Desk):
    old, fresh = desk.upload(), desk.upload()
    Import.objects.filter(pk=old.pk).update(uploaded_at=now() - timedelta(days=8))

    tidy_up(now())

    assert [one.pk for one in Import.objects.all()] == [fresh.pk]
    assert set(ImportRow.objects.values_list("file", flat=True)) == {fresh.pk}


@pytest.mark.parametrize("state", ["done", "undo_shown", "undone"])
def test_rows_that_nobody_decided_about_are_forgotten_after_a_month(desk: Desk, state: str):
    one = desk.run(TWINS)
    Import.objects.filter(pk=one.pk).update(state=state)
    Import.objects.filter(pk=one.pk).update(ended_at=now() - timedelta(days=31))

    tidy_up(now())

    assert not ImportRow.objects.exclude(cells="").exists()
    assert desk.counts(one) == {"held": 2}
