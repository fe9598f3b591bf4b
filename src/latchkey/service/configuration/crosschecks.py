"""What the tables of a file say about each other, and about the kinds of site: no network."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from latchkey.policy.roles import privileged_among
from latchkey.policy.rules import Notify
from latchkey.service.configuration.document import Document
from latchkey.service.configuration.problems import Problem, nearest
from latchkey.service.configuration.schema import RuleTable
from latchkey.sites.contract import Spec, Support
from latchkey.sites.registry import KINDS


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name: its own connections, and those that are stored already."""

    crms: frozenset[str]
    site_kinds: Mapping[str, str]


def crosscheck(document: Document, known: Known) -> Iterator[Problem]:
    """Everything that is wrong between the tables."""
    yield from _about_hosts(document, known)
    yield from _about_keys(document)
    for name, rule in document.rules.items():
        yield from _about_rule(f"rule.{name}", rule, known)


def _about_hosts(document: Document, known: Known) -> Iterator[Problem]:
    hosted = Counter(site.hosts_crm for site in document.sites.values())
    for name, site in document.sites.items():
        place = f"site.{name}.hosts_crm"
        if site.hosts_crm is None:
            continue
        if site.hosts_crm not in known.crms:
            advice = nearest(site.hosts_crm, known.crms)
            yield Problem(place, f"there is no crm {site.hosts_crm!r}; {advice}")
        elif hosted[site.hosts_crm] > 1:
            yield Problem(
                place, f"more than one site hosts {site.hosts_crm}; a CRM runs in one of them."
            )


def _about_keys(document: Document) -> Iterator[Problem]:
    tables = [(f"crm.{name}", table.key) for name, table in document.crms.items()]
    tables += [(f"site.{name}", table.key) for name, table in document.sites.items()]
    uses = Counter(key for _, key in tables if key is not None)
    for where, key in tables:
        if key is not None and uses[key] > 1:
            yield Problem(
                f"{where}.key", "another connection has the same key; leave it out of the new one."
            )


def _about_rule(where: str, rule: RuleTable, known: Known) -> Iterator[Problem]:
    if rule.crm not in known.crms:
        advice = nearest(rule.crm, known.crms)
        yield Problem(f"{where}.crm", f"there is no crm {rule.crm!r}; {advice}")
    if rule.site not in known.site_kinds:
        advice = nearest(rule.site, known.site_kinds)
        yield Problem(f"{where}.site", f"there is no site {rule.site!r}; {advice}")
        return
    spec = KINDS[known.site_kinds[rule.site]]
    yield from _about_roles(where, rule, spec)
    yield from _about_fields(where, rule, spec)
    if rule.notify is Notify.SITE and spec.capabilities.own_mail is Support.NONE:
        yield Problem(f"{where}.notify", f'{spec.label} sends no mail; write "latchkey".')


def _about_roles(where: str, rule: RuleTable, spec: Spec) -> Iterator[Problem]:
    if rule.roles and spec.capabilities.roles is Support.NONE:
        yield Problem(f"{where}.roles", f"{spec.label} has no roles; leave the key out.")
    for role in privileged_among(rule.roles, spec.privileged):
        yield Problem(
            f"{where}.roles",
            f"{role!r} is a privileged role, which Latchkey never gives; give it by hand.",
        )


def _about_fields(where: str, rule: RuleTable, spec: Spec) -> Iterator[Problem]:
    if spec.capabilities.any_field:
        return
    for name in rule.fields:
        if name not in spec.capabilities.fields:
            advice = nearest(name, spec.capabilities.fields)
            yield Problem(
                f"{where}.fields.{name}", f"an account on {spec.label} has no such field; {advice}"
            )
