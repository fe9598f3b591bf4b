"""The steps of an import as commands take them: taken in, shaped, shown, carried out."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import typer

from latchkey.cli.naming import connections_named
from latchkey.cli.output import as_json, complain, say, show
from latchkey.cli.progress import watching
from latchkey.cli.status import Status, Unknown
from latchkey.cli.tools import Tools
from latchkey.policy.columns import CHOICES, ColumnsError
from latchkey.service.importing import results, running
from latchkey.service.importing.files.errors import FileError
from latchkey.service.importing.planning import brake_on, plan_import
from latchkey.service.importing.shaping import ImportRefusedError, Wanted, head, shape
from latchkey.service.importing.trying import check_mailbox, try_out
from latchkey.service.importing.uploading import upload
from latchkey.store import imports
from latchkey.store.models import Connection, Import
from latchkey.store.runs import OUTCOMES

BY = "command line"
# What may be said beside --resume: the rest was said when the import was planned.
BESIDE_RESUME = frozenset({"resume", "result", "yes", "json"})
HEADINGS = ("number", "outcome", "email", "username", "reason")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line. `test` None is the real thing."""

    file: Path | None
    site: str
    crm: str | None
    columns: tuple[str, ...]
    given: dict[str, Any]
    encoding: str
    headings: bool
    test: int | None
    test_address: str


def accounts_like(
    username: str, roles: Iterable[str], fields: Iterable[str], notify: str, per_minute: int | None
) -> dict[str, Any]:
    """What the accounts are to be, in the words of a rule's form."""
    given = {"username": username, "roles": list(roles), "notify": notify}
    return given | {"fields": "\n".join(fields), "per_minute": per_minute}


@contextmanager
def sentenced() -> Iterator[None]:
    """What stands against an import is one sentence and a status."""
    try:
        yield
    except (FileError, ColumnsError, ImportRefusedError) as error:
        complain(str(error))
        raise typer.Exit(Status.CONFIGURATION) from None


def planned(command: Tools, asked: Asked) -> Import:
    """The import, decided about row by row; nothing of it is kept when that fails."""
    wanted = Wanted(
        site=_connection(asked.site, Connection.Role.SITE),
        crm=_connection(asked.crm, Connection.Role.CRM) if asked.crm else None,
        held=_pairs(asked.columns) if asked.columns else None,
        given={name: value for name, value in asked.given.items() if value is not None},
    )
    one = _taken_in(command, asked)
    try:
        one = _shaped(command, one, asked, wanted)
        with watching(terminal=command.errors_are_terminal) as progress:
            plan_import(command.installation, again(one), progress)
    except BaseException:
        imports.remove(again(one))
        raise
    return again(one)


def _taken_in(command: Tools, asked: Asked) -> Import:
    if asked.test is None and asked.test_address:
        raise Unknown("--test-address is for a test: say with --test N of how many people.")
    if asked.test is not None:
        check_mailbox(asked.test_address)
    with _opened(asked.file) as file:
        name = Path(file.name).name
        one = upload(command.installation, file, name, BY, encoding=asked.encoding)
    if not asked.headings:
        head(one, has_headings=False)
    return one


def _opened(path: Path | None) -> BinaryIO:
    if path is None:
        raise Unknown("Name the file.")
    try:
        if not path.is_file():
            raise Unknown(f"There is no file {path}.")
        return path.open("rb")
    except OSError as error:
        raise Unknown(f"{path} cannot be read: {error.strerror}.") from error


def _shaped(command: Tools, one: Import, asked: Asked, wanted: Wanted) -> Import:
    """The import with its shape; that of a test run in its place, which is linked to nobody."""
    warnings = shape(command.installation, one, wanted)
    for what, heading in one.columns.items():
        complain(f"{CHOICES.get(what, what)}: column {heading!r}")
    if asked.test is None:
        for warning in warnings:
            complain(f"Warning: {warning}")
        return one
    part = try_out(command.installation, again(one), asked.test, asked.test_address)
    imports.remove(again(one))
    return part


def carry(command: Tools, one: Import) -> None:
    """Carry out what was confirmed and is not over, at its pace, with a bar."""
    if not running.goes_on(again(one)):
        complain(f"Import {one.pk} is {again(one).state}: nothing is left to go on with.")
        return
    complain(f"Import {one.pk}; should it be stopped, `latchkey import --resume {one.pk}` goes on.")
    with watching(terminal=command.errors_are_terminal) as progress:
        running.carry_out(command.installation, again(one), progress, time.sleep)


def ask(command: Tools, one: Import, *, asked_for: bool) -> None:
    """On a terminal, show what is to happen and have it confirmed; nothing is kept otherwise."""
    if found := brake_on(one):
        complain(f"Mind that {found.sentence}.")
    if asked_for or not (command.in_is_terminal and command.out_is_terminal):
        return
    try:
        show_import(command, one, json=False, result=None)
        typer.confirm("Carry this out now?", abort=True)
    except BaseException:  # Ctrl-C is an answer, too
        imports.remove(one)
        raise


def show_import(command: Tools, one: Import, *, json: bool, result: Path | None) -> None:
    """What becomes of each row, into a file where one is named, and the numbers."""
    is_written = result is None or _is_written(one, result)
    counted = running.summary(one)
    if json:
        say(as_json(counted))
    else:
        if result is None:
            show(results.result(one), HEADINGS, terminal=command.out_is_terminal)
        parts = ", ".join(f"{counted[name]} {name}" for name in OUTCOMES if counted[name])
        say(f"import {one.pk}: {counted['seen']} rows: {parts or 'none'}")
    if not is_written:
        raise typer.Exit(Status.CONFIGURATION)


def show_and_forget(command: Tools, one: Import, *, json: bool, result: Path | None) -> None:
    """Show a dry run, of which nothing is kept, even where it could not be shown."""
    try:
        show_import(command, one, json=json, result=result)
    finally:
        imports.remove(one)


def _is_written(one: Import, result: Path) -> bool:
    try:
        with result.open("w", encoding="utf-8", newline="") as file:
            results.write_result(one, file)
    except OSError as error:
        complain(f"{result} cannot be written: {error.strerror}.")
        return False
    return True


def check_result(result: Path | None, file: Path | None) -> None:
    """Unknown for a result that could not be written: that is said before the accounts are made."""
    if result is None:
        return
    try:
        is_there = result.exists()
        if file is not None and is_there and file.exists() and result.samefile(file):
            raise Unknown("Name another file than the one that is imported after --result.")
        result.open("a", encoding="utf-8").close()
        if not is_there:
            result.unlink()
    except OSError as error:
        raise Unknown(f"{result} cannot be written: {error.strerror}.") from error


def resumed(number: int, context: typer.Context) -> Import:
    """An import that goes on as it was planned: nothing else can be asked of it now."""
    if others := _said_beside(context):
        sentence = f"An import goes on as it was planned: leave out {', '.join(others)}."
        raise typer.BadParameter(sentence, param_hint="--resume")
    one = found(number)
    if running.goes_on(one):
        running.resume(one, BY)
    return again(one)


def _said_beside(context: typer.Context) -> list[str]:
    others = (one for one in context.command.params if one.name not in BESIDE_RESUME)
    return [
        "FILE" if one.name == "file" else one.opts[0] for one in others if _is_said(context, one)
    ]


def _is_said(context: typer.Context, one: Any) -> bool:
    source = context.get_parameter_source(one.name)
    return source is not None and source.name == "COMMANDLINE"


def found(number: int) -> Import:
    """The import of this number. Raises Unknown."""
    one = imports.find(number)
    if one is None:
        known = ", ".join(str(other.pk) for other in imports.every())
        raise Unknown(f"There is no import {number}; there is {known or 'none'}.")
    return one


def again(one: Import) -> Import:
    """The import as it is stored now, with its rule and both ends."""
    return found(one.pk)


def _pairs(written: Iterable[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in written]
    bad = [what for what, equals, _ in pairs if not equals]
    if bad:
        raise typer.BadParameter(f"{bad[0]!r} has to read like email=E-Mail", param_hint="--map")
    return {what.strip(): heading for what, _, heading in pairs}


def _connection(name: str | None, role: Connection.Role) -> Connection:
    if not name:
        raise Unknown(f"Name the {role} with --{role}.")
    known = [row for row in connections_named(name) if row.role == role]
    if not known:
        raise Unknown(f"{name} is no {role}.")
    return known[0]
