"""The whole service on one machine: database, web, worker and beat as one command."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import ClassVar, Final, Never

from sqlalchemy.engine import make_url

from referendum.bootstrap import Services, assemble, read_settings
from referendum.cli import postgres
from referendum.cli.postgres import Server
from referendum.cli.speaking import usable, words_for
from referendum.cli.supervising import Part, Supervisor, Tell
from referendum.kernel import keys
from referendum.kernel.errors import DomainError, Refusal
from referendum.migrations.migrating import Role, migrate

HOST: Final = "127.0.0.1"
APP_ROLE: Final = "referendum_app"
START_SECONDS: Final = 120


class PartNotStarting(DomainError):
    """Web, worker or beat did not come up."""

    code: ClassVar[str] = "part-not-starting"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Installation:
    """A migrated database, keys, and the environment that the parts are started with."""

    server: Server
    services: Services
    environment: Mapping[str, str] = field(repr=False)
    address: str
    listener: socket.socket


@contextmanager
def installed(
    *,
    folder: Path | None,
    mode: str,
    port: int = 8000,
    durable: bool = True,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Installation]:
    """A deployment without its processes, for as long as the block runs; made where missing.

    Without a folder everything is temporary. `settings` go over the ones made here, by their
    environment names. The caller's thread must live as long: the database ends with it.
    """
    with ExitStack() as leaving:
        server = leaving.enter_context(
            postgres.embedded(
                folder, durable=durable, database_url=os.environ.get("DATABASE_URL") or None
            )
        )
        keys_folder = _keys(folder, leaving)
        listener = leaving.enter_context(_listener(port))
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        own = {
            "REFERENDUM_MODE": mode,
            "REFERENDUM_DATABASE_URL": _as_app(server),
            "REFERENDUM_OWNER_DATABASE_URL": server.url,
            "REFERENDUM_KEYS_FOLDER": str(keys_folder),
            "REFERENDUM_PUBLIC_URL": address,
            # Where the clock may jump, what was kept would be of another day.
            **({} if mode == "city" else {"REFERENDUM_PAGE_SECONDS": "0"}),
            **(settings or {}),
        }
        migrate(server.url, Role.of(own["REFERENDUM_DATABASE_URL"]), may_shift_clock=mode != "city")
        leaving.enter_context(_environment(own))
        with usable():
            services = assemble(read_settings(), application="referendum-installer")
        leaving.callback(services.engine.dispose)
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        yield Installation(server, services, environment, address, listener)


def run_all(
    installation: Installation,
    *,
    log: Path | None = None,
    announce: Callable[[str], None] = lambda _address: None,
    tell: Tell | None = None,
    until: Callable[[Supervisor], bool] = lambda _supervisor: False,
) -> None:
    """Run web, worker and beat until Ctrl-C, SIGTERM or the condition; then nothing is left.

    `announce` is called once with the address, when pages are answered. A part that dies is
    started again, and so is our own database; what was being done comes again from the outbox.
    The parts' own lines go to `log`, or where ours go.
    """
    told = tell or _say
    with _signals(), Supervisor(told) as supervisor:
        for part in parts(installation, log=log):
            supervisor.start(part)
        _await_ready(supervisor, installation.address)
        announce(installation.address)
        supervisor.run(lambda: _mended(installation.server, told) and until(supervisor))


def parts(installation: Installation, *, log: Path | None = None) -> tuple[Part, ...]:
    """The processes of the service."""
    python, given = sys.executable, installation.environment
    descriptor = installation.listener.fileno()
    return (
        Part(
            "web",
            (python, "-m", "referendum", "serve", f"--fd={descriptor}"),
            given,
            # The socket outlives the process: while web starts again, visitors wait in line.
            (descriptor,),
            log,
        ),
        Part("worker", (python, "-m", "referendum.worker", "work"), given, log=log),
        Part("beat", (python, "-m", "referendum.worker", "beat"), given, log=log),
    )


def _mended(server: Server, tell: Tell) -> bool:
    """Start our own database again where it has died. True, so that the next may be asked."""
    if server.pid is not None and _has_ended(server.pid):
        tell("database", -signal.SIGKILL)
        server.stop()
        server.start()
    return True


def _has_ended(child: int) -> bool:
    """Whether a child is dead, without burying it: that is for whoever started it."""
    try:
        return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _say(part: str, status: int) -> None:
    words = words_for(None)
    print(words("cli.part_ended", part=part, status=status), file=sys.stderr)


class _Ended(BaseException):
    """A signal asked for the end."""


@contextmanager
def _environment(own: Mapping[str, str]) -> Iterator[None]:
    """These variables, for as long as the block runs: settings are read from nowhere else."""
    before = dict(os.environ)
    os.environ.update(own)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block quietly. Elsewhere than in the main thread: nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> Never:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise _Ended

    before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except _Ended:
        pass
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _await_ready(supervisor: Supervisor, address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    supervisor.run(lambda: time.monotonic() > deadline or _answers(address))
    if not _answers(address):
        raise PartNotStarting(part="web")


def _answers(address: str) -> bool:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200  # noqa: PLR2004  # RFC 9110: OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def _listener(port: int) -> Iterator[socket.socket]:
    """A socket on this port, or on a free one where it is taken."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError:
            listening.bind((HOST, 0))
        listening.listen(128)
        yield listening


def _keys(folder: Path | None, leaving: ExitStack) -> Path:
    if folder is None:
        home = Path(leaving.enter_context(tempfile.TemporaryDirectory(prefix="referendum-keys-")))
    else:
        home = folder.expanduser().absolute()
    made = home / "keys"
    if not made.exists():
        keys.create(made)
    return made


def _as_app(server: Server) -> str:
    return server.url_of(make_url(server.url).database or "referendum", user=APP_ROLE)
