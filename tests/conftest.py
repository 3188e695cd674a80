"""What every test stands on: one PostgreSQL a run, and a fresh migrated database a test."""

from __future__ import annotations

import gc
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import sessionmaker

from referendum.cli.postgres import Server, embedded
from referendum.doors import journal
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey
from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, beginner
from tests.databases import Databases
from tests.doors.browser import LOOP
from tests.ground import laid
from tests.patience import POOLS, SPOKEN, patient
from tests.schema import build
from tests.stages import BEGINNINGS, FOUNDATIONS, FURTHER, SCENES, STAGES, Standing, Template
from tests.town import Town
from tests.web.public_addresses import Streets

TEMPLATE = "template_referendum"
SETTLED = "town"

ALLOCATED = 100_000
"""So many new objects before the collector looks again; it looks at old ones ever more rarely."""


def pytest_sessionstart() -> None:
    """What importing and collecting make, stays: there is nothing to find in it."""
    gc.disable()


def pytest_collection_finish() -> None:
    """A million objects of modules and tests are looked through no more for what went."""
    gc.freeze()
    gc.set_threshold(ALLOCATED, 50, 100)
    gc.enable()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of our own for the run; it leaves nothing behind."""
    with embedded(None, durable=False) as running:
        running.create_database(TEMPLATE)
        build(running.url_of(TEMPLATE))
        SPOKEN.learn(running.url_of(TEMPLATE))
        yield running


@pytest.fixture(scope="session")
def databases(server: Server) -> Iterator[Databases]:
    lending = Databases(server)
    yield lending
    lending.ends()


@pytest.fixture(scope="session")
def standing(server: Server, vault: Vault, log_key: LogKey) -> Standing:
    """The template of a stage, made with those before it when it is first asked for."""

    @contextmanager
    def made(name: str, origin: str) -> Iterator[Begin]:
        server.create_database(name, template=origin)
        engine = patient(server.url_of(name, user="referendum_app"))
        yield beginner(sessionmaker(engine, expire_on_commit=False))
        engine.dispose()
        POOLS.ends(name)

    @cache
    def template(stage: str) -> Template:
        database = f"template_{stage}"
        if stage == SETTLED:
            with made(database, TEMPLATE) as begin:
                ground = laid(begin, vault)
            return Template(database, ground=ground)
        if stage in FOUNDATIONS:
            with made(database, TEMPLATE) as begin:
                return Template(database, founded=FOUNDATIONS[stage](begin, vault))
        if stage in SCENES:
            with made(database, template(SETTLED).database) as begin:
                return Template(database, founded=SCENES[stage](Town(begin, vault, log_key)))
        if stage in BEGINNINGS:
            with made(database, template(SETTLED).database) as begin:
                return Template(database, BEGINNINGS[stage](Town(begin, vault, log_key)))
        before, goes = FURTHER[stage]
        measure = template(before).measure
        assert measure is not None
        with made(database, template(before).database) as begin:
            goes(Town(begin, vault, log_key), measure)
        return Template(database, measure)

    return template


@pytest.fixture(scope="session", autouse=True)
def _loop() -> Iterator[None]:
    """The event loop that browsers share ends with the run."""
    yield
    LOOP.ends()


@pytest.fixture(scope="session", autouse=True)
def _journal() -> None:
    """Lines as the service writes them: structlog's own way prints all that a failure held."""
    lines = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(processors=[*journal.processors(strict=False), lines])


@pytest.fixture
def owner_url(
    server: Server, databases: Databases, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A fresh database, as its owner: the town's where the test speaks through the town.

    A test that asks for one of the stages finds the town there.
    """
    stages = (*STAGES, *FOUNDATIONS, *SCENES, SETTLED)
    asked = [stage for stage in stages if stage in request.fixturenames]
    template = TEMPLATE
    if asked:
        stage, *others = asked
        assert others in ([], [SETTLED]), f"one database cannot be at two stages: {asked}"
        template = request.getfixturevalue("standing")(stage).database
    untouched = request.node.get_closest_marker("untouched") is not None
    with databases.lent(template, untouched=untouched) as name:
        yield server.url_of(name)


@pytest.fixture
def owner(owner_url: str) -> Iterator[Engine]:
    """Whoever may do anything in the test's database."""
    engine = patient(owner_url)
    yield engine
    engine.dispose()


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
def town(begin: Begin, vault: Vault, log_key: LogKey, standing: Standing) -> Town:
    """A city with its people, its officers and a clock of its own."""
    return Town(begin, vault, log_key, standing(SETTLED).ground)


@pytest.fixture
def initiative_open(town: Town, standing: Standing) -> UUID:
    """A petition for an ordinance that collects."""
    return measure_at("initiative_open", town, standing)


@pytest.fixture
def referendum_open(town: Town, standing: Standing) -> UUID:
    """A petition for a referendum that collects."""
    return measure_at("referendum_open", town, standing)


@pytest.fixture
def recall_open(town: Town, standing: Standing) -> UUID:
    """A petition for a recall that collects."""
    return measure_at("recall_open", town, standing)


@pytest.fixture
def advisory_open(town: Town, standing: Standing) -> UUID:
    """A petition for an advisory vote that collects."""
    return measure_at("advisory_open", town, standing)


@pytest.fixture
def referendum_sufficient(town: Town, standing: Standing) -> UUID:
    """A petition for a referendum with forty good lines, found sufficient."""
    return measure_at("referendum_sufficient", town, standing)


@pytest.fixture
def recall_sufficient(town: Town, standing: Standing) -> UUID:
    """A petition for a recall with 140 good lines of all districts, found sufficient."""
    return measure_at("recall_sufficient", town, standing)


@pytest.fixture
def referendum_called(town: Town, standing: Standing) -> UUID:
    """Called by the mayor."""
    return measure_at("referendum_called", town, standing)


@pytest.fixture
def referendum_furnished(town: Town, standing: Standing) -> UUID:
    """Called, its roll frozen the day before and its stations furnished."""
    return measure_at("referendum_furnished", town, standing)


@pytest.fixture
def referendum_counting(town: Town, standing: Standing) -> UUID:
    """Its polls have just closed."""
    return measure_at("referendum_counting", town, standing)


@pytest.fixture
def advisory_called(town: Town, standing: Standing) -> UUID:
    """An advisory vote that the mayor drafted and called."""
    return measure_at("advisory_called", town, standing)


@pytest.fixture
def enrolment_called(town: Town, standing: Standing) -> UUID:
    """An advisory vote for which residents enrol themselves, called."""
    return measure_at("enrolment_called", town, standing)


@pytest.fixture
def advisory_furnished(town: Town, standing: Standing) -> UUID:
    """An advisory vote, its roll frozen the day before and its stations furnished."""
    return measure_at("advisory_furnished", town, standing)


@pytest.fixture
def advisory_counting(town: Town, standing: Standing) -> UUID:
    """An advisory vote whose polls have just closed."""
    return measure_at("advisory_counting", town, standing)


@pytest.fixture
def advisory_declared(town: Town, standing: Standing) -> UUID:
    """An advisory vote in which six of twelve voted in each district, five for it; certified."""
    return measure_at("advisory_declared", town, standing)


@pytest.fixture
def advisory_lost(town: Town, standing: Standing) -> UUID:
    """An advisory vote in which five of twelve voted in each district, three against; certified."""
    return measure_at("advisory_lost", town, standing)


@pytest.fixture
def streets(town: Town, standing: Standing) -> Streets:
    """One of everything that anyone may read."""
    laid = standing("streets").founded
    assert isinstance(laid, Streets)
    return replace(laid, town=town)


def measure_at(stage: str, town: Town, standing: Standing) -> UUID:
    """The measure of a stage, in a database that is a copy of its template."""
    measure = standing(stage).measure
    assert measure is not None
    assert town.measure(measure).id == measure
    return measure
