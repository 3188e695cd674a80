"""How long tests wait: for a condition, and far longer than any machine needs for it.

A city's service gives up after seconds, so that nobody waits in vain; a test that gave up as
early would tell of a busy machine and not of the code.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakValueDictionary

from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Dialect, Engine, Pool, QueuePool

from referendum.kernel.db import connect

SECONDS: Final = 300
LIMITS: Final[dict[str, Any]] = {
    "statement_timeout_ms": SECONDS * 1_000,
    "lock_timeout_ms": SECONDS * 1_000,
}
"""As settings of a service of the tests."""

settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("patient")


class _Spoken:
    """What one engine learns of the server, and what it compiles, is good for all of a process.

    Each of a thousand databases of a run has engines of its own; asking the same server for its
    version and compiling the same statements anew would cost more than the statements.
    """

    dialect: Dialect | None = None
    compiled: Final[dict[Any, Any]] = {}

    def learn(self, url: str) -> None:
        engine = connect(url, pool=1, connect_timeout=SECONDS, **LIMITS)
        engine.connect().close()
        engine.dispose()
        self.dialect = engine.dialect


SPOKEN: Final = _Spoken()
POOLS: Final[WeakValueDictionary[URL, QueuePool]] = WeakValueDictionary()
"""What the engines of one database share: a test's town, its service and its worker take turns."""


def _shared(made: Engine) -> Pool:
    """The pool of an engine before it, where that holds as many connections."""
    assert isinstance(made.pool, QueuePool)
    known = POOLS.get(made.url)
    if known is not None and known.size() >= made.pool.size():
        return known
    POOLS[made.url] = made.pool
    return made.pool


def patient(url: str, *, pool: int = 5) -> Engine:
    """An engine as the service's, but for its limits."""
    made = connect(url, pool=pool, connect_timeout=SECONDS, **LIMITS)
    if SPOKEN.dialect is None:
        return made
    # Nothing is left to ask at the first connection.
    setattr(made.dialect, "initialize", lambda _connection: None)  # noqa: B010  # for mypy
    alike = Engine(_shared(made), SPOKEN.dialect, made.url)
    alike.update_execution_options(compiled_cache=SPOKEN.compiled)
    return alike


def until(what: Callable[[], bool]) -> None:
    """Wait for a condition."""
    ends = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)
