"""A dump by the database's owner, as the page on running says, restored into a fresh database."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from starlette.testclient import TestClient

from referendum.asgi import compose
from referendum.bootstrap import Services, assemble
from referendum.cli.binaries import server_account, usable_binaries
from referendum.cli.postgres import Server
from referendum.kernel import log
from referendum.kernel.belonging import KeysOfAnother
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey
from referendum.kernel.sealing import Vault
from referendum.migrations.migrating import Role, migrate
from referendum.settings import Settings
from referendum.worker import app as application
from referendum.worker import relay
from tests.keyfiles import write
from tests.running.test_keys import EVERY, exchanged
from tests.town import Town
from thresholds.vocabulary import Instrument

PAGE = Path(__file__).parents[2] / "docs" / "running.md"
TABLES = """
select schemaname, tablename from pg_tables where schemaname in ('public', 'pgmq') order by 1, 2
"""


@dataclass(frozen=True)
class City:
    """A database whose owner may make roles and is no superuser, and its application."""

    server: Server
    owner: str
    app: str

    def database(self) -> str:
        name = f"city_{uuid4().hex[:12]}"
        self.server.create_database(name)
        self.as_superuser("alter database {} owner to {}", name, self.owner)
        return name

    def as_superuser(self, statement: str, *names: str) -> None:
        address = self.server.conninfo_of("postgres")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def migrates(self, database: str) -> None:
        migrate(self.server.url_of(database, user=self.owner), Role(self.app), may_shift_clock=True)

    def counts(self, database: str) -> dict[str, int]:
        """The rows of every table, the queues' among them."""
        with psycopg.connect(self.server.conninfo_of(database)) as connection:
            found = {}
            for schema, table in connection.execute(TABLES).fetchall():
                counted = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
                [(found[f"{schema}.{table}"],)] = connection.execute(counted).fetchall()
            return found

    def runs(self, heading: str, folder: Path, **environment: str) -> None:
        """The commands below a heading of the page, in a shell that has PostgreSQL's programs."""
        page = PAGE.read_text("utf-8")
        block = re.search(rf"^## {heading}$.*?^```sh\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        assert block is not None
        found = usable_binaries(copies=folder / "copies", account=server_account(), major=None)
        programs = (str(found.folder), str(Path(sys.executable).parent), os.environ["PATH"])
        done = subprocess.run(
            ["sh", "-eu", "-c", block[1]],
            cwd=folder,
            env={**os.environ, **environment, "PATH": os.pathsep.join(programs)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    @contextmanager
    def serves(self, database: str, keys_folder: Path) -> Iterator[Services]:
        services = assemble(
            Settings(
                mode="test",
                database_url=self.server.url_of(database, user=self.app),
                keys_folder=keys_folder,
                page_seconds=0,
            )
        )
        yield services
        services.engine.dispose()


@pytest.fixture(scope="module")
def city(server: Server) -> Iterator[City]:
    mark = uuid4().hex[:8]
    city = City(server, f"owner_{mark}", f"app_{mark}")
    city.as_superuser("create role {} login nosuperuser createrole", city.owner)
    yield city
    with psycopg.connect(server.conninfo_of("postgres")) as connection:
        asked = "select datname from pg_database where pg_get_userbyid(datdba) = %s"
        made = [name for (name,) in connection.execute(asked, [city.owner])]
    for database in made:
        server.drop_database(database)
    city.as_superuser("drop role if exists {}, {}", city.app, city.owner)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("restoring")


@pytest.fixture(scope="module")
def keys_folder(keyring: Keyring, folder: Path) -> Path:
    return write(keyring, folder / "keys")


@dataclass(frozen=True)
class Restored:
    """A fresh database into which the page's commands brought what they had dumped."""

    database: str
    dumped: dict[str, int]
    """The rows of the first database, by table."""
    brought: dict[str, int]


@pytest.fixture(scope="module")
def restored(
    city: City, keyring: Keyring, log_key: LogKey, keys_folder: Path, folder: Path
) -> Restored:
    """Of a city with a petition, a sealed record, and messages in the default queue."""
    used, fresh = city.database(), city.database()
    city.migrates(used)
    with city.serves(used, keys_folder) as services:
        town = Town.settles(services.begin, Vault(keyring), log_key)
        town.collects(town.opens(Instrument.INITIATIVE), town.some(3))
        town.seals()
        relay.carry(services, relay.publisher(application.create(services)))
    city.runs("Backing up", folder, OWNER=city.server.conninfo_of(used, user=city.owner))
    city.runs(
        "Restoring",
        folder,
        RESTORED=city.server.conninfo_of(fresh, user=city.owner),
        REFERENDUM_MODE="test",
        REFERENDUM_DATABASE_URL=city.server.url_of(fresh, user=city.app),
        REFERENDUM_OWNER_DATABASE_URL=city.server.url_of(fresh, user=city.owner),
        REFERENDUM_KEYS_FOLDER=str(keys_folder),
    )
    return Restored(fresh, city.counts(used), city.counts(fresh))


def test_what_the_owner_dumped_is_restored_with_every_row(restored: Restored) -> None:
    assert restored.brought == restored.dumped
    assert restored.dumped["public.line_state"] == 3
    assert restored.dumped["pgmq.q_work"] > 0


def test_the_service_is_ready_on_it_and_goes_on(
    city: City, restored: Restored, log_key: LogKey, keys_folder: Path
) -> None:
    database = restored.database
    with city.serves(database, keys_folder) as services, TestClient(compose(services)) as visitor:
        assert visitor.get("/readyz").json()["ready"] is True
        size = visitor.get("/api/v1/record/checkpoint").json()["size"]
        with services.begin() as uow:
            uow.later("calendar.act", measure_id=str(uuid4()), act="freeze_roll")
        Town(services.begin, services.vault, log_key).drafts(Instrument.REFERENDUM)
        waiting = city.counts(database)["pgmq.q_work"]
        relay.carry(services, relay.publisher(application.create(services)))
        assert city.counts(database)["pgmq.q_work"] > waiting
        log.catch_up(services.begin, log_key)
        assert visitor.get("/api/v1/record/checkpoint").json()["size"] > size


def test_beside_other_keys_it_is_not_served(
    city: City, restored: Restored, keyring: Keyring, tmp_path: Path
) -> None:
    others = write(exchanged(keyring, *EVERY), tmp_path / "keys")
    with pytest.raises(KeysOfAnother) as refused, city.serves(restored.database, others):
        pass
    assert refused.value.facts["keys"] == sorted(EVERY)
