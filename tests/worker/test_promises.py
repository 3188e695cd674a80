"""What the source asks the background for is what the background offers."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from referendum.bootstrap import Services
from referendum.kernel.outbox import Waiting
from referendum.worker import app as application
from referendum.worker import relay
from referendum.worker.app import PULSES, TASKS
from referendum.worker.queues import transport_options

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Asked:
    """One `uow.later(…)` of the source."""

    where: str
    task: str
    arguments: frozenset[str]


def asked() -> Iterator[Asked]:
    for package in ("referendum", "signatures", "ballots"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "later"
                ):
                    yield _asked(file, node)


def _asked(file: Path, call: ast.Call) -> Asked:
    where = f"{file.relative_to(ROOT)}:{call.lineno}"
    (name,) = call.args
    module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    match name:
        case ast.Constant(value=str(task)):
            pass
        case ast.Name(id=constant):
            task = getattr(module, constant)
        case _:
            pytest.fail(f"{where}: the task is not named by a literal or a constant")
    assert all(keyword.arg for keyword in call.keywords), f"{where}: arguments must be spelled out"
    return Asked(where, task, frozenset(str(keyword.arg) for keyword in call.keywords))


OF_ALL = ("services", "message_id")
"""What every task is given."""


def test_every_task_asked_for_is_registered_and_takes_these_arguments() -> None:
    found = list(asked())
    assert len(found) >= 5
    for one in found:
        assert one.task in TASKS, one
        known = inspect.signature(TASKS[one.task]).parameters
        taken = {name: each for name, each in known.items() if name not in OF_ALL}
        needed = {name for name, each in taken.items() if each.default is each.empty}
        assert needed <= one.arguments <= set(taken), one


def test_every_task_takes_the_id_of_its_message() -> None:
    for name, task in TASKS.items():
        assert list(inspect.signature(task).parameters)[:2] == ["services", "message_id"], name


def test_pulses_need_nothing_but_the_services() -> None:
    for name, pulse in PULSES.items():
        assert list(inspect.signature(pulse.job).parameters) == ["services"], name


def test_celery_knows_every_task_and_no_work_waits_in_a_timer(services: Services) -> None:
    app = application.create(services)
    assert set(TASKS) | set(PULSES) | {application.RELAY} <= set(app.tasks)
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["queue"] == "pulse"
        assert not {"eta", "countdown"} & set(entry["options"])
    for needed in ("task_acks_late", "task_reject_on_worker_lost", "task_ignore_result"):
        assert app.conf[needed] is True
    assert app.conf.accept_content == ["json"]
    assert app.conf.worker_prefetch_multiplier == 1


def test_redis_gives_the_messages_of_a_lost_worker_back_soon() -> None:
    options = transport_options("redis://localhost", "postgresql+psycopg://app@/referendum")
    assert options["visibility_timeout"] <= 300
    assert options["unacked_restore_interval"] <= 5
    assert options["unacked_restore_throttle"] == 1


def test_what_a_pulse_asks_for_is_found_before_the_next_asks_again() -> None:
    options = transport_options("pgmq://", "postgresql+psycopg://app@/referendum")
    every = [pulse.every for pulse in PULSES.values()]
    assert options["polling_interval"] <= min(*every, application.RELAY_EVERY).total_seconds() / 2


def test_the_relay_publishes_ids_and_keeps_a_message_until_it_is_done(services: Services) -> None:
    heard: list[tuple[str, Mapping[str, str]]] = []
    with services.begin() as uow:
        uow.later("notices.deliver", notice_id="n-1")
    for _ in range(2):
        relay.carry(services, lambda message: heard.append((message.task, message.arguments)))
    assert heard == [("notices.deliver", {"notice_id": "n-1"})]


def test_what_a_broker_does_not_take_waits_and_is_offered_at_the_next_pulse(
    services: Services,
) -> None:
    heard: list[str] = []
    down = True

    def publish(message: Waiting) -> None:
        if down and len(heard) == 2:
            raise ConnectionError
        heard.append(message.arguments["number"])

    for number in range(5):
        with services.begin() as uow:
            uow.later("test.task", number=str(number))
    for _ in range(3):
        relay.carry(services, publish)
    assert heard == ["0", "1"]
    down = False
    relay.carry(services, publish)
    assert heard == ["0", "1", "2", "3", "4"]
