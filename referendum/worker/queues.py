"""Where messages wait, and what the broker is told about them."""

from __future__ import annotations

from typing import Any, Final

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from referendum.worker import pgmq

WORK: Final = "work"
"""What the outbox asks for."""
PULSE: Final = "pulse"
"""What beat asks for, again and again. A worker that starts throws away what waits here."""

VISIBILITY: Final = 300
"""Seconds after which a message of a lost worker comes back. A task that runs for longer is run
again, finds its outbox row held, and leaves it."""

POLLING: Final = 0.25
"""Seconds between two looks at empty queues in PostgreSQL. Whatever waits there was asked for by a
pulse of every second or more, and each look costs as much as a step of a flow."""


def transport_options(broker_url: str, database_url: str) -> dict[str, Any]:
    """Without these, Redis and Valkey give a lost worker's message back only after an hour.

    On pgmq no read waits at the server: it would wait on one queue while the other has messages.
    """
    if broker_url.startswith("pgmq:"):
        return {
            "conn_string": conninfo(database_url),
            "init_extension": False,
            "visibility_timeout": VISIBILITY,
            "wait_time_seconds": 0,
            "polling_interval": POLLING,
            "pool_size": 4,
            "pool_timeout": 5,
        }
    return {
        "visibility_timeout": VISIBILITY,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
    }


def transport(broker_url: str) -> str | None:
    """The transport's class where it is ours; else the address says it."""
    return f"{pgmq.__name__}:Transport" if broker_url.startswith("pgmq:") else None


def conninfo(database_url: str) -> str:
    """The database's address as libpq writes it."""
    address = make_url(database_url)
    known: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "user": address.username,
        "password": address.password,
        "dbname": address.database,
        "connect_timeout": 5,
        "application_name": "referendum-queue",
    }
    given = {name: value for name, value in known.items() if value is not None}
    return make_conninfo("", **{**given, **dict(address.query)})


def broker(url: str) -> str:
    """The broker's address for Celery. In PostgreSQL the options say it, not this."""
    return "pgmq://localhost" if url.startswith("pgmq:") else url
