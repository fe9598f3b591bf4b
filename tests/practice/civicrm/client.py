"""A program that speaks API v4 with a key."""

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from practice.browsing import FORM, Reply, send

XHR = {"X-Requested-With": "XMLHttpRequest"}


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody with a key; an empty one is nobody."""

    url: str
    key: str

    def as_holder_of(self, key: str) -> "Client":
        return replace(self, key=key)

    def post(self, path: str, form: dict[str, Any], **headers: str) -> Reply:
        """A form to an address below /civicrm/ajax/api4; values that are not text become JSON."""
        body = {name: v if isinstance(v, str) else json.dumps(v) for name, v in form.items()}
        known = {"X-Civi-Auth": f"Bearer {self.key}"} if self.key else {}
        address = f"/civicrm/ajax/api4{path}"
        return send(self.url, "POST", address, urlencode(body), {**FORM, **XHR, **known, **headers})

    def answer(self, entity: str, action: str, /, **params: Any) -> dict[str, Any]:
        """The whole answer to one call."""
        told: dict[str, Any] = self.post(f"/{entity}/{action}", {"params": params}).json()
        return told

    def values(self, entity: str, action: str, /, **params: Any) -> list[dict[str, Any]]:
        """The values of an answer that is no error."""
        told = self.answer(entity, action, **params)
        assert "values" in told, told
        values: list[dict[str, Any]] = told["values"]
        return values

    def ids(self, entity: str = "Contact", **params: Any) -> list[int]:
        """The ids that a `get` finds, in their order."""
        params.setdefault("orderBy", {"id": "ASC"})
        return [row["id"] for row in self.values(entity, "get", select=["id"], **params)]
