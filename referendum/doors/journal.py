"""The technical log: JSON lines with request ids, which refuse to hold anything personal.

The evidence log is another thing (`kernel.record`). Here an operator reads how the service
fares. Addresses, query strings and the texts of errors are never written: a database's error
quotes the row that it refused.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TextIO

import structlog
from prometheus_client import Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

REFUSED_FIELDS: Final = Counter(
    "referendum_journal_refused", "Log fields taken out because they looked personal"
)
PERSONAL_KEYS: Final = frozenset(
    {
        "name",
        "names",
        "phone",
        "mobile",
        "tel",
        "code",
        "codes",
        "otp",
        "birth",
        "birthdate",
        "birthday",
        "dob",
        "address",
        "addresses",
        "password",
        "token",
        "secret",
        "cookie",
        "csrf",
        "body",
        "form",
        "query",
    }
)
PERSONAL_TEXT: Final = re.compile(
    r"\+\d[\d -]{7,16}\d"  # E.164, with or without gaps
    r"|(?<![\w-])01[016789][ -]?\d{3,4}[ -]?\d{4}(?![\w-])"  # a Korean mobile number
    r"|(?<![\w.:-])\d{6}(?![\w:-])"  # a one-time code
    r"|(?<!\d)\d{6}-[1-8]\d{6}(?!\d)"  # a resident registration number
)
WITHHELD: Final = "[withheld]"
OWN_KEYS: Final = frozenset({"timestamp", "request_id", "level"})


class PersonalInJournal(ValueError):
    """Something that looks personal was about to be logged: a defect, named by its key."""


class RefusePersonal:
    """A processor. Strict (tests, development) it raises; in a city it withholds and counts."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        found = [
            key for key, value in event.items() if key not in OWN_KEYS and _personal(key, value)
        ]
        if not found:
            return event
        if self.strict:
            raise PersonalInJournal(f"these fields look personal: {', '.join(sorted(found))}")
        REFUSED_FIELDS.inc(len(found))
        return {**event, **dict.fromkeys(found, WITHHELD), "withheld": len(found)}


@lru_cache(512)
def _is_personal(key: str) -> bool:
    """By what a field is called: the same few names come with every line."""
    return not PERSONAL_KEYS.isdisjoint(re.split(r"[^a-z]+", key.lower()))


def _personal(key: str, value: object) -> bool:
    if _is_personal(key):
        return True
    match value:
        case str():
            return PERSONAL_TEXT.search(value) is not None
        case Mapping():
            return any(_personal(str(inner), each) for inner, each in value.items())
        case list() | tuple() | set() | frozenset():
            return any(_personal("", each) for each in value)
        case _:
            return False


def _place_of_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Say where an error arose and of which kind it is, and leave out what it says."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event.update(kind_and_place(error))
    return event


def kind_and_place(error: BaseException) -> dict[str, Any]:
    """An error's class and the calls that led to it, innermost last, without its message."""
    walked = traceback.walk_tb(error.__traceback__)
    frames = traceback.StackSummary.extract(walked, lookup_lines=False)
    calls = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "at": calls}


def processors(*, strict: bool) -> list[Processor]:
    """What every line passes through, ours and the libraries'."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _place_of_error,
        RefusePersonal(strict=strict),
    ]


def configure(*, strict: bool, stream: TextIO | None = None) -> None:
    """Send our lines and those of the libraries through one chain, as JSON lines."""
    chain = processors(strict=strict)
    json_lines = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*chain, json_lines],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, json_lines],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


class AccessLines:
    """One line a request: the route's pattern, never the path, the query or the visitor."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._configured: tuple[object, ...] = ()
        self._bound: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status, method = time.perf_counter(), 0, scope["method"]

        async def send_noticed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noticed)
        finally:
            self._logger().info("request", **_line(scope, method, status, started))

    def _logger(self) -> Any:
        """Bound once for as long as lines are configured as they are: binding costs as a line."""
        config = structlog.get_config()
        configured = config["processors"], config["logger_factory"]
        if any(now is not then for now, then in zip(configured, self._configured, strict=False)):
            self._bound = None
        if self._bound is None:
            self._bound = structlog.get_logger("access").bind()
            self._configured = configured
        return self._bound


def _line(scope: Scope, method: str, status: int, started: float) -> dict[str, Any]:
    return {
        "method": method if method.isalpha() else "?",
        "route": getattr(scope.get("route"), "path", "unmatched"),
        "status": status,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
