"""The Celery application, made from the services: its broker, its tasks and its beat."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

from celery import Celery
from celery.signals import worker_init, worker_process_init
from kombu.entity import Queue

from referendum.bootstrap import Services
from referendum.doors import failures
from referendum.identity.inviting import TASK as INVITE
from referendum.lifecycle.advisory.following_up import TELL as TELL_FOLLOW_UP
from referendum.lifecycle.calendar import TASK as ACT_WHEN_DUE
from referendum.lifecycle.keying import TASK as TAKE_SHEETS_IN
from referendum.lifecycle.reviewing import TASK as EXAMINE
from referendum.notices.reminders import TASK as REMIND
from referendum.notices.sending import TASK as DELIVER
from referendum.roll.importing import TASK as TAKE_IN
from referendum.roll.renumbering import TASK as TELL_FORMER_NUMBERS
from referendum.worker import (
    answers,
    calendar,
    certificates,
    codes,
    intakes,
    invitations,
    news,
    notices,
    petitions,
    phones,
    record,
    relay,
    reminders,
    tether,
)
from referendum.worker.queues import PULSE, WORK, broker, transport, transport_options

Job = Callable[..., None]
"""Called with the services and its arguments by name. Every one of them may run twice."""

TASKS: Final[Mapping[str, Job]] = {
    ACT_WHEN_DUE: calendar.act_when_due,
    DELIVER: notices.deliver,
    "certificates.render": certificates.render,
    "notices.tell_agreement": notices.tell_agreement,
    "notices.tell_invitation": notices.tell_invitation,
    "notices.tell_people": notices.tell_people,
    "notices.tell_step": notices.tell_step,
    "notices.tell_hold": notices.tell_hold,
    "notices.tell_moved": notices.tell_moved,
    TELL_FOLLOW_UP: news.note_follow_up,
    EXAMINE: petitions.examine,
    INVITE: invitations.invite,
    REMIND: reminders.send,
    TAKE_IN: intakes.REGISTER.carry_on,
    TELL_FORMER_NUMBERS: phones.tell,
    TAKE_SHEETS_IN: intakes.SHEETS.carry_on,
}
"""What the outbox may ask for."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Something done again and again. It is late rather than doubled: old ones expire."""

    job: Job
    every: timedelta


PULSES: Final[Mapping[str, Pulse]] = {
    "record.seal": Pulse(record.seal, timedelta(seconds=1)),
    "calendar.sweep": Pulse(calendar.sweep, timedelta(seconds=2)),
    "petitions.fold": Pulse(petitions.fold, timedelta(seconds=5)),
    "codes.send": Pulse(codes.send, timedelta(seconds=1)),
    "register.tend": Pulse(intakes.REGISTER.tend, timedelta(seconds=30)),
    "sheets.tend": Pulse(intakes.SHEETS.tend, timedelta(seconds=30)),
    "petitions.recount": Pulse(petitions.recount, timedelta(hours=1)),
    "codes.end": Pulse(codes.forget_ended, timedelta(minutes=1)),
    "codes.forget": Pulse(codes.forget_traces, timedelta(hours=1)),
    "outbox.forget": Pulse(relay.forget, timedelta(hours=1)),
    "answers.forget": Pulse(answers.forget, timedelta(minutes=1)),
    "news.spread": Pulse(news.spread, timedelta(seconds=5)),
    "news.send": Pulse(news.send, timedelta(seconds=5)),
    "news.forget": Pulse(news.forget, timedelta(hours=1)),
    "reminders.ask": Pulse(reminders.ask, timedelta(seconds=30)),
    "reminders.forget": Pulse(reminders.forget, timedelta(hours=1)),
}
RELAY: Final = "outbox.relay"
RELAY_EVERY: Final = timedelta(seconds=1)


def create(services: Services) -> Celery:
    """The application for this deployment. Nothing is connected before it is run."""
    app = Celery("referendum", set_as_current=False)
    app.conf.update(_configuration(services))
    carry = partial(relay.carry, publish=relay.publisher(app))
    jobs: dict[str, Job] = {**TASKS, RELAY: carry}
    jobs |= {name: pulse.job for name, pulse in PULSES.items()}
    for name, job in jobs.items():
        # Shared, Celery would give it to every other application of the process as well.
        app.task(_guarded(services, job), name=name, shared=False)
    worker_process_init.connect(_after_fork(services, parent=os.getpid()), weak=False)
    worker_init.connect(_throw_old_pulses_away(app), weak=False)
    return app


def _configuration(services: Services) -> dict[str, Any]:
    settings = services.settings
    every = {RELAY: RELAY_EVERY} | {name: pulse.every for name, pulse in PULSES.items()}
    return {
        "broker_url": broker(settings.broker_url),
        "broker_transport": transport(settings.broker_url),
        "broker_transport_options": transport_options(settings.broker_url, settings.database_url),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "enable_utc": True,
        "timezone": "UTC",
        "task_queues": [_queue(WORK), _queue(PULSE)],
        "task_default_queue": WORK,
        "worker_prefetch_multiplier": 1,
        # The service is watched through the database and the metrics, not through the broker.
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "beat_schedule": {
            name: {
                "task": name,
                "schedule": period,
                "options": {"queue": PULSE, "expires": max(5.0, period.total_seconds())},
            }
            for name, period in every.items()
        },
    }


def _queue(name: str) -> Any:
    return Queue(name)  # type: ignore[no-untyped-call]  # kombu has no types


def _guarded(services: Services, job: Job) -> Job:
    """A defect is written down without what it says; the outbox brings the task again."""

    def run(**arguments: str) -> None:
        try:
            job(services, **arguments)
        except Exception as error:  # noqa: BLE001  # Celery would log the error's text and values
            failures.note(error)

    return run


def _after_fork(services: Services, *, parent: int) -> Callable[..., None]:
    def settle(**_given: object) -> None:
        # The parent's connections are the parent's: two processes on one would mix answers.
        services.engine.dispose(close=False)
        tether.die_with(parent)

    return settle


def _throw_old_pulses_away(app: Celery) -> Callable[..., None]:
    """Beat has gone on while no worker ran: what it asked for then is asked for again anyway."""

    def purge(**_given: object) -> None:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=None)
            queue = _queue(PULSE)(connection.default_channel)
            queue.declare()
            queue.purge()

    return purge
