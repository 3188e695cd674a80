"""The one database: its dialect, its names, and which tables the application may only add to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import (
    URL,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Uuid,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase

from referendum.kernel.wire import has_ended

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

APPEND_ONLY: Final = {"append_only": True}
"""As a table's `info`: the application's role may select and insert, and nothing else."""

KEPT: Final = {"kept": True}
"""As a table's `info`: the application's role may change rows, but for their keys, and never delete
one. What refers to them a million times at once needs no look at each: `publishing` looks once a
piece."""


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it once, as a plain class attribute
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        bytes: LargeBinary(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: JSONB(),
    }


def connect(
    url: str,
    *,
    pool: int = 5,
    statement_timeout_ms: int = 30_000,
    lock_timeout_ms: int = 5_000,
    connect_timeout: int = 5,
    application: str = "referendum",
) -> Engine:
    """An engine whose statements and locks cannot wait for ever, with UTC as its zone.

    `connect_timeout` is in seconds, for the server's answer and for a place in the pool alike.
    """
    options = (
        f"-c statement_timeout={statement_timeout_ms} -c lock_timeout={lock_timeout_ms}"
        # Where the planner is kept from a way, older versions believe in an invented fortune and
        # compile the statement for it: a second to number the lines of a handful of signatures.
        " -c timezone=UTC -c jit=off"
    )
    whole = make_url(url).update_query_dict(
        {
            "options": options,
            "application_name": application,
            "connect_timeout": str(connect_timeout),
        }
    )
    return _engine(whole, pool=pool, pool_timeout=connect_timeout)


BY_KEYS: Final = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "plan_cache_mode": "force_generic_plan",
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "random_page_cost": "1",
    }.items()
)
"""Each row is found by its key, as soon as there are enough that it matters."""


def beside(engine: Engine, *, pool: int) -> Engine:
    """A second pool on the same database, for few statements that are asked again and again.

    They are planned once a connection: a list's length says nothing that a plan should depend on,
    and planning anew costs as much as the statement. What they look for has a key and is in memory:
    reading all of a small table is never so much cheaper that it could not soon be much dearer. The
    pool ends with the first.
    """
    options = f"{engine.url.query['options']} {BY_KEYS}"
    url = engine.url.update_query_dict({"options": options})
    made = _engine(url, pool=pool, pool_timeout=float(str(url.query["connect_timeout"])))

    def end(_engine: Engine) -> None:
        made.dispose()

    event.listen(engine, "engine_disposed", end)
    return made


def _engine(url: URL, *, pool: int, pool_timeout: float) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=pool_timeout,
        # Those used last have their statements prepared; the rest rest.
        pool_use_lifo=True,
    )
    event.listen(engine, "checkout", _insist_alive)
    return engine


def _insist_alive(connection: Any, _record: object, _proxy: object) -> None:
    """Have the pool take another connection where the server has ended this one."""
    if has_ended(connection):
        raise DisconnectionError


def violates(error: IntegrityError, constraint: str) -> bool:
    """Whether it is this constraint, by its name, that the database upheld."""
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint


def timed_out(error: OperationalError) -> bool:
    """Whether it is a lock that somebody else held for too long."""
    return isinstance(error.orig, LockNotAvailable)
