"""A service beside another database's keys does not start, and says which they are."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool
from starlette.testclient import TestClient
from typer.testing import CliRunner

from referendum.asgi import compose
from referendum.bootstrap import Services, assemble
from referendum.cli.main import app
from referendum.kernel.belonging import KeyMark, KeysOfAnother
from referendum.kernel.keys import PLAIN, Keyring
from referendum.kernel.people import Authority
from referendum.settings import Settings
from referendum.worker.starting import REFUSED
from tests.keyfiles import write
from tests.town import Town
from tests.worker.residents import lives_with_phone

ROOT = Path(__file__).parents[2]
EVERY = (*PLAIN, *(f"authority-{authority}" for authority in Authority))
Assemble = Callable[..., Services]


def exchanged(keyring: Keyring, *names: str) -> Keyring:
    """The same keyring with other keys in these places."""

    def key(name: str, now: bytes) -> bytes:
        return secrets.token_bytes(32) if name in names else now

    return Keyring(
        **{name: key(name, getattr(keyring, name)) for name in PLAIN},
        authorities={
            authority: key(f"authority-{authority}", now)
            for authority, now in keyring.authorities.items()
        },
    )


@pytest.fixture
def assembled(database_url: str, tmp_path: Path) -> Iterator[Assemble]:
    """Starts the service's part of a process with this keyring, and ends it after the test."""
    made: list[Services] = []

    def start(keyring: Keyring, **changed: str) -> Services:
        folder = write(keyring, tmp_path / "keys")
        wanted = Settings(mode="test", database_url=database_url, keys_folder=folder)
        made.append(assemble(wanted.model_copy(update=changed)))
        return made[-1]

    yield start
    for services in made:
        services.engine.dispose()


@contextmanager
def owning(owner_url: str) -> Iterator[Callable[[str], object]]:
    with create_engine(owner_url, poolclass=NullPool).begin() as connection:
        yield lambda statement: connection.execute(text(statement))


def refused(assembled: Assemble, keyring: Keyring, **changed: str) -> list[str]:
    with pytest.raises(KeysOfAnother) as caught:
        assembled(keyring, **changed)
    named = caught.value.facts["keys"]
    assert isinstance(named, list)
    return list(map(str, named))


@pytest.mark.parametrize("name", EVERY)
def test_a_new_database_knows_each_key_again(
    assembled: Assemble, keyring: Keyring, name: str
) -> None:
    assembled(keyring)
    assert refused(assembled, exchanged(keyring, name)) == [name]
    assembled(keyring)


def test_the_record_goes_on_under_its_own_name(assembled: Assemble, keyring: Keyring) -> None:
    assembled(keyring)
    assert refused(assembled, keyring, log_origin="elsewhere.example/record") == ["log-origin"]


def test_several_are_named_together(assembled: Assemble, keyring: Keyring) -> None:
    assembled(keyring)
    others = exchanged(keyring, "codes", "pepper", "authority-mayor")
    assert refused(assembled, others) == ["authority-mayor", "codes", "pepper"]


@pytest.fixture
def used(town: Town, referendum_sufficient: UUID) -> None:
    """A database that is older than the marks: a petition, a resident, and a sealed record."""
    assert town.measure(referendum_sufficient)
    lives_with_phone(town)
    town.seals()
    with town.begin() as uow:
        assert uow.session.scalars(select(KeyMark)).all() == []


@pytest.mark.usefixtures("used")
@pytest.mark.parametrize("name", ["master", "pepper", "log", "authority-mayor"])
def test_a_database_without_marks_is_tried_by_what_it_holds(
    assembled: Assemble, keyring: Keyring, town: Town, name: str
) -> None:
    assert refused(assembled, exchanged(keyring, name)) == [name]
    with town.begin() as uow:
        left = uow.session.scalars(select(KeyMark)).all()
    assert left == [], "keys that do not fit leave no mark"
    assembled(keyring)
    assert refused(assembled, exchanged(keyring, "codes")) == ["codes"]


@pytest.mark.usefixtures("used")
def test_another_name_of_the_record_is_seen_by_its_last_checkpoint(
    assembled: Assemble, keyring: Keyring
) -> None:
    assert refused(assembled, keyring, log_origin="elsewhere.example/record") == ["log-origin"]


def test_a_destroyed_key_is_no_reason_not_to_start(
    assembled: Assemble, keyring: Keyring, town: Town
) -> None:
    lives_with_phone(town)
    with town.begin() as uow:
        uow.session.execute(text("update sealed_data_key set wrapped = null"))
    assembled(keyring)


@pytest.mark.parametrize("name", EVERY)
def test_ready_says_which_keys_are_strange_once_the_database_was_put_back(
    assembled: Assemble, keyring: Keyring, owner_url: str, name: str
) -> None:
    others = exchanged(keyring, name)
    services = assembled(others)
    with TestClient(compose(services)) as visitor:
        assert visitor.get("/readyz").json()["strange_keys"] == []
        with owning(owner_url) as run:
            run("delete from key_mark")
        with services.begin() as uow:  # As a dump of the database of the first keyring holds it.
            assert uow.session.scalars(select(KeyMark)).all() == []
        other = assembled(keyring)
        write(others, services.settings.keys_folder)
        answer = visitor.get("/readyz")
        other.engine.dispose()
    assert answer.status_code == 503
    assert answer.json()["checks"]["keys"] is False
    assert answer.json()["strange_keys"] == [name]
    for key in (keyring.master, others.master, keyring.pepper, others.pepper):
        assert key.hex() not in answer.text


@pytest.fixture
def beside_other_keys(
    assembled: Assemble, keyring: Keyring, database_url: str, tmp_path: Path
) -> dict[str, str]:
    """The environment of a process that is started beside another pepper."""
    assembled(keyring)
    return {
        "REFERENDUM_MODE": "test",
        "REFERENDUM_DATABASE_URL": database_url,
        "REFERENDUM_KEYS_FOLDER": str(write(exchanged(keyring, "pepper"), tmp_path / "keys")),
    }


@pytest.mark.parametrize("command", [("serve",), ("record", "export")])
@pytest.mark.parametrize(
    ("lang", "says"), [("en", "are not those with which"), ("ko", "봉인한 열쇠가 아닙니다")]
)
def test_web_and_commands_name_the_keys_in_a_sentence(
    beside_other_keys: dict[str, str], command: tuple[str, ...], lang: str, says: str
) -> None:
    done = CliRunner().invoke(app, [*command, "--lang", lang], env=beside_other_keys)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stderr.splitlines()[1:] == ["  pepper"]


@pytest.mark.parametrize("part", ["work", "beat"])
def test_worker_and_beat_do_not_begin(beside_other_keys: dict[str, str], part: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "referendum.worker", part],
        env={**os.environ, **beside_other_keys},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == REFUSED
    [said] = [json.loads(line) for line in done.stdout.splitlines()]
    assert (said["problem"], said["keys"]) == (KeysOfAnother.code, ["pepper"])
