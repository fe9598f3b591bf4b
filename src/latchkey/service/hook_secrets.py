"""The secrets with which a CRM signs what it sends to its hook: made here, shown once."""

import base64

from latchkey.remote.secrets import Secret
from latchkey.service.installation import Installation
from latchkey.store import connections, settings_log
from latchkey.store.models import Connection

SIGNING, TOKEN = "hook_secret", "hook_token"
LENGTH = 32


class HookSecretError(Exception):
    """The secret cannot be changed here; the text says why."""


def rotate(installation: Installation, crm: Connection, name: str, by: str) -> str:
    """A new secret (SIGNING) or bearer token (TOKEN); the one before stays good beside it.

    The next rotation ends that one. HookSecretError when the secret comes from the host.
    """
    if name in crm.references:
        raise HookSecretError("This secret comes from the configuration file: change it there.")
    secrets = connections.unseal(crm, installation.keyring)
    made = installation.random_bytes(LENGTH)
    new = f"whsec_{base64.b64encode(made).decode()}" if name == SIGNING else made.hex()
    before = secrets[name].reveal().split(",")[0].strip() if name in secrets else ""
    secrets[name] = Secret(",".join(filter(None, [new, before])))
    connections.seal(crm, secrets, installation.keyring)
    crm.save(update_fields=["sealed"])
    settings_log.write(by, f"{crm}.{name}", "set" if before else "", "changed")
    return new
