"""The practice Drupal as a laboratory: set up, sent what was recorded, and compared."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latchkey.practice.drupal import PASSWORD, SERVICE
from latchkey.practice.drupal.callers import COOKIE
from latchkey.practice.drupal.seeding import GUEST
from practice.browsing import Reply, basic, send
from practice.drupal.scenes import Person, Scene

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
TYPED = "a-Long-enough-1"
SITE = "http://the-site"
_SITES = re.compile(r"http://127\.0\.0\.1:\d+")
_MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"), "a moment"),
    (re.compile(r"/user/(reset/)?\d+(?![0-9a-f-])"), "/user/number"),
    (re.compile(r"item--\w+"), "an item"),
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBERS = ("uid", "drupal_internal__uid")
_TOKENS = ("csrf_token", "logout_token")
DEFAULTS: Mapping[str, Any] = {
    "ignores_case": True,
    "mail_transport": True,
    "register": "visitors",
    "rest_register": True,
    "languages": ["de", "en", "fr"],
}


@dataclass(slots=True)
class Lab:
    """One practice Drupal, for one recording after the other."""

    url: str
    numbers: dict[str, int] = field(default_factory=dict)

    def set_up(self, scene: Scene) -> None:
        """Make it so, from any situation before."""
        self.turn(remove_accounts=True, end_sessions=True, forget_failures=True, **DEFAULTS)
        for person in scene.people:
            self._add(person)
        self.turn(**scene.switches)
        accounts = json.loads(self.ask("GET", "/practice/control").text)["accounts"]
        self.numbers = {one["name"]: one["uid"] for one in accounts}
        if scene.activated:
            self._activate(scene.people[0])

    def turn(self, **switches: Any) -> None:
        reply = self.ask("POST", "/practice/control", switches)
        assert reply.status == 200, reply.text

    def ask(self, method: str, address: str, body: Any = None, **headers: str) -> Reply:
        text = None if body is None else json.dumps(body)
        return send(self.url, method, address, text, {**JSON, **headers})

    def replayed(self, request: Mapping[str, Any], scene: Scene) -> Reply:
        """Send what was recorded, with this laboratory's secrets and numbers."""
        headers = {**request["headers"], **self._credential(request["headers"], scene)}
        address = _SITES.sub("", request["url"])
        if scene.follows:
            address = self._link_to(scene.people[0])
        if scene.numbered:
            address = f"/user/{self.numbers[scene.numbered]}?_format=json"
        body = request.get("body")
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        typed = "wrong" if scene.credential == "wrong" else scene.typed or TYPED
        if text is not None:
            text = text.replace("PLACEHOLDER", typed).replace("svc_prov", SERVICE)
        return send(self.url, request["method"], address, text, headers)

    def _credential(self, sent: Mapping[str, str], scene: Scene) -> dict[str, str]:
        if "Authorization" in sent:
            name = GUEST if "svc_none" in sent["Authorization"] else SERVICE
            if scene.credential == "blocked":
                for _ in range(5):
                    self.ask("GET", "/jsonapi", None, **basic(name, "wrong"))
            return basic(name, "wrong" if scene.credential == "wrong" else PASSWORD)
        if "Cookie" not in sent:
            return {}
        given = self._session()
        if scene.credential == "dead":
            self.turn(end_sessions=True)
        if scene.credential == "bad token":
            given["X-CSRF-Token"] = "not the one"
        return {name: value for name, value in given.items() if name in sent}

    def _session(self) -> dict[str, str]:
        reply = self.ask("POST", "/user/login?_format=json", {"name": SERVICE, "pass": PASSWORD})
        cookie = reply.headers["set-cookie"].partition(";")[0]
        assert cookie.startswith(COOKIE)
        return {"Cookie": cookie, "X-CSRF-Token": reply.json()["csrf_token"]}

    def _add(self, person: Person) -> None:
        values = {
            "name": person.name,
            "mail": person.mail,
            "pass": TYPED,
            "status": person.status,
            "preferred_langcode": person.langcode,
            "init": person.init,
            "uuid": person.uuid,
            **person.fields,
        }
        body: dict[str, Any] = {n: [{"value": v}] for n, v in values.items() if v is not None}
        body["roles"] = [{"target_id": role} for role in person.roles]
        reply = self.ask("POST", "/entity/user?_format=json", body, **basic(SERVICE, PASSWORD))
        assert reply.status == 201, reply.text

    def _activate(self, person: Person) -> None:
        body = [{"value": True}]
        address = f"/user/{self.numbers[person.name]}?_format=json"
        given = basic(SERVICE, PASSWORD)
        assert self.ask("PATCH", address, {"status": body}, **given).status == 200

    def _link_to(self, person: Person) -> str:
        mails = json.loads(self.ask("GET", f"/mailbox/messages.json?to={person.mail}").text)
        link = re.search(r"https?://\S+", mails[-1]["text"])
        assert link is not None
        return link.group().removeprefix(self.url)


def comparable(value: Any, known: frozenset[str]) -> Any:
    """A body without what no two installations share; `known` UUIDs are compared."""
    match value:
        case str():
            return _masked(value, known)
        case list():
            return [comparable(one, known) for one in value]
        case dict():
            return {
                _masked(name, known) if not name.startswith("item--") else name[:6]: "a number"
                if name in _NUMBERS
                else "a token"
                if name in _TOKENS
                else comparable(one, known)
                for name, one in value.items()
            }
        case _:
            return value


def uuids_in(text: str) -> frozenset[str]:
    return frozenset(_UUID.findall(text))


def _masked(text: str, known: frozenset[str]) -> str:
    text = _SITES.sub(SITE, text).replace("Lab2 Drupal", "Practice Drupal")
    text = text.replace("svc_prov", SERVICE)
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return _UUID.sub(lambda found: found[0] if found[0] in known else "a UUID", text)
