"""`latchkey import` and `undo-import`, as they are typed."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from cli.conftest import Call
from fakes.faults import Status, requests
from latchkey.cli.app import app
from latchkey.cli.tools import Tools
from latchkey.service.importing.uploading import upload
from latchkey.store.models import Import
from service.conftest import Workplace
from service.importing.malformed import MALFORMED

PEOPLE = (
    "E-Mail;Vorname;Nachname\r\nzoe@example.org;Zo\u00eb;Novak\r\nabel@example.org;Abel;Kiss\r\n"
)
LONG = f"{'x' * 300}.csv"
SHAPE = ("--site", "www", "--username", "{contact.first_name}", "--role", "subscriber")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Logs go beside the outcome, as `latchkey` itself sees to."""
    with capture_logs():
        yield


@pytest.fixture
def people(tmp_path: Path) -> str:
    """A file of two people."""
    path = tmp_path / "people.csv"
    path.write_bytes(PEOPLE.encode("cp1252"))
    return str(path)


def emails(workplace: Workplace) -> set[str]:
    """The addresses that have an account."""
    return {user.email for user in workplace.world.users().values()}


def test_file_becomes_accounts_and_a_result(
    call: Call, workplace: Workplace, people: str, tmp_path: Path
):
    result = str(tmp_path / "result.csv")

    done = call("import", people, *SHAPE, "--result", result, "--json", on=workplace.installation)

    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["created"] == 2
    assert {"zoe@example.org", "abel@example.org"} <= emails(workplace)
    with Path(result).open(encoding="utf-8", newline="") as file:
        assert [row["Outcome"] for row in csv.DictReader(file)] == ["created", "created"]


def test_dry_run_shows_everything_and_keeps_nothing(call: Call, workplace: Workplace, people: str):
    done = call("import", people, *SHAPE, "--dry-run", on=workplace.installation)

    assert done.exit_code == 0, done.stderr
    assert "2\tcreated\tzoe@example.org\tZoe\thas no account yet" in done.stdout
    assert not Import.objects.exists()
    assert "zoe@example.org" not in emails(workplace)


@pytest.mark.parametrize(
    ("beside", "left_out"),
    [
        (("--dry-run",), "leave out --dry-run"),
        (("other.csv",), "leave out FILE"),
        (("--test", "1", "--notify", "off"), "leave out --notify, --test"),
    ],
)
def test_import_that_goes_on_can_be_asked_nothing_else(
    call: Call, workplace: Workplace, people: str, beside: tuple[str, ...], left_out: str
):
    call("import", people, *SHAPE, "--json", on=workplace.installation)
    number = str(Import.objects.get().pk)

    done = call("import", "--resume", number, *beside, on=workplace.installation)

    assert done.exit_code == 2
    assert left_out in " ".join(done.stderr.split())
    assert Import.objects.filter(pk=number).exists()


def test_import_that_has_ended_is_shown_again_and_gives_its_result(
    call: Call, workplace: Workplace, people: str, tmp_path: Path
):
    call("import", people, *SHAPE, "--json", on=workplace.installation)
    number, result = str(Import.objects.get().pk), tmp_path / "result.csv"

    done = call(
        "import", "--resume", number, "--result", str(result), "--json", on=workplace.installation
    )

    assert done.exit_code == 0
    assert f"Import {number} is done: nothing is left to go on with." in done.stderr
    assert json.loads(done.stdout)["created"] == 2
    assert "zoe@example.org" in result.read_text(encoding="utf-8")


def test_import_that_nobody_confirmed_does_not_go_on(call: Call, workplace: Workplace, people: str):
    with Path(people).open("rb") as file:
        one = upload(workplace.installation, file, "people.csv", "anna")

    done = call("import", "--resume", str(one.pk), on=workplace.installation)

    assert done.exit_code == 2
    assert "was never confirmed" in done.stderr
    assert "import its file again" in done.stderr


def test_number_of_no_import_makes_none_of_the_file(call: Call, workplace: Workplace, people: str):
    done = call("import", people, *SHAPE, "--resume", "0", on=workplace.installation)

    assert done.exit_code == 2
    assert not Import.objects.exists()


def test_test_run_uses_the_administrators_mailbox(call: Call, workplace: Workplace, people: str):
    test = ("--test", "1", "--test-address", "me@example.net", "--json")

    done = call("import", people, *SHAPE, *test, on=workplace.installation)

    assert done.exit_code == 0, done.stderr
    assert "me+test_1@example.net" in emails(workplace)
    assert "zoe@example.org" not in emails(workplace)


def test_undo_asks_for_each_account_where_the_site_does_not_tell(
    call: Call, workplace: Workplace, people: str
):
    call("import", people, *SHAPE, "--json", on=workplace.installation)
    number = str(Import.objects.get().pk)
    shown = call("undo-import", number, "--dry-run", "--json", on=workplace.installation)
    zoe = next(row for row in json.loads(shown.stdout) if row["username"] == "Zoe")
    assert zoe["fate"] == "ask"

    done = call(
        "undo-import", number, "--tick", zoe["account_id"], "--json", on=workplace.installation
    )

    assert done.exit_code == 0, done.stderr
    outcomes = {row["username"]: row["outcome"] for row in json.loads(done.stdout)}
    assert outcomes == {"Zoe": "disabled", "Abel": ""}


def test_undo_of_an_account_that_the_import_did_not_make_is_refused(
    call: Call, workplace: Workplace, people: str
):
    call("import", people, *SHAPE, "--json", on=workplace.installation)
    number = str(Import.objects.get().pk)

    done = call("undo-import", number, "--tick", "999999", "--json", on=workplace.installation)

    assert done.exit_code == 2
    assert "made no account 999999" in done.stderr
    assert done.stdout == ""
    assert Import.objects.get().state == "undo_shown"


def test_undo_that_fails_for_an_account_is_status_1(call: Call, workplace: Workplace, people: str):
    call("import", people, *SHAPE, "--json", on=workplace.installation)
    number = str(Import.objects.get().pk)
    shown = call("undo-import", number, "--dry-run", "--json", on=workplace.installation)
    ticks = [part for row in json.loads(shown.stdout) for part in ("--tick", row["account_id"])]
    workplace.site_wire.inject(
        Status(400, (("Content-Type", "application/json"),), b'{"code":"no","message":"No."}'),
        on=requests("POST", r"batch|wp/v2/users|wp%2Fv2%2Fusers"),
    )

    done = call("undo-import", number, *ticks, "--json", on=workplace.installation)

    assert done.exit_code == 1
    assert "failed" in {row["outcome"] for row in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--site", "www", "--username", "{column.Nick}"), 'the column "Nick", which the file has'),
        (("--site", "www", "--map", "email"), "has to read like email=E-Mail"),
        (("--site", "www", "--map", "email=Wohin"), 'has no column "Wohin"; it has E-Mail'),
        (("--site", "www", "--role", "administrator"), "administrator is privileged"),
        (("--site", "nowhere"), "There is no connection"),
        ((), "Name the site with --site."),
        (("--site", "www", "--test", "1"), "is no e-mail address"),
        (("--site", "www", "--test", "0", "--test-address", "me@example.net"), "--test"),
        (("--site", "www", "--test", "101", "--test-address", "me@example.net"), "--test"),
        (("--site", "www", "--test-address", "me@example.net"), "say with --test N"),
        (("--site", "www", "--result", "/nowhere/result.csv"), "cannot be written: No such file"),
        (("--site", "www", "--result", LONG), "cannot be written: File name too long"),
        (("--site", "www", "--result", "/"), "cannot be written: Is a directory"),
        (("--site", "www", "--notify", "loudly"), "'loudly' is not among"),
    ],
)
def test_what_stands_against_an_import_is_one_sentence(
    call: Call, workplace: Workplace, people: str, arguments: tuple[str, ...], sentence: str
):
    done = call("import", people, *arguments, on=workplace.installation)

    assert done.exit_code == 2
    assert sentence in " ".join(done.stderr.split())
    assert not Import.objects.exists()


def test_result_is_never_written_over_the_file_itself(
    call: Call, workplace: Workplace, people: str
):
    before = Path(people).read_bytes()

    done = call(
        "import", people, *SHAPE, "--dry-run", "--result", people, on=workplace.installation
    )

    assert done.exit_code == 2
    assert "another file than the one that is imported" in " ".join(done.stderr.split())
    assert Path(people).read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
@pytest.mark.parametrize("beside", [("--dry-run",), ("--json",)])
def test_result_that_cannot_be_written_after_all_is_one_sentence(
    call: Call, workplace: Workplace, people: str, beside: tuple[str, ...]
):
    full = ("--result", "/dev/full")

    done = call("import", people, *SHAPE, *full, *beside, on=workplace.installation)

    assert done.exit_code == 2
    assert "/dev/full cannot be written: No space left on device." in done.stderr
    assert Import.objects.exists() == ("--dry-run" not in beside)


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_import_that_nobody_confirms_is_not_kept(workplace: Workplace, people: str, answer: str):
    terminal = Tools(
        lambda: workplace.installation, out_is_terminal=True, in_is_terminal=True, environment={}
    )

    done = CliRunner().invoke(app, ["import", people, *SHAPE], obj=terminal, input=answer)

    assert done.exit_code == 1
    assert not Import.objects.exists()


@pytest.mark.parametrize(("content", "sentence"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_file_is_refused_with_its_line(
    call: Call, workplace: Workplace, tmp_path: Path, content: bytes, sentence: str
):
    path = tmp_path / "broken.csv"
    path.write_bytes(content)

    done = call("import", str(path), "--site", "www", on=workplace.installation)

    assert done.exit_code == 2
    assert re.search(sentence, " ".join(done.stderr.split()))
    assert not Import.objects.exists()


def test_file_of_one_gigabyte_is_refused_at_once(call: Call, workplace: Workplace, tmp_path: Path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2**30)

    done = call("import", str(path), "--site", "www", on=workplace.installation)

    assert done.exit_code == 2
    assert "The file has 1024 MB; the most that is read is 256 MB." in " ".join(done.stderr.split())


def test_file_that_cannot_be_opened_is_one_sentence(call: Call, workplace: Workplace):
    done = call("import", LONG, "--site", "www", on=workplace.installation)

    assert done.exit_code == 2
    assert "cannot be read: File name too long." in " ".join(done.stderr.split())


def test_file_without_addresses_is_refused_with_its_columns(
    call: Call, workplace: Workplace, tmp_path: Path
):
    path = tmp_path / "people.csv"
    path.write_text("Vorname,Nachname\nZoe,Novak\n")

    done = call("import", str(path), "--site", "www", on=workplace.installation)

    assert done.exit_code == 2
    said = " ".join(done.stderr.split())
    assert "No column holds the e-mail address" in said
    assert "The columns are Vorname, Nachname" in said
    assert not Import.objects.exists()
