"""What every test stands on: one PostgreSQL a run, and a fresh migrated database a test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.orm import sessionmaker

from referendum.cli.postgres import Server, embedded
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey
from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, beginner
from tests.patience import patient
from tests.schema import build
from tests.town import Town

TEMPLATE = "template_referendum"
SETTLED = "template_town"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of our own for the run; it leaves nothing behind."""
    with embedded(None, durable=False) as running:
        running.create_database(TEMPLATE)
        build(running.url_of(TEMPLATE))
        yield running


@pytest.fixture(scope="session")
def settled(server: Server, vault: Vault, log_key: LogKey) -> str:
    """A template in which the town has already been founded."""
    server.create_database(SETTLED, template=TEMPLATE)
    engine = patient(server.url_of(SETTLED, user="referendum_app"))
    Town.settles(beginner(sessionmaker(engine, expire_on_commit=False)), vault, log_key)
    engine.dispose()
    return SETTLED


@pytest.fixture
def owner_url(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database, as its owner; the town's where the test speaks through the town."""
    settled = "town" in request.fixturenames
    template = request.getfixturevalue("settled") if settled else TEMPLATE
    name = f"test_{uuid4().hex[:12]}"
    server.create_database(name, template=template)
    yield server.url_of(name)
    server.drop_database(name)


@pytest.fixture
def database_url(server: Server, owner_url: str) -> str:
    """The same database as the application's role sees it."""
    name = make_url(owner_url).database
    assert name is not None
    return server.url_of(name, user="referendum_app")


@pytest.fixture
def begin(database_url: str) -> Iterator[Begin]:
    """The one way to open a transaction, as the application's role."""
    engine = patient(database_url, pool=60)
    yield beginner(sessionmaker(engine, expire_on_commit=False))
    engine.dispose()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring(
        master=secrets.token_bytes(32),
        pepper=secrets.token_bytes(32),
        codes=secrets.token_bytes(32),
        log=secrets.token_bytes(32),
        authorities={authority: secrets.token_bytes(32) for authority in Authority},
    )


@pytest.fixture(scope="session")
def vault(keyring: Keyring) -> Vault:
    return Vault(keyring)


@pytest.fixture(scope="session")
def log_key(keyring: Keyring) -> LogKey:
    return LogKey("referendum.example/record", keyring.log)


@pytest.fixture(scope="session")
def shared() -> Path | None:
    """The folder of real cases beside the checkout, where there is one."""
    folder = Path(__file__).parents[2] / "shared"
    return folder if folder.is_dir() else None


@pytest.fixture
def town(begin: Begin, vault: Vault, log_key: LogKey) -> Town:
    """A city with its people, its officers and a clock of its own."""
    return Town(begin, vault, log_key)
