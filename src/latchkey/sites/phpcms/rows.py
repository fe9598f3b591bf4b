"""An account as the script writes one, and the Account it is."""

from collections.abc import Mapping
from datetime import UTC, datetime

from latchkey.policy.values import Account

# Drupal parts Chinese by its writing, CiviCRM by the country.
_WRITINGS = {"zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant"}


def account_from(row: object) -> Account | None:
    """The account that a row is; None when it is not one."""
    match row:
        case {
            "id": int(id_),
            "name": str(name),
            "mail": str(mail),
            "active": bool(active),
            "roles": list(roles),
            "powers": list(powers),
            **rest,
        }:
            return Account(
                id=str(id_),
                username=name,
                email=mail,
                roles=frozenset(map(str, roles)),
                fields=_texts(rest.get("fields")),
                language=_text(rest.get("language")),
                active=active,
                powers=frozenset(map(str, powers)),
                last_login=_moment(rest.get("login")),
            )
        case _:
            return None


def languages_for(language: str | None) -> list[str]:
    """What the CMS may call a language such as fr_FR, the closest first."""
    if not language:
        return []
    code = language.replace("_", "-").lower()
    names = [code, _WRITINGS.get(code, ""), code.partition("-")[0]]
    return list(dict.fromkeys(name for name in names if name))


def _texts(fields: object) -> Mapping[str, str]:
    if not isinstance(fields, dict):
        return {}
    return {str(name): str(value) for name, value in fields.items()}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _moment(login: object) -> str | None:
    """0 is somebody who has never logged in."""
    if not isinstance(login, int) or login <= 0:
        return None
    try:
        return datetime.fromtimestamp(login, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return None
