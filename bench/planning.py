"""Planning for very many contacts in a process of its own: `python -m bench.planning HOME NUMBER`.

Says as JSON how much memory that took at most, and how long. The CRM makes its contacts up and the
site has nobody, so that what is measured is ours.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

PAGE = 1000


def main(home: str, number: str) -> None:
    """Plan, and say what it cost."""
    os.environ["LATCHKEY_HOME"] = home
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
    import django  # noqa: PLC0415 - the home comes first

    django.setup()
    from fakes.memory import peak_megabytes  # noqa: PLC0415 - as above

    before, began = peak_megabytes(), time.monotonic()
    planned = _planned(int(number))
    seconds, after = time.monotonic() - began, peak_megabytes()
    outcome = {"planned": planned, "before": before, "megabytes": after, "seconds": seconds}
    sys.stdout.write(json.dumps(outcome) + "\n")


class Endless:
    """A CRM that has as many contacts in every trigger as it is told."""

    def __init__(self, number: int) -> None:
        self._number = number

    def triggers(self, groups: Sequence[str], _tags: Sequence[str]) -> list[Any]:
        """Each is there."""
        from latchkey.crm.contract import Trigger, TriggerKind  # noqa: PLC0415 - as above

        return [Trigger(TriggerKind.STATIC, 1, name, name) for name in groups]

    def contacts(self, _triggers: Sequence[Any], _fields: frozenset[str]) -> Iterator[list[Any]]:
        """Made up page by page."""
        from latchkey.policy.values import Contact  # noqa: PLC0415 - as above

        for start in range(0, self._number, PAGE):
            yield [
                Contact(
                    id=one + 1,
                    contact_type="Individual",
                    display_name=f"Person {one}",
                    email=f"person{one}@example.org",
                    values={"first_name": "Person", "last_name": str(one)},
                )
                for one in range(start, min(start + PAGE, self._number))
            ]

    def holders(self, emails: Sequence[str]) -> Mapping[str, list[int]]:
        """Each address belongs to its one contact."""
        return {one: [int(one.removeprefix("person").partition("@")[0]) + 1] for one in emails}


class Connecting:
    """Opens the endless CRM, and a site without accounts."""

    def __init__(self, number: int) -> None:
        self._number = number

    def crm(self, _connection: Any) -> Any:
        """See Connect."""
        return Endless(self._number)

    def site(self, _connection: Any) -> Any:
        """See Connect."""
        from service.importing.large import Forgetful  # noqa: PLC0415 - as above

        return Forgetful()

    def spec(self, kind: str) -> Any:
        """See Connect."""
        from latchkey.sites.registry import KINDS  # noqa: PLC0415 - as above

        return KINDS[kind]


def _planned(number: int) -> int:
    from django.core.management import call_command  # noqa: PLC0415 - as above

    from latchkey.remote.secrets import Keyring, new_key  # noqa: PLC0415 - as above
    from latchkey.service.installation import Installation  # noqa: PLC0415 - as above
    from latchkey.service.provisioning.assignment import open_assignment  # noqa: PLC0415 - as above
    from latchkey.service.provisioning.planning import plan  # noqa: PLC0415 - as above
    from latchkey.service.provisioning.progress import Silent  # noqa: PLC0415 - as above
    from latchkey.store import plans, runs  # noqa: PLC0415 - as above
    from latchkey.store.clock import now  # noqa: PLC0415 - as above

    call_command("migrate", verbosity=0)
    installation = Installation(
        connect=Connecting(number),
        keyring=Keyring([new_key()]),
        mailer=None,
        now=now,
        random_bytes=secrets.token_bytes,
        chance=lambda: 0.5,
    )
    rule = _rule()
    written = plan(open_assignment(installation, rule), runs.begin(rule), Silent())
    return plans.creations(written)


def _rule() -> Any:
    from latchkey.service.configuration.rules import definition_of, version_of  # noqa: PLC0415 - as above
    from latchkey.service.configuration.schema import RuleTable  # noqa: PLC0415 - as above
    from latchkey.store.models import Connection, Rule  # noqa: PLC0415 - as above

    crm = Connection.objects.create(key=uuid4(), role="crm", name="main", kind="civicrm")
    site = Connection.objects.create(key=uuid4(), role="site", name="www", kind="wordpress")
    table = RuleTable(
        crm="main",
        site="www",
        groups=("Active Members",),
        username="{contact.first_name}.{contact.last_name}",
        roles=("member",),
    )
    definition = definition_of(table)
    version = version_of(definition, crm, site)
    return Rule.objects.create(
        name="members", position=0, crm=crm, site=site, definition=definition, version=version
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
