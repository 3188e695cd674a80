"""How long tests wait: for a condition, and far longer than any machine needs for it.

A city's service gives up after seconds, so that nobody waits in vain; a test that gave up as
early would tell of a busy machine and not of the code.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakSet

from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Dialect, Engine, Pool, QueuePool, event

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
MANY: Final = 8
"""So many connections of a database are kept from one test to the next: the server has 200."""


@dataclass(slots=True)
class _Kept:
    """What the engines of one address share, and the connections that are open in it."""

    pool: QueuePool
    open: WeakSet[Any] = field(default_factory=WeakSet)


class _Pools:
    """A test's town, its service and its worker take turns at connections, and the next test's.

    Who connects anew reads the catalogues anew: that costs more than what a small test asks.
    """

    def __init__(self) -> None:
        self._kept: defaultdict[URL, list[_Kept]] = defaultdict(list)

    def shared(self, made: Engine) -> Pool:
        """The pool of an engine before it, where that holds as many connections."""
        pool = made.pool
        assert isinstance(pool, QueuePool)
        for kept in self._kept[made.url]:
            if kept.pool.size() >= pool.size():
                return kept.pool
        new = _Kept(pool)
        event.listen(pool, "connect", lambda connection, _record: new.open.add(connection))
        event.listen(pool, "detach", lambda connection, _record: new.open.discard(connection))
        self._kept[made.url].append(new)
        return pool

    def resting(self, database: str) -> list[int]:
        """The server's processes that wait for the next test; where one is at work, all go."""
        found: list[int] = []
        for url in [url for url in self._kept if url.database == database]:
            for kept in list(self._kept[url]):
                if kept.pool.checkedout() or kept.pool.checkedin() > MANY:
                    self._kept[url].remove(kept)
                    kept.pool.dispose()
                else:
                    found += [each.info.backend_pid for each in kept.open if not each.closed]
        return found

    def ends(self, database: str) -> None:
        for url in [url for url in self._kept if url.database == database]:
            for kept in self._kept.pop(url):
                kept.pool.dispose()


POOLS: Final = _Pools()


class _Lasting(Engine):
    """Its end is not the end of its connections."""

    def dispose(self, close: bool = True) -> None:  # noqa: FBT001, FBT002  # as its parent has it
        del close
        self.dispatch.engine_disposed(self)


def patient(url: str, *, pool: int = 5) -> Engine:
    """An engine as the service's, but for its limits."""
    made = connect(url, pool=pool, connect_timeout=SECONDS, **LIMITS)
    if SPOKEN.dialect is None:
        return made
    # Nothing is left to ask at the first connection.
    setattr(made.dialect, "initialize", lambda _connection: None)  # noqa: B010  # for mypy
    alike = _Lasting(POOLS.shared(made), SPOKEN.dialect, made.url)
    alike.update_execution_options(compiled_cache=SPOKEN.compiled)
    return alike


def until(what: Callable[[], bool]) -> None:
    """Wait for a condition."""
    ends = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)
