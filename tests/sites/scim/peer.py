"""The peer: `scim2-server` on loopback, with the rights of a token and a page for passwords."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any

from scim2_models import InvalidValueException, Resource, ResourceType, ScimProvider
from scim2_server.memory import InMemoryStorage
from scim2_server.service import ScimService
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TOKEN = "practice-scim-token"
ADMIN_TOKEN = "practice-scim-admin"
RIGHTS = ("read users", "read groups", "change users", "change groups")
PASSWORD_PAGE = "/forgotten"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PLAIN = ("patch", "bulk", "filter", "etag")


class Storage(InMemoryStorage):
    """Takes only addresses that look like some, as services do that send mail to them."""

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        """Refuse a user whose address has no @."""
        for email in getattr(resource, "emails", None) or ():
            if "@" not in str(email.value):
                raise InvalidValueException(detail="emails.value is no address")
        return super().create(resource_type, resource)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing: the tests speak."""


@dataclass(slots=True)
class Peer:
    """A running service; `denied` are the rights which TOKEN lacks just now."""

    url: str = ""
    denied: set[str] = field(default_factory=set)

    def answers(self, inner: "WSGIApplication") -> "WSGIApplication":
        """The service behind a gate that looks at the rights of the token."""

        def application(
            environ: "WSGIEnvironment", start_response: "StartResponse"
        ) -> Iterable[bytes]:
            if environ["PATH_INFO"] == PASSWORD_PAGE:
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [b"Type your address, and we send you a link."]
            if self._lacks(environ):
                start_response("403 Forbidden", [("Content-Type", "application/scim+json")])
                return [json.dumps({"schemas": [ERROR], "status": "403"}).encode()]
            return inner(environ, start_response)

        return application

    def _lacks(self, environ: "WSGIEnvironment") -> bool:
        if environ.get("HTTP_AUTHORIZATION") != f"Bearer {TOKEN}":
            return False
        verb = "read" if environ["REQUEST_METHOD"] == "GET" else "change"
        path = environ["PATH_INFO"].removeprefix("/v2")
        what = {"/Users": "users", "/Bulk": "users", "/Groups": "groups"}
        asked = next((f"{verb} {name}" for at, name in what.items() if path.startswith(at)), "")
        return asked in self.denied


@contextmanager
def running(*, lacking: Iterable[str] = ()) -> Iterator[Peer]:
    """A peer that supports everything but what it is lacking, by its names in the config."""
    config = load_default_service_provider_config()
    for name in lacking:
        getattr(config, name).supported = False
    provider = ScimProvider.from_discovery(
        load_default_schemas().values(), load_default_resource_types().values(), config=config
    )
    service = ScimService(provider)
    inner = BearerTokenApplication(Storage(), provider, service, (TOKEN, ADMIN_TOKEN))
    peer = Peer()
    server = make_server("127.0.0.1", 0, peer.answers(inner), threaded=True, request_handler=_Quiet)
    peer.url = f"http://127.0.0.1:{server.server_port}/v2"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
