"""One PostgreSQL server over one folder: made, started, recovered and stopped."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from referendum.cli.binaries import Account, Binaries, PostgresUnavailable, identity
from referendum.cli.postmaster import Postmaster, dies_with_us, exists

SUPERUSER = "postgres"
PORT = 5432
"""Only the name of a socket file: no server of ours listens on a network."""

_LONGEST_SOCKET_PATH = 100
"""The kernel allows 107 bytes (`sun_path`); some are left for suffixes."""

_START_SECONDS = 60
_STOP_SECONDS = 30

_ALWAYS = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Details and statements of an error carry names and numbers of people.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    # A register of a million writes two gigabytes: with the usual one, checkpoints come in the
    # midst of it, and every page is written whole after each of them.
    "max_wal_size": "4GB",
    # Its indexes stand in memory; and its log is written by the process that is there for it,
    # where whoever makes room for a page would wait for the disk.
    "shared_buffers": "512MB",
    "wal_buffers": "64MB",
    "wal_writer_delay": "20ms",
}
_FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Nothing lives as long; and how tables are read must not depend on when it was looked at them.
    "autovacuum": "off",
    # The data may stand in memory, and the log with them.
    "max_wal_size": "256MB",
    "shared_buffers": "128MB",
    "wal_buffers": "4MB",
}


class Cluster:
    """The caller holds the folder's lock for as long as this lives.

    The data stand in `data`, which need not be in that folder.
    """

    def __init__(
        self,
        folder: Path,
        binaries: Binaries,
        account: Account | None,
        *,
        data: Path,
        durable: bool,
    ) -> None:
        self.data = data
        self.log = folder / "postgres.log"
        self._folder = folder
        self._binaries = binaries
        self._account = account
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets: Path | None = None

    def start(self) -> None:
        """Ready for connections on return. Data that a crash left behind are recovered."""
        if not self.data.exists():
            self._make()
        self._clear_the_way()
        self._sockets = self._socket_folder()
        deadline = time.monotonic() + _START_SECONDS
        while not self._launched(deadline):
            # Server processes orphaned by a kill -9 take a moment to notice and leave.
            if time.monotonic() > deadline or "still in use" not in self._last_words():
                self.stop()
                raise PostgresUnavailable(f"PostgreSQL did not start:\n{self._last_words()}")
            time.sleep(0.5)

    def stop(self) -> None:
        """Open transactions are rolled back; returns when no process is left."""
        process, self._process = self._process, None
        if process is not None:
            for how, patience in (
                (signal.SIGINT, _STOP_SECONDS),
                (signal.SIGQUIT, 10),
                (signal.SIGKILL, 10),
            ):
                process.send_signal(how)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
                    break
        if self._sockets is not None and self._sockets.parent != self._folder:
            shutil.rmtree(self._sockets, ignore_errors=True)
        self._sockets = None

    @property
    def sockets(self) -> Path:
        if self._sockets is None:
            raise PostgresUnavailable("The embedded PostgreSQL has been stopped.")
        return self._sockets

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def _make(self) -> None:
        """Made beside its place and moved there whole: a broken-off set-up leaves no data."""
        half = self.data.with_name("data.new")
        shutil.rmtree(half, ignore_errors=True)
        self._own_folder(half)
        built_in = self._binaries.major >= 17  # noqa: PLR2004  # the version that brought it
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        done = subprocess.run(
            [
                self._binaries.program("initdb"),
                f"--pgdata={half}",
                f"--username={SUPERUSER}",
                # The socket's folder is the lock: only its owner and root may enter it.
                "--auth=trust",
                "--encoding=UTF8",
                *(locale if built_in else ("--locale=C.UTF-8",)),
                *(() if self._durable else ("--no-sync",)),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
            **identity(self._account),
        )
        if done.returncode:
            raise PostgresUnavailable(f"initdb failed:\n{done.stderr[-2000:]}")
        half.rename(self.data)

    def _clear_the_way(self) -> None:
        """Ends a server whose launcher is gone, and drops a note that names a stranger."""
        left = Postmaster.of(self.data)
        if left is None:
            return
        deadline = time.monotonic() + _STOP_SECONDS
        while left.runs_over(self.data):
            if time.monotonic() > deadline:
                raise PostgresUnavailable(
                    f"A PostgreSQL left behind over {self.data} does not stop (process {left.pid})."
                )
            with suppress(ProcessLookupError):
                os.kill(left.pid, signal.SIGINT)
            time.sleep(0.1)
        if exists(left.pid):
            # The number has gone to a stranger; PostgreSQL would take that for a running server.
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _socket_folder(self) -> Path:
        near = self._folder / "run"
        if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH:
            if not near.exists():
                self._own_folder(near)
            return near
        far = Path(tempfile.mkdtemp(prefix="referendum-", dir="/tmp"))
        self._hand_over(far)
        return far

    def _launched(self, deadline: float) -> bool:
        settings = _ALWAYS | ({} if self._durable else _FOR_TESTS)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._binaries.program("postgres"),
                    *("-D", self.data, "-k", self.sockets, "-p", str(PORT)),
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_ENVIRONMENT,
                # A Ctrl-C on the terminal is ours to hear first.
                start_new_session=True,
                preexec_fn=dies_with_us(),  # noqa: PLW1509  # two system calls, loaded before
                **identity(self._account),
            )
        asked = make_conninfo(
            host=str(self.sockets), port=PORT, user=SUPERUSER, dbname="postgres", connect_timeout=5
        )
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(asked).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return True
        return False

    def _last_words(self) -> str:
        with suppress(FileNotFoundError):
            return self.log.read_text(errors="replace")[-1500:]
        return ""

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self._hand_over(folder)

    def _hand_over(self, folder: Path) -> None:
        if self._account is not None:
            os.chown(folder, self._account.uid, self._account.gid)


_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
