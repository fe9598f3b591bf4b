"""A Drupal user, as JSON:API writes one, and the Account it is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID

from latchkey.policy.values import Account
from latchkey.sites.drupal.documents import Row, document, listed

USER_TYPE = "user--user"
ROLE_TYPE = "user_role--user_role"
# Text fields by which many sites keep a name; a site has the fields that were added to its users.
FIELDS = ("field_first_name", "field_last_name")
# What an account is beside its fields: a rule gives it by settings of its own, or not at all.
OWN = frozenset(
    {
        "access",
        "changed",
        "created",
        "default_langcode",
        "display_name",
        "drupal_internal__uid",
        "id",
        "init",
        "langcode",
        "login",
        "mail",
        "name",
        "pass",
        "preferred_langcode",
        "roles",
        "status",
        "uid",
        "uuid",
    }
)
NEVER = "1970-01-01T00:00:00+00:00"
OUR_VERSION = 5
# User 1 may do everything, whatever its roles say.
ALMIGHTY = 1
_NEEDED = ("name", "mail", "status")
# Drupal's names for languages that have no plain first part.
_LANGCODES = {
    "nb_NO": "nb",
    "nn_NO": "nn",
    "zh_CN": "zh-hans",
    "zh_HK": "zh-hant",
    "zh_SG": "zh-hans",
    "zh_TW": "zh-hant",
}


def account_from(row: Row, name_of: Callable[[str], str]) -> Account | None:
    """The account that a resource is; None when it lacks what only administrators are shown.

    `name_of` gives the machine name of a role whose UUID comes without it, as before Drupal 9.3.
    """
    attributes = document(row, "attributes")
    if not row.get("id") or any(name not in attributes for name in _NEEDED):
        return None
    almighty = attributes.get("drupal_internal__uid") == ALMIGHTY
    login = str(attributes.get("login") or NEVER)
    return Account(
        id=str(row["id"]),
        username=str(attributes["name"]),
        email=str(attributes["mail"] or ""),
        roles=frozenset(name or name_of(uuid) for uuid, name in roles_in(row)),
        fields=dict(_fields(attributes)),
        language=_text(attributes.get("preferred_langcode")),
        active=bool(attributes["status"]),
        powers=frozenset({"user 1"}) if almighty else frozenset(),
        key=our_key(str(row["id"])),
        last_login=None if login == NEVER else login,
    )


def roles_in(row: Row) -> list[tuple[str, str]]:
    """UUID and machine name of each role; the name is empty where it is not told."""
    given = listed(document(row, "relationships", "roles").get("data"))
    return [
        (str(one.get("id")), str(document(one, "meta").get("drupal_internal__target_id") or ""))
        for one in given
    ]


def our_key(uuid: str) -> UUID | None:
    """The UUID where it can be one of our keys: Drupal's own are of another version."""
    try:
        key = UUID(uuid)
    except ValueError:
        return None
    return key if key.version == OUR_VERSION else None


def uuids_among(texts: Iterable[str]) -> list[str]:
    """Those of the texts that are UUIDs, as Drupal writes them, each once."""
    return sorted({str(key) for key in map(_uuid, texts) if key})


def document_for(
    attributes: Mapping[str, object], *, id_: str | None, roles: Iterable[str] | None
) -> dict[str, object]:
    """What is sent for a user; `roles` are UUIDs, None leaves them as they are."""
    resource: dict[str, object] = {"type": USER_TYPE, "attributes": dict(attributes)}
    if id_:
        resource["id"] = id_
    if roles is not None:
        named = [{"type": ROLE_TYPE, "id": uuid} for uuid in sorted(roles)]
        resource["relationships"] = {"roles": {"data": named}}
    return {"data": resource}


def attributes_for(
    *,
    fields: Mapping[str, str],
    name: str | None = None,
    email: str | None = None,
    password: str | None = None,
    langcode: str | None = None,
    status: bool | None = None,
) -> dict[str, object]:
    """The attributes of a user; None is left out, and Drupal leaves it as it is."""
    given: dict[str, object | None] = {
        "name": name,
        "mail": email,
        "pass": password,
        "status": status,
        "preferred_langcode": langcode,
        **fields,
    }
    return {name: value for name, value in given.items() if value is not None}


def langcodes_for(language: str | None) -> tuple[str, ...]:
    """Drupal's names for a language such as pt_BR, the closest first."""
    if not language:
        return ()
    name = language.replace("-", "_")
    if name in _LANGCODES:
        return (_LANGCODES[name],)
    whole = name.replace("_", "-").lower()
    return tuple(dict.fromkeys((whole, whole.partition("-")[0])))


def _fields(attributes: Row) -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        text = None if name in OWN else _text(value)
        if text is not None:
            yield name, text


def _text(value: object) -> str | None:
    """A value as a rule would give it; None for what no line of text can be."""
    match value:
        case bool():
            return str(int(value))
        case str() | int() | float():
            return str(value)
        case {"value": inner}:
            return _text(inner)
        case _:
            return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
