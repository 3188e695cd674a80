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
            )
        )
        yield services
        services.engine.dispose()


@pytest.fixture
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


@pytest.fixture
def used(city: City, keyring: Keyring, log_key: LogKey, keys_folder: Path) -> str:
    """A city's database with a petition, a sealed record, and messages in the default queue."""
    database = city.database()
    city.migrates(database)
    with city.serves(database, keys_folder) as services:
        town = Town.settles(services.begin, Vault(keyring), log_key)
        town.collects(town.opens(Instrument.INITIATIVE), town.some(3))
        town.seals()
        relay.carry(services, relay.publisher(application.create(services)))
    return database


@pytest.fixture
def keys_folder(keyring: Keyring, tmp_path: Path) -> Path:
    return write(keyring, tmp_path / "keys")


@pytest.fixture
def restored(city: City, used: str, keys_folder: Path, tmp_path: Path) -> str:
    """A fresh database into which the page's commands brought what they had dumped."""
    database = city.database()
    city.runs("Backing up", tmp_path, OWNER=city.server.conninfo_of(used, user=city.owner))
    city.runs(
        "Restoring",
        tmp_path,
        RESTORED=city.server.conninfo_of(database, user=city.owner),
        REFERENDUM_MODE="test",
        REFERENDUM_DATABASE_URL=city.server.url_of(database, user=city.app),
        REFERENDUM_OWNER_DATABASE_URL=city.server.url_of(database, user=city.owner),
        REFERENDUM_KEYS_FOLDER=str(keys_folder),
    )
    return database


def test_what_the_owner_dumped_is_restored_with_every_row(
    city: City, used: str, restored: str
) -> None:
    counts = city.counts(used)
    assert city.counts(restored) == counts
    assert counts["public.line_state"] == 3
    assert counts["pgmq.q_work"] > 0


def test_the_service_is_ready_on_it_and_goes_on(
    city: City, restored: str, log_key: LogKey, keys_folder: Path
) -> None:
    with city.serves(restored, keys_folder) as services, TestClient(compose(services)) as visitor:
        assert visitor.get("/readyz").json()["ready"] is True
        size = visitor.get("/api/v1/record/checkpoint").json()["size"]
        with services.begin() as uow:
            uow.later("calendar.act", measure_id=str(uuid4()), act="freeze_roll")
        Town(services.begin, services.vault, log_key).drafts(Instrument.REFERENDUM)
        waiting = city.counts(restored)["pgmq.q_work"]
        relay.carry(services, relay.publisher(application.create(services)))
        assert city.counts(restored)["pgmq.q_work"] > waiting
        log.catch_up(services.begin, log_key)
        assert visitor.get("/api/v1/record/checkpoint").json()["size"] > size


def test_beside_other_keys_it_is_not_served(
    city: City, restored: str, keyring: Keyring, keys_folder: Path
) -> None:
    write(exchanged(keyring, *EVERY), keys_folder)
    with pytest.raises(KeysOfAnother) as refused, city.serves(restored, keys_folder):
        pass
    assert refused.value.facts["keys"] == sorted(EVERY)
