"""Credentials of the file: written out, kept from before, or named by where the host has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from latchkey.remote.secrets import Secret

STORED = "stored"
LARGEST_FILE = 64 * 1024
_ENVIRONMENT = "env:"
_FILE = "file:"


@dataclass(frozen=True, slots=True)
class Host:
    """Where references lead. Paths are taken from `folder`, the one of the file."""

    environment: Mapping[str, str]
    folder: Path


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret with the reference that names it, empty where it was written out."""

    secret: Secret
    reference: str = ""


def resolve(written: str, host: Host, kept: Credential | None) -> Credential:
    """The credential that `written` stands for. Raises ValueError, which says what lacks.

    `kept` is what is stored, None when nothing is.
    """
    if written == STORED:
        if kept is None:
            raise ValueError(
                'nothing is stored that "stored" could keep; write the credential or env:NAME.'
            )
        return kept
    if written.startswith(_ENVIRONMENT):
        return Credential(_from_environment(written.removeprefix(_ENVIRONMENT), host), written)
    if written.startswith(_FILE):
        return Credential(_from_file(written.removeprefix(_FILE), host), written)
    return Credential(Secret(written))


def _from_environment(name: str, host: Host) -> Secret:
    value = host.environment.get(name, "").strip()
    if not value:
        raise ValueError(
            f"the environment has no {name}; set it, and load the file again in the same shell."
        )
    return Secret(value)


def _from_file(path: str, host: Host) -> Secret:
    place = host.folder / Path(path).expanduser()
    try:
        with place.open(encoding="utf-8") as file:
            value = file.read(LARGEST_FILE).strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ValueError(f"the file {path} cannot be read: {why}.") from None
    if not value:
        raise ValueError(f"the file {path} is empty; it has to hold the credential alone.")
    return Secret(value)
