"""The whole service as one ASGI application: pages, API, and what watches over them."""

from __future__ import annotations

import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Final

import redis
import structlog
from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client import generate_latest as as_text
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referendum.api.app import create_api
from referendum.bootstrap import Services, assemble, read_settings, strange_keys
from referendum.doors import journal
from referendum.doors.limits import Buckets
from referendum.identity import sending
from referendum.identity.figures import code_figures
from referendum.identity.timing import machine_now
from referendum.kernel import keys, log, outbox
from referendum.kernel.clock import read
from referendum.lifecycle import calendar
from referendum.migrations import migrating
from referendum.notices.figures import notice_figures
from referendum.web.app import create_web

API: Final = "/api/v1"
WINDOW: Final = timedelta(hours=1)
"""Over which codes and notices are counted."""

YOUNG: Final = 20_000
"""So many new objects are looked through for circles at once. Of what a request makes nearly all
goes by itself; Python's own figure, 700, is reached in every request."""

REQUESTS: Final = Counter(
    "referendum_requests", "Requests answered by this process", ["door", "status"]
)
SECONDS: Final = Histogram(
    "referendum_request_seconds",
    "How long requests took in this process",
    ["door"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)


def create() -> ASGIApp:
    """For uvicorn's `--factory`: the deployment that the environment describes."""
    services = assemble(read_settings(), application="referendum-web")
    journal.configure(strict=False)
    return compose(services)


def compose(services: Services) -> ASGIApp:
    """Pages at the root, the API below `/api/v1`; one set of limits for both."""
    buckets = Buckets(services.settings.requests_per_minute)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        # Threads that wait for a connection help nobody: a request holds at most two.
        threads = to_thread.current_default_thread_limiter()
        threads.total_tokens = max(1, services.settings.pool // 2)
        # What was made at the start stays: no later search for circles walks through it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
        gc.enable()
        yield
        services.crowd.close()
        services.engine.dispose()

    registry = CollectorRegistry()
    registry.register(Figures(services))
    return Starlette(
        routes=[
            Route("/healthz", alive),
            Route("/readyz", partial(ready, services)),
            Route("/metrics", partial(metrics, services, registry)),
            Mount(API, Counted(create_api(services, buckets=buckets), "api")),
            Mount("/", Counted(create_web(services, buckets=buckets), "web")),
        ],
        lifespan=lifespan,
    )


def alive(_request: Request) -> Response:
    """The process answers. Says nothing of the database: a restart would not mend that."""
    return PlainTextResponse("ok\n")


def ready(services: Services, _request: Request) -> Response:
    """Whether requests should be sent here: everything that it takes is there."""
    found = {name: _holds(check, services) for name, check in CHECKS.items()}
    strange = _strange(services)
    found["keys"] = found["keys"] and strange == ()
    whole = all(found.values())
    told = {"ready": whole, "checks": found, "strange_keys": list(strange or ())}
    return JSONResponse(told, 200 if whole else 503)


def metrics(services: Services, registry: CollectorRegistry, request: Request) -> Response:
    """For a collector within the deployment: whoever comes through a proxy finds nothing."""
    if "x-forwarded-for" in request.headers:
        return PlainTextResponse("", 404)
    figures = as_text(registry) if _holds(_database, services) else b""
    return Response(as_text(REGISTRY) + figures, media_type=CONTENT_TYPE_LATEST)


Check = Callable[[Services], bool]


def _holds(check: Check, services: Services) -> bool:
    try:
        return check(services)
    except Exception as error:  # noqa: BLE001  # whatever is wrong, the answer is no
        structlog.get_logger("ready").warning("not ready", exc_info=error)
        return False


def _database(services: Services) -> bool:
    with services.engine.connect() as connection:
        return bool(connection.scalar(text("select true")))


def _migrated(services: Services) -> bool:
    with services.engine.connect() as connection:
        return migrating.at_head(connection)


def _broker(services: Services) -> bool:
    """Queues in the database stand or fall with it; another broker is asked itself."""
    url = services.settings.broker_url
    if url.startswith("pgmq:"):
        with services.engine.connect() as connection:
            return connection.scalar(text("select to_regclass('pgmq.meta')")) is not None
    with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as broker:
        return bool(broker.ping())


def _keys(services: Services) -> bool:
    """Whether the files still hold what the process was started with."""
    return keys.load(services.settings.keys_folder) == services.vault.keyring


def _strange(services: Services) -> Sequence[str] | None:
    """The keys that are another database's, by name; None where it cannot be asked."""
    try:
        return strange_keys(services)
    except SQLAlchemyError:
        return None


CHECKS: Final[dict[str, Check]] = {
    "database": _database,
    "migrations": _migrated,
    "broker": _broker,
    "keys": _keys,
}


class Figures(Collector):
    """What the database knows of how the service fares, asked at every look."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self.services.begin() as uow:
            found = dict(_figures(uow.session))
        for name, (meaning, value) in found.items():
            yield GaugeMetricFamily(f"referendum_{name}", meaning, value=value)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: without this the registry would ask the database when it is made."""
        return iter(())


def _figures(session: Session) -> Iterator[tuple[str, tuple[str, float]]]:
    waiting = _seconds(outbox.oldest_waiting(session))
    yield "outbox_oldest_seconds", ("Age of the oldest message that is not done", waiting)
    unsealed = _seconds(log.oldest_unsealed(session))
    yield "record_oldest_unsealed_seconds", ("Age of the oldest unsealed entry", unsealed)
    overdue = calendar.overdue(session, read(session))
    yield "deadlines_overdue", ("The calendar's acts that should have been done", overdue)
    since = machine_now(session) - WINDOW
    due = _seconds(sending.oldest_due(session))
    yield "codes_oldest_seconds", ("Age of the oldest code that should have been sent", due)
    codes = code_figures(session, since)
    yield "codes_sent", ("Codes that a carrier took in the last hour", codes.sent)
    yield "codes_completed", ("Of the codes of the last hour, those given back", codes.completed)
    yield "codes_failed", ("Codes of the last hour that no carrier took", codes.failed)
    notices = notice_figures(session, since)
    yield "notices_failed", ("Notices of the last hour that were given up", notices.failed)
    oldest = _seconds(notices.oldest_waiting)
    yield "notices_oldest_seconds", ("Age of the oldest notice on its way", oldest)


def _seconds(age: timedelta | None) -> float:
    return 0.0 if age is None else age.total_seconds()


class Counted:
    """Counts and times what a door answers, by the class of the status and nothing else."""

    def __init__(self, app: ASGIApp, door: str) -> None:
        self.app = app
        self.requests = {first: REQUESTS.labels(door, f"{first}xx") for first in range(1, 6)}
        self.seconds = SECONDS.labels(door)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # That we are mounted is no answer to which route it was: the log would take it for one.
        scope.pop("route", None)
        started = time.perf_counter()

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.requests[message["status"] // 100].inc()
                self.seconds.observe(time.perf_counter() - started)
            await send(message)

        await self.app(scope, receive, send_counted)
