"""From the token fields of a rule to the fields that API v4 is asked for."""

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from latchkey.crm.civicrm.proof import Proven
from latchkey.remote.civicrm.answers import Asked, Row, Unsupported, id_of, require
from latchkey.remote.civicrm.api import Api

CUSTOM = re.compile(r"custom_(?P<id>\d+)(?P<rest>(?::\w+)?)")
DOMAIN = "domain."
LINKED_ACCOUNT = "uf.uf_id"

ALWAYS = (
    "id",
    "contact_type",
    "display_name",
    "email_primary.email",
    "email_primary.on_hold",
    "is_deceased",
    "is_deleted",
    "do_not_email",
    "preferred_language",
    "modified_date",
    LINKED_ACCOUNT,
)
# Rows of the other types come without these, where the type is asked for, too
# (Civi/Api4/Utils/FormattingUtil.php, contactFieldsToRemove; seen in 5.77).
OF_TYPE: Mapping[str, frozenset[str]] = {
    "Individual": frozenset(
        {"first_name", "middle_name", "last_name", "prefix_id", "suffix_id", "formal_title"}
        | {"job_title", "gender_id", "birth_date", "is_deceased", "deceased_date", "employer_id"}
    ),
    "Household": frozenset({"household_name", "primary_contact_id"}),
    "Organization": frozenset({"organization_name", "legal_name", "sic_code"}),
}
OF_DOMAIN_ITSELF = frozenset({"name", "id", "description"})
PRIMARY_OF_DOMAIN = {"email": "email_primary.email", "phone": "phone_primary.phone"}

# Where CiviCRM has no `email_primary` yet, a join of that name gives the same keys.
PRIMARY_JOINS: Mapping[str, list[object]] = {
    f"{name}_primary": [
        f"{entity} AS {name}_primary",
        "LEFT",
        ["id", "=", f"{name}_primary.contact_id"],
        [f"{name}_primary.is_primary", "=", True],
    ]
    for name, entity in (("email", "Email"), ("phone", "Phone"), ("address", "Address"))
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of CiviCRM for some token fields, and how they are got out of a row.

    `of_contact` gives the API's name for each token field; `of_domain` what is the same for
    every contact.
    """

    of_contact: Mapping[str, str]
    of_domain: Mapping[str, object] = field(default_factory=dict)

    @property
    def select(self) -> list[str]:
        """The fields to ask for, each once."""
        return list(dict.fromkeys((*ALWAYS, *sorted(self.of_contact.values()))))

    def values(self, row: Row) -> dict[str, object]:
        """The token fields of one contact."""
        return {name: row[asked] for name, asked in self.of_contact.items()} | dict(self.of_domain)


def joins(select: Iterable[str], proven: Proven, *, explicit_primary: bool) -> list[list[object]]:
    """The joins that these fields need."""
    link: list[object] = ["UFMatch AS uf", "LEFT", ["id", "=", "uf.contact_id"]]
    if proven.domain_id is not None:
        link.append(["uf.domain_id", "=", proven.domain_id])
    if not explicit_primary:
        return [link]
    named = {name.split(".")[0] for name in select}
    return [link, *(join for alias, join in PRIMARY_JOINS.items() if alias in named)]


def whole(row: Row, select: Iterable[str]) -> Row:
    """The row with None for what contacts of its type do not have."""
    own = row.get("contact_type")
    foreign = frozenset().union(*(names for type_, names in OF_TYPE.items() if type_ != own))
    return {name: None for name in select if name.partition(":")[0] in foreign} | dict(row)


class CustomFields:
    """API v4's names of custom fields, each looked up once."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._names: dict[int, str] = {}
        self._lock = threading.Lock()

    def names(self, fields: Iterable[str]) -> dict[str, str]:
        """The API's name for each of the fields. SiteError when a custom field does not exist."""
        parts = {name: CUSTOM.fullmatch(name) for name in fields}
        ids = {int(match["id"]) for match in parts.values() if match}
        with self._lock:
            self._learn(ids - self._names.keys())
            return {
                name: self._names[int(match["id"])] + match["rest"] if match else name
                for name, match in parts.items()
            }

    def _learn(self, ids: set[int]) -> None:
        if not ids:
            return
        select = ["id", "name", "custom_group_id.name"]
        where = [["id", "IN", sorted(ids)], ["is_active", "=", True]]
        rows = self._api.call("CustomField", "get", {"select": select, "where": where}).rows
        require(rows, select, Asked("CustomField", "get", reads=True))
        for row in rows:
            self._names[id_of(row)] = f"{row['custom_group_id.name']}.{row['name']}"
        unknown = ", ".join(f"custom_{id_}" for id_ in sorted(ids - self._names.keys()))
        if unknown:
            raise Unsupported(
                f"CiviCRM shows no custom field {unknown}: take it out of the rule, or give the "
                'API key the permission "access all custom data".'
            )


def domain_field(name: str) -> tuple[str, str]:
    """Where a field of the domain lies: ("domain" or "contact", the API's name there)."""
    plain, colon, suffix = name.removeprefix(DOMAIN).partition(":")
    if plain in OF_DOMAIN_ITSELF:
        return "domain", plain
    inner = PRIMARY_OF_DOMAIN.get(plain, f"address_primary.{plain}")
    return "contact", inner + colon + suffix
