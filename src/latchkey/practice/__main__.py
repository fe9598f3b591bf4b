"""`python -m latchkey.practice serve`: the practice world as a process."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from latchkey.practice import database, mailbox, seeding, server, sites
from latchkey.practice.phpcms import LABELS, pipe

CONTACTS = 200
SEED = 1
APP_PASSWORD = "practice practice practice practice"  # noqa: S105 - made up, and printed by the demo
API_KEY = "practice-key"


def main(arguments: list[str] | None = None) -> None:
    """Seed the home once, then serve until told to stop."""
    # Behind `pipe` stands what php would be given.
    options, rest = _parser().parse_known_args(arguments)
    if options.command == "pipe":
        pipe.converse(options.cms, options.home, options.contacts, options.seed)
        return
    if rest:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    if options.site is not None:
        _serve_site(options)
        return
    server.open_home(options.home)
    with database.transaction() as db:
        seeding.seed(
            db,
            contacts=options.contacts,
            seed=options.seed,
            app_password=options.app_password,
            api_key=options.api_key,
        )
    server.serve(options.port, die_with_parent=options.die_with_parent)


def _serve_site(options: argparse.Namespace) -> None:
    """Serve one further kind of site, with the mailbox and nothing else."""
    part = sites.site(options.site)
    server.open_home(options.home, mailbox.SCHEMA, part.schema)
    with database.transaction() as db:
        part.seed(db, options.contacts, options.seed)
    server.serve(
        options.port,
        die_with_parent=options.die_with_parent,
        application=server.application_of(part),
        besides={"connection": _filled(part.connection, options.home), "role": part.role},
    )


def _filled(connection: Mapping[str, str | list[str]], home: Path) -> dict[str, str | list[str]]:
    """The settings with the interpreter and the home in their places, which only commands have."""
    places = {"{python}": sys.executable, "{home}": str(home.resolve())}
    return {
        name: [places.get(word, word) for word in value] if isinstance(value, list) else value
        for name, value in connection.items()
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m latchkey.practice", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the practice CRM, site and mailbox")
    serve.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    serve.add_argument("--site", choices=sorted(sites.SITES), help="a further kind of site alone")
    serve.add_argument("--app-password", default=APP_PASSWORD, help="of the service user")
    serve.add_argument("--api-key", default=API_KEY, help="of the service user's contact")
    serve.add_argument(
        "--die-with-parent", action="store_true", help="stop when standard input ends"
    )
    piped = commands.add_parser("pipe", help="stand for php with Latchkey's script")
    piped.add_argument("--cms", choices=sorted(LABELS), required=True)
    for command in (serve, piped):
        command.add_argument("--home", type=Path, required=True, help="where the state is kept")
        command.add_argument("--contacts", type=int, default=CONTACTS, help="how many to make up")
        command.add_argument("--seed", type=int, default=SEED, help="the same seed and people")
    return parser


if __name__ == "__main__":
    main()
