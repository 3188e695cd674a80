"""A PostgreSQL to work with: the one that is given, or an embedded one that needs no set-up."""

import fcntl
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Never

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url

from referendum.cli.binaries import (
    Account,
    PostgresUnavailable,
    server_account,
    usable_binaries,
)
from referendum.cli.cluster import PORT, SUPERUSER, Cluster
from referendum.cli.postmaster import Postmaster

__all__ = ["PostgresUnavailable", "Server", "default_folder", "embedded"]

DATABASE = "referendum"

MEMORY = Path("/dev/shm")  # noqa: S108  # own folder inside
ROOM = 2 << 30
"""Free bytes in memory that a temporary cluster may want: its log and a large test's tables."""

_ATTACH_SECONDS = 60


class Server:
    """A server that answers, and the databases in it."""

    def __init__(self, address: URL, *, maintenance: str, cluster: Cluster | None = None) -> None:
        self._address = address
        self._maintenance = maintenance
        self._cluster = cluster

    @property
    def url(self) -> str:
        """The service's own database, for SQLAlchemy."""
        return self._address.render_as_string(hide_password=False)

    @property
    def conninfo(self) -> str:
        """The same database, for libpq (kombu's `pgmq` transport)."""
        return self.conninfo_of(None)

    def url_of(self, database: str, *, user: str | None = None) -> str:
        """Another database; as another role, which the embedded server asks no password of."""
        address = self._address.set(database=database)
        if user is not None:
            address = address.set(username=user)
        return address.render_as_string(hide_password=False)

    def conninfo_of(self, database: str | None, *, user: str | None = None) -> str:
        address = self._address
        known = {
            "host": address.host,
            "port": address.port,
            "user": user or address.username,
            "password": address.password,
            "dbname": database or address.database,
        }
        extra = {name: value for name, value in address.query.items() if isinstance(value, str)}
        return make_conninfo("", **{name: value for name, value in known.items() if value} | extra)

    @property
    def pid(self) -> int | None:
        """The server's first process, where this program started it."""
        return None if self._cluster is None else self._cluster.pid

    def create_database(self, name: str, template: str | None = None) -> str:
        """Its address. A template must have no open connections, and is copied file by file.

        PostgreSQL's own way with templates writes each page to the log as well: tests, which copy
        a small one for each of them, would spend more than twice as much on it.
        """
        copied = sql.SQL("TEMPLATE {} STRATEGY FILE_COPY")
        origin = copied.format(sql.Identifier(template)) if template else sql.SQL("")
        self._run(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), origin))
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Gone on return, whoever was connected; no error if it never was."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def has_database(self, name: str) -> bool:
        with psycopg.connect(self.conninfo_of(self._maintenance), autocommit=True) as connection:
            asked = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return asked.fetchone() is not None

    def stop(self) -> None:
        """As in an outage; `start` brings it back on the same address."""
        self._own_cluster().stop()

    def start(self) -> None:
        self._own_cluster().start()

    def _own_cluster(self) -> Cluster:
        if self._cluster is None:
            raise PostgresUnavailable("This program did not start that PostgreSQL.")
        return self._cluster

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.conninfo_of(self._maintenance), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def embedded(
    folder: Path | None, *, durable: bool, database_url: str | None = None
) -> Iterator[Server]:
    """A server for as long as the block runs.

    `database_url` wins: then nothing is started. Without a folder the data are temporary.
    A folder that another program of ours already serves is shared, and stays up afterwards.
    `durable=False` is for tests: a power cut may then lose everything. Temporary data of that
    kind stand in memory where the machine has room for them: a test's fresh database is a copy of
    some 11 MB, and disks differ.
    """
    if database_url:
        address = make_url(database_url).set(drivername="postgresql+psycopg")
        yield Server(address, maintenance=address.database or "postgres")
        return
    account = server_account()
    with ExitStack() as leaving:
        if folder is None:
            home = leaving.enter_context(_temporary(account, _places()))
        else:
            home = _prepared(folder.expanduser().absolute(), account)
        lock = leaving.enter_context((home / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield _attached(home)
            return
        leaving.enter_context(_leaving_on_sigterm())
        data = home / "data"
        if folder is None and not durable and _memory_has_room():
            data = leaving.enter_context(_temporary(account, [MEMORY])) / "data"
        cluster = _cluster(home, account, data=data, durable=durable)
        leaving.callback(cluster.stop)
        cluster.start()
        server = _server_at(cluster.sockets, cluster)
        if not server.has_database(DATABASE):
            server.create_database(DATABASE)
        yield server


def default_folder() -> Path:
    """Where the embedded data live when nobody says otherwise.

    `$XDG_STATE_HOME/referendum`, else `~/.local/state/referendum`. Root's home is closed to the
    account that the server runs as, hence `/var/lib/referendum` for root.
    """
    if state := os.environ.get("XDG_STATE_HOME"):
        return Path(state) / "referendum"
    if os.geteuid() == 0:
        return Path("/var/lib/referendum")
    return Path.home() / ".local" / "state" / "referendum"


def _cluster(home: Path, account: Account | None, *, data: Path, durable: bool) -> Cluster:
    version = data / "PG_VERSION"
    major = int(version.read_text()) if version.exists() else None
    binaries = usable_binaries(copies=home / "binaries", account=account, major=major)
    return Cluster(home, binaries, account, data=data, durable=durable)


def _server_at(sockets: Path, cluster: Cluster | None) -> Server:
    address = URL.create(
        "postgresql+psycopg",
        username=SUPERUSER,
        database=DATABASE,
        query={"host": str(sockets), "port": str(PORT)},
    )
    return Server(address, maintenance="postgres", cluster=cluster)


def _attached(home: Path) -> Server:
    deadline = time.monotonic() + _ATTACH_SECONDS
    while time.monotonic() < deadline:
        running = Postmaster.of(home / "data")
        if running is not None and running.ready and running.runs_over(home / "data"):
            server = _server_at(running.socket_folder, None)
            if server.has_database(DATABASE):
                return server
        time.sleep(0.1)
    raise PostgresUnavailable(
        f"Another program holds {home} but its PostgreSQL does not answer. Stop that program first."
    )


def _prepared(folder: Path, account: Account | None) -> Path:
    """Makes what is missing; folders that exist keep their modes."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        each.chmod(0o700 if account is None else 0o755)
    if account is not None and (barrier := account.barrier(folder.resolve())):
        raise PostgresUnavailable(
            f"PostgreSQL does not run as root, and the account nobody cannot enter {barrier}. "
            f"Choose another folder than {folder}, or run as an ordinary user."
        )
    return folder


def _places() -> list[Path]:
    return [Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")]  # noqa: S108  # own folder inside


def _memory_has_room() -> bool:
    return (
        MEMORY.is_dir()
        and os.access(MEMORY, os.W_OK | os.X_OK)
        and shutil.disk_usage(MEMORY).free >= ROOM
    )


@contextmanager
def _temporary(account: Account | None, places: list[Path]) -> Iterator[Path]:
    place = next(
        (each for each in places if account is None or account.barrier(each) is None), places[0]
    )
    folder = Path(tempfile.mkdtemp(prefix="referendum-", dir=place))
    if account is not None:
        folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _leaving_on_sigterm() -> Iterator[None]:
    """Lets a terminated program leave its blocks in order, unless it listens for itself."""
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def leave(number: int, _frame: FrameType | None) -> Never:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
