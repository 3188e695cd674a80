"""One process of the background, as `python -m referendum.worker work|beat` runs it."""

from __future__ import annotations

import argparse
import logging
import warnings
from pathlib import Path

import structlog
from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import setup_logging

from referendum.bootstrap import assemble, read_settings
from referendum.doors import journal
from referendum.kernel.errors import DomainError
from referendum.worker import app as application
from referendum.worker.heartbeat import beat_into

QUIET = {
    # A line a task, and some of it every second.
    "celery.worker.strategy": logging.WARNING,
    "celery.app.trace": logging.WARNING,
    "celery.beat": logging.WARNING,
    # While the database is down: several lines a second, beside Celery's own.
    "psycopg.pool": logging.ERROR,
}

REFUSED = 2


def main(arguments: list[str]) -> int:
    """Run until a signal ends it; 2 where the service may not start."""
    given = _parser().parse_args(arguments)
    journal.configure(strict=False)
    setup_logging.connect(_leave_logging_alone)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
    # Root matters where messages can carry code; ours are JSON and nothing else is accepted.
    warnings.simplefilter("ignore", SecurityWarning)
    try:
        services = assemble(read_settings(), application=f"referendum-{given.part}")
    except DomainError as refused:
        structlog.get_logger("worker").error("refused", problem=refused.code, **refused.facts)
        return REFUSED
    if given.heartbeat is not None:
        beat_into(given.heartbeat)
    app = application.create(services)
    if given.part == "beat":
        return _beat(app)
    return _work(app, concurrency=given.concurrency)


def _work(app: Celery, *, concurrency: int) -> int:
    worker = app.Worker(
        concurrency=concurrency,
        pool="prefork",
        loglevel="INFO",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def _beat(app: Celery) -> int:
    """Its times are kept in memory: a restart asks for everything once more, which is harmless."""
    app.Beat(scheduler="celery.beat:Scheduler", loglevel="INFO", quiet=True).run()
    return 0


def _leave_logging_alone(**_given: object) -> None:
    """That somebody listens to this signal is what keeps Celery's own handlers away."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m referendum.worker")
    parser.add_argument("part", choices=("work", "beat"))
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--heartbeat", type=Path, default=None)
    return parser
