"""A site and its CRM, opened together: for work that goes by site and not by rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latchkey.crm.contract import Crm
from latchkey.policy.values import Account, Link
from latchkey.remote.errors import RejectedError, RemoteError, SiteError
from latchkey.service.installation import Installation
from latchkey.service.provisioning.talking import talking_to
from latchkey.sites.contract import Site
from latchkey.store import accounts, rules
from latchkey.store.accounts import Known
from latchkey.store.models import Connection


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends. The links are UFMatch rows where the site hosts the CRM, else our own records."""

    site_row: Connection
    crm_row: Connection
    site: Site
    crm: Crm

    @property
    def hosted(self) -> bool:
        """Whether the site hosts the CRM."""
        return self.site_row.hosts_crm_id == self.crm_row.pk

    def owners(self, account_ids: Sequence[str]) -> dict[str, int]:
        """Contacts by account id; the unlinked are absent."""
        if not account_ids:
            return {}
        if not self.hosted:
            return accounts.owners(self.site_row, self.crm_row, account_ids)
        with talking_to(self.crm_row):
            links = self.crm.links(account_ids=account_ids)
        return {link.account_id: link.contact_id for link in links}

    def owned_elsewhere(self, account_ids: Sequence[str]) -> dict[str, str]:
        """The accounts that belong to a contact of another CRM, with that contact in words."""
        if not account_ids:
            return {}
        return accounts.owned_elsewhere(self.site_row, self.crm_row, account_ids)

    def accounts_of(self, contact_ids: Sequence[int]) -> dict[int, str]:
        """Account ids by contact; the unlinked are absent."""
        if not contact_ids:
            return {}
        if not self.hosted:
            return accounts.links(self.site_row, self.crm_row, contact_ids)
        with talking_to(self.crm_row):
            links = self.crm.links(contact_ids=contact_ids)
        return {link.contact_id: link.account_id for link in links}

    def link(self, wanted: Sequence[tuple[Account, int]]) -> list[RemoteError | None]:
        """Link each account to the contact; what went wrong with each, in order.

        An account of another CRM's contact is left to that one.
        """
        others = self.owned_elsewhere([account.id for account, _ in wanted])
        free = [pair for pair in wanted if pair[0].id not in others]
        errors = iter(self._link(free))
        return [
            RejectedError(f"Account {account.username} belongs to {others[account.id]}.")
            if account.id in others
            else next(errors)
            for account, _ in wanted
        ]

    def _link(self, wanted: Sequence[tuple[Account, int]]) -> list[RemoteError | None]:
        outcomes: Sequence[object] = [None] * len(wanted)
        if self.hosted and wanted:
            found = self._rows([account.id for account, _ in wanted])
            links = [Link(i, account.id, found.get(account.id)) for account, i in wanted]
            addresses = {account.id: account.email for account, _ in wanted}
            with talking_to(self.crm_row):
                outcomes = self.crm.save_links(links, addresses)
        errors = [one if isinstance(one, RemoteError) else None for one in outcomes]
        done = [pair for pair, error in zip(wanted, errors, strict=True) if error is None]
        accounts.record(
            self.site_row,
            self.crm_row,
            [Known(account, i, frozenset(), created_by_us=False) for account, i in done],
        )
        return errors

    def _rows(self, account_ids: Sequence[str]) -> Mapping[str, int | None]:
        with talking_to(self.crm_row):
            return {link.account_id: link.id for link in self.crm.links(account_ids=account_ids)}


def open_ends(installation: Installation, site_row: Connection) -> Ends:
    """The site with the CRM that it hosts, else the one whose rules lead to it.

    SiteError when it cannot be told which CRM that is.
    """
    crm_row = site_row.hosts_crm or _crm_of_rules(site_row)
    with talking_to(site_row):
        site = installation.connect.site(site_row)
    with talking_to(crm_row):
        crm = installation.connect.crm(crm_row)
    return Ends(site_row, crm_row, site, crm)


def _crm_of_rules(site_row: Connection) -> Connection:
    crms = {rule.crm_id: rule.crm for rule in rules.every() if rule.site_id == site_row.pk}
    if len(crms) != 1:
        raise SiteError(
            f"{site_row} hosts no CRM, and its rules read from {len(crms)} of them. Say which one "
            "it hosts (hosts_crm), or give it a rule."
        )
    return next(iter(crms.values()))
