"""The whole service as one command: it comes up, mends itself, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from referendum.cli.serving import Installation, installed, run_all
from referendum.cli.supervising import Supervisor
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.uow import Begin
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Representative
from referendum.notices.tables import Notice
from tests.running.watching import alive, answer, descendants, ready, waits_until
from tests.town import Town
from tests.worker.residents import lives_with_phone
from thresholds.vocabulary import Instrument

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MESSAGES = 40
KILLS = ("worker", "beat", "database", "web", "worker", "beat")
"""Who is killed, one after the other, while the messages are carried out."""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.running.whole"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield started
    started.kill()
    started.communicate()


def up(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Where it answers and who its processes are: the one line it says that is about that."""
    assert process.stdout is not None
    for line in process.stdout:
        said: dict[str, Any] = json.loads(line)
        if "address" in said:
            return said
    pytest.fail("the service ended before it was ready")


def test_it_answers_and_killed_it_leaves_nothing_running(process: subprocess.Popen[str]) -> None:
    said = up(process)
    found = ready(said["address"])
    assert found is not None
    assert set(found["checks"]) == {"database", "migrations", "broker", "keys"}
    assert answer(f"{said['address']}/healthz") == (200, b"ok\n")
    everyone = descendants(process.pid)
    assert set(said["pids"].values()) <= everyone
    process.kill()
    waits_until(lambda: not any(map(alive, everyone)), what="all processes are gone")


def tells(town: Town) -> UUID:
    """A measure of which one representative can be told: its one step, so many times over."""
    person = lives_with_phone(town)
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    with town.begin() as uow:
        uow.session.add(Representative(measure_id=measure, person_id=person))
        for _ in range(MESSAGES - 1):
            uow.later("notices.tell_step", measure_id=str(measure), sequence="1")
    return measure


def undone(begin: Begin) -> int:
    with begin() as uow:
        waiting = select(func.count()).where(
            OutboxMessage.task == "notices.tell_step", OutboxMessage.done_at.is_(None)
        )
        return uow.session.scalar(waiting) or 0


def killing(
    begin: Begin, killed: list[str], database: Callable[[], int | None]
) -> Callable[[Supervisor], bool]:
    """Kills the next of the list whenever some more messages are done; True when all is over."""

    def look(supervisor: Supervisor) -> bool:
        try:
            waiting = undone(begin)
        except OperationalError:
            return False  # the database is the one who was killed
        pids = {**supervisor.pids(), "database": database() or 0}
        due = MESSAGES - len(killed) * MESSAGES // len(KILLS)
        if len(killed) < len(KILLS) and (waiting < due or not killed):
            next_one = KILLS[len(killed)]
            if next_one in pids:
                os.kill(pids[next_one], signal.SIGKILL)
                killed.append(next_one)
        return waiting == 0 and len(killed) == len(KILLS) and len(pids) == 4

    return look


def losing(
    installation: Installation, seen: list[tuple[bool, bool]]
) -> Callable[[Supervisor], bool]:
    """Takes the database away for a moment; True when what was asked for since then is done."""
    begin = installation.services.begin
    asked = OutboxMessage.task == "calendar.act"

    def look(supervisor: Supervisor) -> bool:
        if not seen:
            pids = supervisor.pids()
            installation.server.stop()
            lives = answer(f"{installation.address}/healthz") == (200, b"ok\n")
            seen.append((lives, ready(installation.address) is not None))
            installation.server.start()
            with begin() as uow:
                uow.later("calendar.act", measure_id=str(UUID(int=0)), act="freeze_roll")
            assert supervisor.pids() == pids
        with begin() as uow:
            return uow.session.scalars(select(OutboxMessage.done_at).where(asked)).one() is not None

    return look


def test_whoever_is_killed_every_effect_comes_exactly_once_and_it_ends_when_it_is_told_to() -> None:
    """Work goes on after an outage, too; and on SIGTERM all of it ends quietly."""
    assert threading.current_thread() is threading.main_thread(), "signals are heard there alone"
    everyone: set[int] = set()
    with installed(folder=None, mode="demo", port=0, durable=True) as installation:
        services = installation.services
        town = Town.settles(services.begin, services.vault, services.log_key)
        tells(town)
        killed: list[str] = []
        mourned: list[str] = []
        seen: list[tuple[bool, bool]] = []
        all_over = killing(services.begin, killed, lambda: installation.server.pid)
        mended = losing(installation, seen)
        told: list[int] = []

        def until(supervisor: Supervisor) -> bool:
            if not told:
                if not (all_over(supervisor) and ready(installation.address)):
                    return False
                with services.begin() as uow:
                    notices = select(func.count()).select_from(Notice)
                    told.append(uow.session.scalar(notices) or 0)
            if mended(supervisor):
                started = {*supervisor.pids().values(), installation.server.pid or 0}
                everyone.update(started, *map(descendants, started))
                os.kill(os.getpid(), signal.SIGTERM)
            return False

        run_all(installation, tell=lambda part, _status: mourned.append(part), until=until)
        assert killed == list(KILLS)
        assert sorted(mourned) == sorted(KILLS)
        # A notice is written anew by each run of the task: a doubled effect would be seen.
        assert told == [MESSAGES]
        assert seen == [(True, False)]
    assert len(everyone) > len({"web", "worker", "beat", "database"}), "they have their own"
    waits_until(lambda: not any(map(alive, everyone)), what="all processes are gone")
