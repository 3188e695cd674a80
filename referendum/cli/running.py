"""The processes of a city's service, one a command, and its database's newest schema."""

from __future__ import annotations

import gc
import os
import socket
import sys
from pathlib import Path
from typing import Annotated, ClassVar

import typer
import uvicorn

from referendum.bootstrap import read_settings
from referendum.cli import probing
from referendum.cli.speaking import Lang, deployment, speaking, usable
from referendum.kernel.errors import DomainError, Refusal
from referendum.migrations import migrating
from referendum.migrations.migrating import Role

UNHEALTHY = 1
GRACE = 20
"""Seconds that requests under way have to end in."""

Heartbeat = Annotated[
    Path | None, typer.Option(help="A file to touch while work goes on, for `referendum health`.")
]


class OwnerMissing(DomainError):
    """Only the schema's owner may change it, and nobody said who that is."""

    code: ClassVar[str] = "owner-missing"
    refusal: ClassVar[Refusal] = Refusal.INVALID


def migrate(*, lang: Lang = None) -> None:
    """Bring the database to the newest schema, and the service's role to its rights."""
    with speaking(lang) as words:
        with usable():
            settings = read_settings()
        if settings.owner_database_url is None:
            raise OwnerMissing
        role = Role.of(settings.database_url)
        shifts = settings.mode != "city"
        migrating.migrate(settings.owner_database_url, role, may_shift_clock=shifts)
        print(words("cli.migrated", revision=migrating.head(), role=role.name))


def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
    fd: Annotated[int | None, typer.Option(hidden=True)] = None,
    lang: Lang = None,
) -> None:
    """Answer pages and API: one web process. For more, start more."""
    with speaking(lang), deployment():
        pass  # What keeps the service from starting is said here, as a sentence.
    config = uvicorn.Config(
        "referendum.asgi:create",
        factory=True,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        # Forwarded addresses are read by our own door, from configured proxies only.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    gc.disable()  # Until it serves: what it imports stays.
    given = None if fd is None else [socket.socket(fileno=fd)]
    uvicorn.Server(config).run(sockets=given)


def worker(
    *,
    concurrency: Annotated[int, typer.Option(help="Tasks at once.")] = 4,
    heartbeat: Heartbeat = None,
    lang: Lang = None,
) -> None:
    """Do the background work."""
    _become_background("work", heartbeat, lang, f"--concurrency={concurrency}")


def beat(*, heartbeat: Heartbeat = None, lang: Lang = None) -> None:
    """Ask for what is due, again and again."""
    _become_background("beat", heartbeat, lang)


def health(
    *,
    url: Annotated[str | None, typer.Option(help="An address that must answer 200.")] = None,
    file: Annotated[Path | None, typer.Option(help="A heartbeat file.")] = None,
    seconds: Annotated[int, typer.Option(help="How old the heartbeat may be.")] = 60,
    lang: Lang = None,
) -> None:
    """Whether a process of the service works: status 0, else 1. For container health checks."""
    with speaking(lang) as words:
        if reason := probing.reason(url=url, file=file, seconds=seconds):
            typer.echo(words("cli.unhealthy", reason=reason), err=True)
            raise typer.Exit(UNHEALTHY)
        print(words("cli.healthy"))


def _become_background(part: str, heartbeat: Path | None, lang: Lang, *arguments: str) -> None:
    """No process of ours stays in between, so signals and exit codes are the worker's own."""
    with speaking(lang), deployment():
        pass
    beats = () if heartbeat is None else (f"--heartbeat={heartbeat}",)
    sys.stdout.flush()
    command = [sys.executable, "-m", "referendum.worker", part, *arguments, *beats]
    os.execv(command[0], command)  # noqa: S606  # this is the point: no shell in between
