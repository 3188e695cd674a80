"""How long tests wait: for a condition, and far longer than any machine needs for it.

A city's service gives up after seconds, so that nobody waits in vain; a test that gave up as
early would tell of a busy machine and not of the code.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

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


def patient(url: str, *, pool: int = 5) -> Engine:
    """An engine as the service's, but for its limits."""
    return connect(url, pool=pool, connect_timeout=SECONDS, **LIMITS)


def until(what: Callable[[], bool]) -> None:
    """Wait for a condition."""
    ends = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.02)
