"""`/metrics` in Prometheus's text form.

What is a state is read from the database when it is asked for, so that every process says the
same. Remote calls are counted by the process that makes them.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from functools import partial
from urllib.parse import urlsplit

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from latchkey.remote.call import Call, Observer
from latchkey.remote.http import is_loopback
from latchkey.remote.secrets import Secret
from latchkey.store import vital_signs
from latchkey.web.permissions import open_to_anyone
from latchkey.web.signatures import BEARER, is_one_of
from latchkey.web.surroundings import surroundings

NO_ANSWER = "none"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")

registry = CollectorRegistry()
calls = Histogram(
    "latchkey_remote_call_seconds",
    "Calls to other systems, by connection and status (none: no answer).",
    ("connection", "status"),
    buckets=SECONDS,
    registry=registry,
)
ProcessCollector(namespace="latchkey", registry=registry)


class VitalSigns(Collector):
    """What the database knows."""

    def collect(self) -> Iterable[Metric]:
        """See prometheus_client."""
        number = GaugeMetricFamily(
            "latchkey_waiting", "Changes that could be carried out now.", labels=["rule"]
        )
        oldest = GaugeMetricFamily(
            "latchkey_oldest_waiting_seconds", "Age of the oldest of them.", labels=["rule"]
        )
        for one in vital_signs.waiting():
            number.add_metric([one.rule], one.number)
            oldest.add_metric([one.rule], one.oldest_seconds)
        attempts = CounterMetricFamily(
            "latchkey_attempts", "Attempts that ended, by outcome.", labels=["outcome"]
        )
        for outcome, count in vital_signs.attempts_by_outcome().items():
            attempts.add_metric([outcome], count)
        paused = GaugeMetricFamily(
            "latchkey_paused", "1 while a CRM or site is left alone.", labels=["connection"]
        )
        for connection, is_paused in vital_signs.pauses_by_connection().items():
            paused.add_metric([connection], float(is_paused))
        return [number, oldest, attempts, paused]


registry.register(VitalSigns())


def observe(call: Call, connection: str = "") -> None:
    """Count a call to another system; without a connection's name by its address."""
    status = NO_ANSWER if call.status is None else str(call.status)
    calls.labels(connection or call.origin, status).observe(call.seconds)


def observer_of(connection: str) -> Observer:
    """Counts the calls of one connection."""
    return partial(observe, connection=connection)


@open_to_anyone
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """`/metrics`: 401 without the token where one is needed, 503 without the database."""
    environment = surroundings().environment
    if not _may_see(request, environment):
        return HttpResponse(
            "Off loopback this needs LATCHKEY_METRICS_TOKEN as a bearer token.\n",
            status=401,
            content_type="text/plain; charset=utf-8",
            headers={"WWW-Authenticate": "Bearer"},
        )
    try:
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    except DatabaseError as error:
        reason = f"the database cannot be read ({type(error).__name__})\n"
        return HttpResponse(reason, status=503, content_type="text/plain; charset=utf-8")


def _may_see(request: HttpRequest, environment: Mapping[str, str]) -> bool:
    """Who has the token, or, where none is set, who sits at this machine.

    Behind a proxy everybody seems to sit here: a public address of ours speaks for one.
    """
    token = environment.get("LATCHKEY_METRICS_TOKEN", "")
    if token:
        given = request.headers.get("authorization", "")
        bare = given[len(BEARER) :].strip() if given.lower().startswith(BEARER) else ""
        return is_one_of(bare, [Secret(token)])
    own = urlsplit(environment.get("LATCHKEY_URL", "http://localhost"))
    return is_loopback(own.hostname or "") and _sits_here(request)


def _sits_here(request: HttpRequest) -> bool:
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0]
    forwarded = any(name in request.META for name in FORWARDED)
    return address.is_loopback and is_loopback(host.strip("[]")) and not forwarded
