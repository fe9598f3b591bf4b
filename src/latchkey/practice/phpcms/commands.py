"""The commands of the script, carried out on the practice file; committed before they answer."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from latchkey.practice import database
from latchkey.practice.phpcms import checks, letters
from latchkey.practice.phpcms.checks import Refusal
from latchkey.practice.phpcms.users import FIELDS, LANGUAGES, ROLES, NewUser, User, Users
from latchkey.practice.wordpress.passwords import hashed

MOST = 500
FIRST = "everything, as user 1"
Asked = Mapping[str, Any]
Answer = dict[str, Any]


class Commands:
    """What one site can be asked; links in mails begin with `uri`."""

    def __init__(self, cms: str, uri: str) -> None:
        self._cms = cms
        self._uri = uri.rstrip("/")

    def answer(self, asked: object) -> Answer:
        """What the script would answer to this line."""
        if not isinstance(asked, dict):
            return {"ref": None, "ok": False, "error": "bad_line"}
        ref = asked.get("ref")
        try:
            with database.transaction() as db:
                return {"ref": ref, "ok": True, **self._carried_out(db, asked)}
        except Refusal as refusal:
            return {"ref": ref, "ok": False, "error": refusal.code, **refusal.details}

    def _carried_out(self, db: sqlite3.Connection, asked: Asked) -> Answer:
        users = Users(db, self._cms)
        op = asked.get("op")
        if op in _OF_USERS:
            return _OF_USERS[op](users, asked)
        match op:
            case "about":
                return self._about()
            case "tell":
                return self._told(db, users, asked)
            case "link":
                return {"link": letters.link(self._uri, _linkable(users, asked))}
            case _:
                raise Refusal("unknown_command")

    def _about(self) -> Answer:
        return {
            "site": self._uri,
            "password_page": f"{self._uri}/user/password",
            "roles": dict(ROLES),
            "fields": list(FIELDS),
            "languages": list(LANGUAGES),
            "user": "www-data",
        }

    def _told(self, db: sqlite3.Connection, users: Users, asked: Asked) -> Answer:
        user = _user(users, asked)
        letter = asked.get("letter") or letters.usual(user)
        if letter not in letters.LETTERS:
            raise Refusal("unknown_letter")
        if not user.status:
            raise Refusal("blocked")
        if database.switch(db, f"{self._cms}_mail_off", default=False):
            raise Refusal("mail_off", what=letter)
        if database.switch(db, f"{self._cms}_mail_fails", default=False):
            raise Refusal("mail_failed", what=letter)
        letters.send(db, self._cms, self._uri, user, letter)
        return {"letter": letter}


def row(user: User) -> Answer:
    """A user as the script shows one."""
    powers = [FIRST] if user.uid == 1 else []
    powers += [power for role in user.roles for power in ROLES[role]]
    return {
        "id": user.uid,
        "name": user.name,
        "mail": user.mail,
        "active": user.status,
        "roles": list(user.roles),
        "powers": list(dict.fromkeys(powers)),
        "fields": dict(user.fields),
        "language": user.language or None,
        "login": user.login,
    }


def _found(users: Users, asked: Asked) -> Answer:
    uids = [int(uid) for uid in asked.get("ids", ())]
    uids += users.having("mail", asked.get("mails", ()))
    uids += users.having("name", asked.get("names", ()))
    return {"accounts": [row(user) for user in users.those(uids)]}


def _listed(users: Users, asked: Asked) -> Answer:
    count = min(MOST, max(1, int(asked.get("count", MOST))))
    uids = users.after(int(asked.get("after", 0)), count)
    last = uids[-1] if len(uids) == count else None
    return {"accounts": [row(user) for user in users.those(uids)], "last": last}


def _created(users: Users, asked: Asked) -> Answer:
    new = NewUser(
        name=checks.name(str(asked.get("name", ""))),
        mail=checks.mail(str(asked.get("mail", ""))),
        fields=checks.fields(asked.get("fields") or {}),
        password=checks.password(str(asked.get("password", ""))),
        roles=checks.roles(asked.get("roles") or ()),
        language=checks.language(asked.get("languages") or ()),
    )
    _refuse_taken(users, "mail", new.mail)
    _refuse_taken(users, "name", new.name)
    return _one(users, users.insert(new))


def _updated(users: Users, asked: Asked) -> Answer:
    uid = _user(users, asked).uid
    if uid == 1:
        raise Refusal("protected_user")
    fields = checks.fields(asked.get("fields") or {})
    columns: dict[str, Any] = {}
    if "password" in asked:
        columns["password"] = hashed(checks.password(str(asked["password"])))
    roles = checks.roles(asked["roles"]) if "roles" in asked else None
    if language := checks.language(asked.get("languages") or ()):
        columns["language"] = language
    if "mail" in asked:
        columns["mail"] = checks.mail(str(asked["mail"]))
        _refuse_taken(users, "mail", columns["mail"], but=uid)
    if "active" in asked:
        columns["status"] = int(bool(asked["active"]))
    users.change(uid, columns)
    users.set_fields(uid, fields)
    if roles is not None:
        users.set_roles(uid, roles)
    return _one(users, uid)


def _refuse_taken(users: Users, column: str, value: str, but: int = 0) -> None:
    if (taken := checks.free(users, column, value, but)) is not None:
        raise Refusal(f"duplicate_{column}", **_one(users, taken))


def _one(users: Users, uid: int) -> Answer:
    return {"account": row(users.those([uid])[0])}


def _user(users: Users, asked: Asked) -> User:
    user = users.one(int(asked.get("id") or 0))
    if user is None:
        raise Refusal("no_such_user")
    return user


def _linkable(users: Users, asked: Asked) -> User:
    user = _user(users, asked)
    if not user.status or user.uid == 1:
        raise Refusal("protected_user" if user.status else "blocked")
    return user


_OF_USERS: Mapping[object, Callable[[Users, Asked], Answer]] = {
    "find": _found,
    "list": _listed,
    "create": _created,
    "update": _updated,
}
