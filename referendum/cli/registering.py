"""`referendum register import`: a new version of the register, from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from referendum.bootstrap import Services
from referendum.cli.speaking import FileNotReadable, Lang, deployment, speaking
from referendum.i18n.words import Words
from referendum.identity import entering, sessions, staff
from referendum.identity.errors import insist
from referendum.kernel.people import Officer
from referendum.kernel.spreadsheet import Refused as RefusedLine
from referendum.roll import places
from referendum.roll.comparing import ImportReport, compare
from referendum.roll.importing import import_register

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
    lang: Lang = None,
) -> None:
    """Import the register: all of the file or nothing, with a report of every refused line."""
    with speaking(lang) as words, deployment() as found:
        data = _read(file)
        registrar = None if preview else _registrar(found, words, officer)
        with found.begin() as uow:
            place = places.jurisdiction(uow.session, found.settings.jurisdiction)
            day = as_of or places.today(uow, place.id)
            if registrar is None:
                report = compare(
                    uow.session,
                    found.vault,
                    jurisdiction_id=place.id,
                    data=data,
                    as_of=day,
                    invented=found.invents_people,
                )
            else:
                report = import_register(
                    uow,
                    jurisdiction_id=place.id,
                    data=data,
                    as_of=day,
                    by=registrar,
                    vault=found.vault,
                    invented=found.invents_people,
                )
        print("\n".join(_lines(words, report, preview=preview)))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise FileNotReadable(file=str(file)) from fault


def _registrar(found: Services, words: Words, username: str | None) -> Officer:
    """The officer who imports, shown by password and a code just given (so it is fresh)."""
    name = username or _asked(words("cli.username"))
    password, code = _asked(words("cli.password"), hidden=True), _asked(words("cli.code"))
    with found.begin() as uow:
        outcome = entering.sign_in(uow, found.vault, username=name, password=password, code=code)
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
    if report.spared:
        yield words("roll.report.spared", count=report.spared)
    for kind, faults in (("refused", report.refused), ("noted", report.noted)):
        yield words(f"roll.report.{kind}", count=len(faults))
        yield from (f"  {_fault(words, fault)}" for fault in faults)


def _fault(words: Words, fault: RefusedLine) -> str:
    reason = words(f"roll.fault.{fault.reason}")
    if fault.column is None:
        return f"{words('roll.report.line', line=fault.line)}: {reason}"
    column = words(f"roll.column.{fault.column}")
    return f"{words('roll.report.place', line=fault.line, column=column)}: {reason}"
