"""`referendum migrate`: the schema to its newest state, and the application role's rights."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from referendum.bootstrap import all_tables
from referendum.kernel.errors import DomainError, Refusal
from referendum.migrations import rights

FOLDER: Final = Path(__file__).parent
ONE_AT_A_TIME: Final = 0x3167A7E
"""The advisory lock under which a database is migrated."""

LOCK_TIMEOUT: Final = "10s"
"""A migration gives up rather than let the whole city queue behind the lock it waits for."""


class RolesNotSeparate(DomainError):
    """The application was to run as the schema's owner, who could change the record."""

    code: ClassVar[str] = "roles-not-separate"
    refusal: ClassVar[Refusal] = Refusal.INVALID


@dataclass(frozen=True, slots=True)
class Role:
    """The application's role: who runs the service, and owns nothing."""

    name: str
    password: str | None = field(default=None, repr=False)
    """None where the server asks for none (the embedded one, on a socket of its own)."""

    @classmethod
    def of(cls, database_url: str) -> Role:
        """The role that an address is for."""
        address = make_url(database_url)
        return cls(address.username or "", address.password)


def migrate(owner_url: str, role: Role, *, may_shift_clock: bool) -> None:
    """Bring a database to the newest schema and give the application its rights.

    All of it or nothing; running it again changes nothing. Only a demo, a rehearsal or a test
    may let the application shift the shared clock.
    """
    if make_url(owner_url).username == role.name:
        raise RolesNotSeparate(role=role.name)
    engine = create_engine(
        owner_url, poolclass=NullPool, connect_args={"application_name": "referendum-migrate"}
    )
    with engine.begin() as connection:
        connection.execute(text(f"set local lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text("select pg_advisory_xact_lock(:one)"), {"one": ONE_AT_A_TIME})
        command.upgrade(_config(connection), "head")
        rights.grant(
            connection,
            models(),
            role=role.name,
            password=role.password,
            may_shift_clock=may_shift_clock,
        )


def downgrade(connection: Connection, revision: str) -> None:
    """Back to an earlier state, within the caller's transaction. The data of what goes are lost."""
    command.downgrade(_config(connection), revision)


def at_head(connection: Connection) -> bool:
    """Whether the database has the schema that this code was written for."""
    found: str | None = connection.scalar(text("select version_num from alembic_version"))
    return found == head()


@cache
def head() -> str:
    """The newest migration."""
    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    assert newest is not None
    return newest


def models() -> MetaData:
    """All tables as the code knows them; those of the entry points once `env` has run."""
    return all_tables()


COMPUTED: Final = "_search"
"""How the names of indexes end that hold what a function says of a row."""


def within(_what: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Leave Alembic's own table alone when database and models are compared.

    And indexes of what a function makes of columns: Alembic compares their letters, and PostgreSQL
    writes them anew. A test compares them by its catalogue.
    """
    if kind == "index":
        return not (name or "").endswith(COMPUTED)
    return not (kind == "table" and name == "alembic_version")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
