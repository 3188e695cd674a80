"""`referendum register import`: a new version of the register, from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, BinaryIO, Final
from uuid import UUID

import typer

from referendum.bootstrap import Services
from referendum.cli.speaking import FileNotReadable, Lang, deployment, said_of_place, speaking
from referendum.i18n.words import Words
from referendum.identity import entering, sessions, staff
from referendum.identity.errors import insist
from referendum.identity.pausing import TERMINAL
from referendum.kernel.people import Officer
from referendum.kernel.receiving import PIECE
from referendum.roll import importing, intakes, places
from referendum.roll.intakes import ImportReport

OPERATOR: Final = "operator"
"""Whoever sits at the machine and only looks."""
SECONDS: Final = 2.0
"""Between two words on how far it is."""

commands = typer.Typer(help="The register of residents.", no_args_is_help=True)


@commands.callback()
def register() -> None:
    """Keeps `import` a subcommand, as `referendum register import` is read."""


@commands.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV file.", show_default=False)],
    *,
    officer: Annotated[
        str | None, typer.Option(help="The registrar's username; not needed for a preview.")
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            parser=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="The day it describes; by default today.",
        ),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Report, and change nothing.")] = False,
    version: Annotated[
        int | None,
        typer.Option(min=1, help="The version of the preview that was read.", show_default=False),
    ] = None,
    lang: Lang = None,
) -> None:
    """Import the register: all of the file or nothing, with a report of every refused line."""
    with speaking(lang) as words, deployment() as found:
        with _opened(file) as source:
            registrar = None if preview else _registrar(found, words, officer)
            with found.begin() as uow:
                place = places.jurisdiction(uow.session, found.settings.jurisdiction)
                day = as_of or places.today(uow, place.id)
            intake = importing.receive(
                found.begin,
                found.vault,
                iter(partial(source.read, PIECE), b""),
                jurisdiction_id=place.id,
                as_of=day,
                by=registrar.mark if registrar else OPERATOR,
                invented=found.invents_people,
            )
        with _telling(found, words, intake):
            if registrar is None:
                report = importing.compare(found.begin, found.vault, intake)
                intakes.give_up(found.begin, found.vault, intake)
            else:
                with found.begin() as uow:
                    report = importing.import_register(
                        uow,
                        found.begin,
                        found.vault,
                        intake,
                        by=registrar,
                        as_version=version,
                        ending_percent=found.settings.register_ending_percent,
                    )
                intakes.clear(found.begin, found.vault, intake)
        print("\n".join(_lines(words, report, preview=preview)))


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        source = file.open("rb")
    except OSError as fault:
        raise FileNotReadable(file=str(file)) from fault
    with source:
        yield source


@contextmanager
def _telling(found: Services, words: Words, intake: UUID) -> Iterator[None]:
    """Tell whoever waits at a terminal how far it is, from time to time."""
    over = Event()

    def tell() -> None:
        while not over.wait(SECONDS):
            with found.begin() as uow:
                far = intakes.progress(intakes.get(uow.session, intake))
            if far.whole:
                print(
                    words(f"roll.intake.{far.stage}", percent=far.percent),
                    file=sys.stderr,
                )

    teller = Thread(target=tell, daemon=True)
    if sys.stderr.isatty():
        teller.start()
    try:
        yield
    finally:
        over.set()


def _registrar(found: Services, words: Words, username: str | None) -> Officer:
    """The officer who imports, shown by password and a code just given (so it is fresh)."""
    name = username or _asked(words("cli.username"))
    password, code = _asked(words("cli.password"), hidden=True), _asked(words("cli.code"))
    with found.begin() as uow:
        outcome = entering.sign_in(
            uow, found.vault, username=name, password=password, code=code, whence=TERMINAL
        )
    opened = insist(outcome)
    with found.begin() as uow:
        known = staff.officer(uow.session, opened.view)
        sessions.revoke(uow.session, opened.view)
    return replace(known, fresh=True)


def _asked(prompt: str, *, hidden: bool = False) -> str:
    """From the terminal, or line by line from what is piped in."""
    if sys.stdin.isatty():
        return str(typer.prompt(prompt, hide_input=hidden))
    return sys.stdin.readline().rstrip("\n")


def _lines(words: Words, report: ImportReport, *, preview: bool) -> Iterator[str]:
    yield words(f"roll.report.{'preview' if preview else 'done'}", version=report.version)
    yield words("roll.report.as_of", day=report.as_of)
    for kind in ("added", "changed", "ended", "unchanged"):
        yield words(f"roll.report.{kind}", count=getattr(report, kind))
    for kind in ("phones_replaced", "phones_first"):
        if getattr(report, kind):
            yield words(f"roll.report.{kind}", count=getattr(report, kind))
    if report.spared:
        yield words("roll.report.spared", count=report.spared)
    kinds = (
        ("refused", report.refused_lines, report.refused),
        ("noted", report.noted_lines, report.noted),
    )
    for kind, count, faults in kinds:
        yield words(f"roll.report.{kind}", count=count)
        for one in faults:
            said = said_of_place(words, line=one.line, column=one.column, reason=one.reason.value)
            yield f"  {said}"
        if count > len(faults):
            yield f"  {words('desk.register.more', count=count - len(faults))}"
