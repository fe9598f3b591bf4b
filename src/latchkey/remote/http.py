"""The door to systems that speak HTTP. Only this module sends requests."""

import ipaddress
import json as jsonlib
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore
from typing import TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2
import stamina

from latchkey.remote.advice import advice
from latchkey.remote.call import Call, Guard, Limits, Observer, ReadTest
from latchkey.remote.errors import (
    DryRun,
    RateLimited,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.gateways import was_lost
from latchkey.remote.secrets import Secret
from latchkey.remote.waiting import retry_after

T = TypeVar("T")
Query = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came. Header names are lower case; the body is never logged."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    was_read: bool

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> object:
        """The body parsed. Something else than JSON becomes the error that says what to do."""
        try:
            return jsonlib.loads(self.body)
        except (ValueError, RecursionError):
            raise self.unexpected("answered something that is not JSON") from None

    def unexpected(self, what: str = "") -> RemoteError:
        """The error for an answer which the connector has no meaning for."""
        said = what or f"answered with status {self.status}"
        if not self.was_read and (self.status >= 500 or self.status < 400):  # noqa: PLR2004
            return UnknownOutcome(f"The site {said}; it may have done what was asked.")
        if self.status >= 500:  # noqa: PLR2004
            return TransientError(f"The site {said}.")
        remedy = advice(self.status, self.headers.get("content-type", ""))
        return SiteError(f"The site {said}. {remedy}")


class HttpDoor:
    """One origin, with its credential. Safe to share between threads.

    Reads are repeated a few times when the connection fails; writes never are. No more requests
    than `connections` are under way at once, over all threads that share the door.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str | Secret],
        basic: tuple[str, Secret] | None,
        is_read: ReadTest,
        connections: int,
        allow_http: bool,
        dry_run: bool,
        observe: Observer,
        guard: Guard,
        limits: Limits,
    ) -> None:
        self.url = allowed_address(url, allow_http=allow_http)
        self._is_read = is_read
        self._dry_run = dry_run
        self._observe = observe
        self._guard = guard
        self._limits = limits
        self._turns = BoundedSemaphore(connections)
        self._pool = ThreadPoolExecutor(max_workers=connections, thread_name_prefix="door")
        self._client = httpx2.Client(
            headers={name: _plain(value) for name, value in headers.items()},
            auth=(basic[0], basic[1].reveal()) if basic else None,
            timeout=httpx2.Timeout(limits.answer, connect=limits.connect),
            limits=httpx2.Limits(max_keepalive_connections=connections),
            follow_redirects=False,
            verify=_trusted(),
            trust_env=False,
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        form: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request to `path` below the address. Any status is an Answer but 429 and 503, and 502
        and 504 of a read.

        Raises RateLimited, TransientError, UnknownOutcome (a write whose answer was lost),
        SiteError (a redirect to elsewhere, an answer too large) and DryRun.
        """
        request = self._client.build_request(
            method, self.url + path, params=query, data=form, json=json, headers=headers
        )
        target = request.url.raw_path.decode()
        if self._is_read(method, target, request.read()):
            return self._reading(request)
        if self._dry_run:
            raise DryRun(f"{method} {path} was not sent: nothing is written in a dry run.")
        with self._turns:
            self._guard()
            return self._once(request, was_read=False)

    def together(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """The results of the calls, in order, several at a time. The first error is raised."""
        if len(calls) == 1:
            return [calls[0]()]
        contexts = [copy_context() for _ in calls]
        return list(self._pool.map(lambda context, call: context.run(call), contexts, calls))

    def close(self) -> None:
        """Let go of connections and threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _reading(self, request: httpx2.Request) -> Answer:
        again = stamina.RetryingCaller(attempts=self._limits.tries, wait_initial=0.1, wait_max=2.0)
        return again(_LostReadError, self._in_turn, request)

    def _in_turn(self, request: httpx2.Request) -> Answer:
        with self._turns:
            return self._once(request, was_read=True)

    def _once(self, request: httpx2.Request, *, was_read: bool) -> Answer:
        started = time.monotonic()
        status: int | None = None
        try:
            response = self._client.send(request, stream=True)
            status = response.status_code
            body = self._body(response, until=started + self._limits.total, was_read=was_read)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise self._unreached(error) from None
        except httpx2.HTTPError as error:
            raise self._lost(error, was_read=was_read) from None
        finally:
            self._tell(request, status, time.monotonic() - started)
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(status, headers, body, was_read)
        self._refuse(answer)
        return answer

    def _body(self, response: httpx2.Response, *, until: float, was_read: bool) -> bytes:
        parts, size = [], 0
        try:
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > self._limits.size:
                    raise self._too_large(was_read=was_read)
                if time.monotonic() > until:
                    raise httpx2.ReadTimeout("the answer took too long", request=response.request)
        finally:
            response.close()
        return b"".join(parts)

    def _unreached(self, error: httpx2.HTTPError) -> RemoteError:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            return TransientError(f"{self.url} cannot be reached: {_why(error)}.")
        return SiteError(
            f"The certificate of {self.url} is not trusted, or is for another name: "
            "renew it there, or correct the address."
        )

    def _lost(self, error: httpx2.HTTPError, *, was_read: bool) -> RemoteError:
        text = f"The answer of {self.url} was lost: {_why(error)}."
        return _LostReadError(text) if was_read else UnknownOutcome(text)

    def _too_large(self, *, was_read: bool) -> RemoteError:
        text = f"{self.url} sent more than {self._limits.size} bytes."
        return SiteError(text) if was_read else UnknownOutcome(text)

    def _refuse(self, answer: Answer) -> None:
        wait = retry_after(answer.headers.get("retry-after", ""), answer.headers.get("date", ""))
        if answer.status == httpx2.codes.TOO_MANY_REQUESTS:
            raise RateLimited(f"{self.url} asks to slow down.", wait)
        lost = was_lost(answer.status, answer.body)
        if lost and answer.was_read:
            raise _LostReadError(f"{self.url} answered with status {answer.status}.")
        if answer.status == httpx2.codes.SERVICE_UNAVAILABLE and not lost:
            raise TransientError(f"{self.url} is not available now.", wait)
        if not 300 <= answer.status < 400:  # noqa: PLR2004 - the redirects
            return
        target = _origin(self.url, answer.headers.get("location", ""))
        if target != _origin(self.url):
            raise SiteError(
                f"{self.url} redirects to {target}. "
                "If that is the right address, put it into the connection."
            )

    def _tell(self, request: httpx2.Request, status: int | None, seconds: float) -> None:
        self._observe(Call(self.url, request.method, request.url.path, status, seconds))


class _LostReadError(TransientError):
    """A read whose answer was lost: it may be repeated at once."""


def allowed_address(url: str, *, allow_http: bool) -> str:
    """The address without a trailing slash. SiteError when it may not be used."""
    parts = _parts(url.strip())
    if "@" in (url if parts is None else parts.netloc):
        raise SiteError("Put the credential into its own setting, not into the address.")
    if parts is None:
        raise SiteError(f"{url!r} is not an address. Write it like https://www.example.org.")
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname or ""):
        raise SiteError(
            f"{parts.hostname} is reached by http, where others can read the credential. "
            "Use https, or set allow_http = true for a network you trust."
        )
    return url.strip().rstrip("/")


def _parts(url: str) -> SplitResult | None:
    """The address in parts, None when nothing can be sent there."""
    try:
        parts = urlsplit(url)
        host, port = httpx2.URL(url).raw_host.decode().encode("idna"), parts.port
    except (ValueError, httpx2.InvalidURL):  # a label that is too long is a ValueError, too
        return None
    plain = url.isprintable() and " " not in url and parts.scheme in {"http", "https"}
    return parts if plain and host and port != 0 else None


def _origin(address: str, location: str = "") -> str:
    """Where a redirect leads, without a credential."""
    try:
        parts = urlsplit(urljoin(address, location))
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates to trust, shared by all doors: loading them costs 30 to 60 ms."""
    return httpx2.create_ssl_context(trust_env=False)


def _plain(value: str | Secret) -> str:
    """What a header is given. The client's own error for a wrong character would quote it."""
    text = value.reveal() if isinstance(value, Secret) else value
    if not (text.isascii() and text.isprintable()) or text != text.strip():
        raise SiteError("The credential holds a character that cannot be sent: type it again.")
    return text


def _why(error: Exception) -> str:
    """The kind of failure in words: the library's own text may quote the request."""
    names: dict[type[Exception], str] = {
        httpx2.ConnectTimeout: "no connection within the time limit",
        httpx2.ConnectError: "the connection was refused, or the name is not known",
        httpx2.ReadTimeout: "no answer within the time limit",
        httpx2.RemoteProtocolError: "the connection was cut",
        httpx2.ReadError: "the connection was cut",
    }
    return names.get(type(error), f"the connection failed ({type(error).__name__})")
