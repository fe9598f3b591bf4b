"""The rows that a document makes, not yet stored, each with what it changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from latchkey.remote.http import is_loopback
from latchkey.remote.secrets import Keyring, KeyringError
from latchkey.service.configuration.credentials import STORED, Credential, Host, resolve
from latchkey.service.configuration.differences import Difference, difference
from latchkey.service.configuration.problems import Problem
from latchkey.service.configuration.rules import definition_of, version_of
from latchkey.service.configuration.schema import CrmTable, RuleTable, SiteTable
from latchkey.service.configuration.tables import connection_table, rule_table
from latchkey.sites.registry import KINDS
from latchkey.store import connections
from latchkey.store.models import Connection, Rule

CRM_SECRETS = ("api_key", "site_key", "hook_secret", "hook_token")
SITE_SETTINGS = ("users_to_contacts", "email_changes")
AnyConnectionTable = CrmTable | SiteTable


@dataclass(frozen=True, slots=True)
class Prepared:
    """A connection ready to be stored. `before` is None where it is new."""

    row: Connection
    before: Connection | None
    difference: Difference


@dataclass(frozen=True, slots=True)
class PreparedRule:
    """A rule ready to be stored. `before` is None where it is new."""

    row: Rule
    before: Rule | None
    difference: Difference


class Preparing:
    """Makes rows out of tables; collects in `problems` what stands against it."""

    def __init__(
        self, stored: list[Connection], keyring: Keyring, host: Host, *, practice: bool
    ) -> None:
        self.problems: list[Problem] = []
        self._by_key = {row.key: row for row in stored}
        self._by_name = {(row.role, row.name): row for row in stored}
        self._keyring = keyring
        self._host = host
        self._practice = practice

    def connection(
        self, role: Connection.Role, name: str, table: AnyConnectionTable, hosts: Connection | None
    ) -> Prepared | None:
        """The row of a connection, None when something stands against it."""
        where = f"{role}.{name}"
        found = len(self.problems)
        before = self._before(where, role, name, table)
        kept = self._kept(before)
        given = dict(self._credentials(where, table, before, kept))
        if len(self.problems) > found:
            return None
        row = Connection(
            key=before.key if before else table.key or uuid4(),
            role=role,
            name=name,
            kind=table.kind,
            url=table.url,
            settings=_settings(table),
            references={n: one.reference for n, one in given.items() if one.reference},
            connections=table.connections,
            allow_http=table.allow_http,
            hosts_crm=hosts,
            practice=self._practice or _stays_practice(before, table),
            mails_per_minute=table.mails_per_minute if isinstance(table, SiteTable) else None,
        )
        fresh = [n for n, one in given.items() if n not in kept or kept[n].secret != one.secret]
        self._seal(row, given, before, fresh)
        earlier = connection_table(before) if before else None
        changes = difference(where, earlier, connection_table(row), fresh)
        return Prepared(row, before, changes)

    def _before(
        self, where: str, role: Connection.Role, name: str, table: AnyConnectionTable
    ) -> Connection | None:
        namesake = self._by_name.get((role, name))
        before = namesake if table.key is None else self._by_key.get(table.key)
        if namesake is not None and before is not namesake:
            self._refuse(
                f"{where}.key",
                f"another connection of this name is stored, with the key {namesake.key}; the "
                "accounts it knows belong to that key. Leave the key out, or take another name.",
            )
        elif before is not None and before.role != role:
            self._refuse(f"{where}.key", f"this is the key of {before}; leave it out.")
        elif before is not None and before.kind != table.kind:
            self._refuse(
                f"{where}.kind",
                f"it is stored as {before.kind}, and its accounts are of that kind; "
                "give the new one another name and leave the key out.",
            )
        return before

    def _kept(self, before: Connection | None) -> dict[str, Credential]:
        if before is None:
            return {}
        try:
            secrets = connections.unseal(before, self._keyring)
        except KeyringError:
            return {}
        return {
            name: Credential(secret, before.references.get(name, ""))
            for name, secret in secrets.items()
        }

    def _credentials(
        self,
        where: str,
        table: AnyConnectionTable,
        before: Connection | None,
        kept: Mapping[str, Credential],
    ) -> Iterator[tuple[str, Credential]]:
        for name, written in _written_secrets(table).items():
            if written == STORED and before and name in before.sealed and name not in kept:
                self._refuse(
                    f"{where}.{name}",
                    "what is stored cannot be decrypted with the keys in use; "
                    "write the credential again.",
                )
                continue
            try:
                yield name, resolve(written, self._host, kept.get(name))
            except ValueError as error:
                self._refuse(f"{where}.{name}", str(error))

    def _seal(
        self,
        row: Connection,
        given: Mapping[str, Credential],
        before: Connection | None,
        fresh: list[str],
    ) -> None:
        connections.seal(row, {name: given[name].secret for name in fresh}, self._keyring)
        if before is not None:
            unchanged = (name for name in given if name not in fresh)
            row.sealed |= {name: before.sealed[name] for name in unchanged}

    def _refuse(self, where: str, sentence: str) -> None:
        self.problems.append(Problem(where, sentence))


def prepare_rule(
    name: str,
    position: int,
    table: RuleTable,
    ends: tuple[Connection, Connection],
    before: Rule | None,
) -> PreparedRule:
    """The row of a rule between the CRM and the site that are its `ends`."""
    crm, site = ends
    definition = definition_of(table)
    row = Rule(
        name=name,
        position=position,
        crm=crm,
        site=site,
        enabled=table.enabled,
        definition=definition,
        version=version_of(definition, crm, site),
    )
    earlier = rule_table(before) if before else None
    return PreparedRule(row, before, difference(f"rule.{name}", earlier, rule_table(row)))


def _written_secrets(table: AnyConnectionTable) -> dict[str, str]:
    if isinstance(table, CrmTable):
        written = {name: getattr(table, name) for name in CRM_SECRETS}
        return {name: value for name, value in written.items() if value is not None}
    secret = {setting.name for setting in KINDS[table.kind].settings if setting.secret}
    return {name: value.strip() for name, value in table.own.items() if name in secret}


def _settings(table: AnyConnectionTable) -> dict[str, str]:
    if isinstance(table, CrmTable):
        return {}
    secrets = _written_secrets(table)
    own = {name: value.strip() for name, value in table.own.items() if name not in secrets}
    return own | {name: str(getattr(table, name)) for name in SITE_SETTINGS}


def _stays_practice(before: Connection | None, table: AnyConnectionTable) -> bool:
    """A connection that the demo made stays one while it leads to this machine."""
    return (
        before is not None and before.practice and is_loopback(urlsplit(table.url).hostname or "")
    )


def ends_of(
    table: RuleTable, by_name: Mapping[tuple[str, str], Connection]
) -> tuple[Connection, Connection] | None:
    """The CRM and the site that the rule names, None while one of them is not there."""
    crm = by_name.get((Connection.Role.CRM, table.crm))
    site = by_name.get((Connection.Role.SITE, table.site))
    return (crm, site) if crm is not None and site is not None else None
