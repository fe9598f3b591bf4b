"""A program and a browser of the standard library, so that no client's manners get in between."""

import base64
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from fakes.practice import API_KEY, APP_PASSWORD, RunningPractice

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, headers by their lower-case names."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


def send(
    url: str, method: str, address: str, body: str | None, headers: Mapping[str, str]
) -> Reply:
    """One request on a connection of its own; redirections are not followed."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        line.request(method, address, body, dict(headers))
        response = line.getresponse()
        text = response.read().decode()
    finally:
        line.close()
    return Reply(response.status, {n.lower(): v for n, v in response.getheaders()}, text)


def basic(username: str, password: str) -> dict[str, str]:
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


@dataclass(frozen=True, slots=True)
class Program:
    """A program with an application password; an empty username is nobody."""

    url: str
    username: str
    password: str = APP_PASSWORD

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """A REST request; `path` begins after /wp-json."""
        text = None if body is None else json.dumps(body)
        known = basic(self.username, self.password) if self.username else {}
        return send(self.url, method, f"/wp-json{path}", text, {**JSON, **known, **headers})

    def create(self, login: str, **more: Any) -> Reply:
        """An account named `login` at example.org."""
        account = {"username": login, "email": f"{login}@example.org", "password": "a-Long-1"}
        return self.ask("POST", "/wp/v2/users", {**account, **more})

    def batch(self, *requests: Mapping[str, Any], **more: Any) -> Reply:
        return self.ask("POST", "/batch/v1", {"requests": list(requests), **more})

    def control(self, **orders: Any) -> Reply:
        """Turn switches of the practice world."""
        return send(self.url, "POST", "/practice/control", json.dumps(orders), JSON)

    def civicrm(self, entity: str, action: str, **params: Any) -> list[dict[str, Any]]:
        """The values that the practice CRM answers to the service user's key."""
        body = urlencode({"params": json.dumps(params)})
        key = {"X-Civi-Auth": f"Bearer {API_KEY}", "X-Requested-With": "XMLHttpRequest"}
        address = f"/civicrm/ajax/api4/{entity}/{action}"
        values: list[dict[str, Any]] = send(
            self.url, "POST", address, body, {**FORM, **key}
        ).json()["values"]
        return values


def administrator_of(practice: RunningPractice) -> Program:
    """A program of the administrator, who has no application password from the start."""
    program = Program(practice.url, "admin")
    program.control(application_password={"user": "admin", "password": APP_PASSWORD})
    return program


@dataclass(slots=True)
class Browser:
    """A browser that keeps its cookies and follows nothing by itself."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str) -> Reply:
        return self._send("GET", address, None)

    def post(self, address: str, **fields: str) -> Reply:
        return self._send("POST", address, urlencode(fields))

    def log_in(self, name: str, password: str, **more: str) -> Reply:
        return self.post("/wp-login.php", log=name, pwd=password, **more)

    def mails(self, to: str) -> list[dict[str, Any]]:
        """The mails in the mailbox to this address, oldest first."""
        query = urlencode({"to": to})
        mails: list[dict[str, Any]] = self.get(f"/mailbox/messages.json?{query}").json()
        return mails

    def link_in_mail(self, to: str) -> str:
        """The address, without the site's, of the link in the last mail."""
        found = re.search(r"https?://\S+", self.mails(to)[-1]["text"])
        assert found is not None
        return found.group().removeprefix(self.url)

    def _send(self, method: str, address: str, body: str | None) -> Reply:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        reply = send(self.url, method, address, body, {**FORM, "Cookie": cookies})
        given = reply.headers.get("set-cookie")
        if given:
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        return reply


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found.group(1)
