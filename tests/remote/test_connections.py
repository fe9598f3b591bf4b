"""How many requests a door has under way, and whom it talks to."""

import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from latchkey.remote.errors import SiteError
from latchkey.remote.secrets import Secret
from remote.conftest import OpenDoor


@pytest.fixture
def own_certificate(tmp_path: Path) -> Iterator[HTTPServer]:
    """A server with a certificate that it signed itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    begins = datetime.now(UTC) - timedelta(days=1)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    both = tmp_path / "both.pem"
    both.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    with HTTPServer(ssl_context=context) as server:
        yield server


def test_door_keeps_to_its_connections_over_all_threads(door_to: OpenDoor) -> None:
    under_way, most, lock = [0], [0], threading.Lock()

    def slowly(_: Request) -> Response:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.05)
        with lock:
            under_way[0] -= 1
        return Response("[]")

    with HTTPServer(threaded=True) as server, ThreadPoolExecutor(6) as threads:
        server.expect_request("/").respond_with_handler(slowly)
        door = door_to(server.url_for(""), connections=2)
        answers = list(threads.map(lambda _: door.send("POST", "/"), range(6)))

    assert {answer.status for answer in answers} == {200}
    assert most == [2]


def test_certificate_that_is_not_trusted_is_called_that(
    own_certificate: HTTPServer, door_to: OpenDoor
) -> None:
    door = door_to(own_certificate.url_for(""))

    with pytest.raises(SiteError, match="certificate"):
        door.send("GET", "/")


@pytest.mark.parametrize("key", ["abc ", " abc", "a\nb", "schlüssel"])
def test_key_that_no_header_can_hold_is_to_be_typed_again(door_to: OpenDoor, key: str) -> None:
    with pytest.raises(SiteError, match="type it again") as caught:
        door_to("http://127.0.0.1:1", headers={"X-Key": Secret(key)})

    assert key not in str(caught.value)
