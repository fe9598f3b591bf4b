"""What came of loading a file: its steps, its problems, and the credentials stored."""

import pytest

from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import Loaded, load
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.installation import Installation
from latchkey.store import connections
from latchkey.store.models import Connection


def steps(loaded: Loaded) -> dict[str, str]:
    """What became of each table."""
    return {one.where: one.step.value for one in loaded.differences}


def problems_of(installation: Installation, text: str, host: Host, **how: bool) -> dict[str, str]:
    """What is said against a file that is refused, by its place."""
    with pytest.raises(ConfigurationError) as caught:
        load(installation, text, host, **how)
    return {problem.where: problem.sentence for problem in caught.value.problems}


def secret_of(installation: Installation, name: str, secret: str) -> str:
    """A stored credential, decrypted."""
    row = Connection.objects.get(name=name)
    return connections.unseal(row, installation.keyring)[secret].reveal()
