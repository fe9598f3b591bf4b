"""A Moodle user, as the web services show and take one, and the Account it is."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

from latchkey.policy.values import Account, NewAccount

# Those of the fields that can be set which a look-up shows again.
FIELDS = (
    "firstname",
    "lastname",
    "institution",
    "department",
    "city",
    "country",
    "address",
    "phone1",
    "phone2",
)
NEEDED = ("id", "username", "email")
NO_NAME = "-"  # Moodle takes neither an empty first name nor an empty last name
FIRST_ADMINISTRATOR = "2"  # whom the installer makes; the guest is 1
POWER = frozenset({"site administrator, or protected"})
ALWAYS_THERE = "en"


def account_from(
    user: Mapping[str, object], roles: frozenset[str], protected: frozenset[str]
) -> Account:
    """The account that a user is. `user` has what NEEDED names."""
    id_, username = str(user["id"]), str(user["username"])
    powerful = id_ == FIRST_ADMINISTRATOR or username in protected
    return Account(
        id=id_,
        username=username,
        email=str(user["email"]),
        roles=roles,
        fields=_fields(user),
        language=str(user["lang"]) if user.get("lang") else None,
        active=not user.get("suspended"),
        powers=POWER if powerful else frozenset(),
        key=_key(user.get("idnumber")),
        last_login=_moment(user.get("lastaccess")),
    )


def body_of(account: NewAccount, language: str | None) -> dict[str, object]:
    """What is sent for a user to be made.

    Never with `createpassword`, which mails a password (recording
    create_ok_createpassword_customfield). Names that are missing are filled in.
    """
    names = {name: account.fields.get(name, "").strip() for name in ("firstname", "lastname")}
    if not any(names.values()):
        names["firstname"] = account.username
    body: dict[str, object] = {
        "username": account.username.lower(),
        "email": account.email,
        "password": account.password,
        "auth": "manual",
        **sorted_fields(account.fields),
        **{name: given or NO_NAME for name, given in names.items()},
    }
    if account.key:
        body["idnumber"] = account.key
    if language:
        body["lang"] = language
    return body


def sorted_fields(fields: Mapping[str, str]) -> dict[str, object]:
    """The fields as Moodle takes them: what is not its own is a custom profile field."""
    body: dict[str, object] = {name: fields[name] for name in FIELDS if name in fields}
    custom = [{"type": name, "value": fields[name]} for name in custom_fields(fields)]
    return {**body, **({"customfields": custom} if custom else {})}


def custom_fields(fields: Iterable[str]) -> list[str]:
    """The names that Moodle knows, if at all, as custom profile fields."""
    return sorted(set(fields) - set(FIELDS))


def languages_for(language: str | None) -> list[str]:
    """Moodle's names for a language such as pt_BR, the most precise one first."""
    if not language:
        return []
    name = language.replace("-", "_").lower()
    return list(dict.fromkeys((name, name.partition("_")[0])))


def _fields(user: Mapping[str, object]) -> dict[str, str]:
    own = {name: unescape(str(user[name])) for name in FIELDS if user.get(name)}
    custom = user.get("customfields")
    given = [one for one in custom if isinstance(one, dict)] if isinstance(custom, list) else []
    return {
        **{str(one.get("shortname")): unescape(str(one.get("value"))) for one in given},
        **own,
    }


def _key(idnumber: object) -> UUID | None:
    try:
        return UUID(str(idnumber))
    except ValueError:
        return None


def _moment(seconds: object) -> str | None:
    if not isinstance(seconds, int) or seconds <= 0:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat()
