"""`referendum register import`: a new version of the register, from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
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
from referendum.doors.naming import said_of_effects
from referendum.i18n.words import Words
from referendum.identity import entering, sessions, staff
from referendum.identity.errors import insist
from referendum.identity.pausing import TERMINAL
from referendum.kernel.people import Officer
from referendum.kernel.receiving import PIECE
from referendum.roll import importing, intakes, places
from referendum.roll.effects import Beyond, alone_lately, beyond
from referendum.roll.intakes import ImportReport, Mode
from referendum.roll.meanings import Word

OPERATOR: Final = "operator"
"""Whoever sits at the machine and only looks."""
SECONDS: Final = 2.0
"""Between two words on how far it is."""

Confirmed = Annotated[
    str | None,
    typer.Option(
        "--confirm",
        metavar="VERSION",
        help="The version of the preview that was read.",
        show_default=False,
    ),
]

commands = typer.Typer(help="The register of residents.", no_args_is_help=True)


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
    whole: Annotated[
        bool | None,
        typer.Option(
            "--whole/--changes",
            help="Whether the file is the whole register, so that who is not in it lives here no"
            " more, or tells of some people only; needed once there is a register.",
            show_default=False,
        ),
    ] = None,
    confirm: Confirmed = None,
    lang: Lang = None,
) -> None:
    """Import the register: all of the file or nothing, with a report of every refused line.

    First with --preview, which tells what would change and under which version; then with
    --confirm and that version.
    """
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
                mode=_mode(whole),
                by=registrar.mark if registrar else OPERATOR,
                invented=found.invents_people,
            )
        unknown: Sequence[Word] = ()
        with _telling(found, words, intake):
            if registrar is None:
                report = importing.compare(found.begin, found.vault, intake)
                with found.begin() as uow:
                    row = intakes.get(uow.session, intake)
                    unknown = intakes.words(uow.session, found.vault, row)
                intakes.give_up(found.begin, found.vault, intake)
            else:
                with found.begin() as uow:
                    report = importing.import_register(
                        uow,
                        found.begin,
                        found.vault,
                        intake,
                        by=registrar,
                        preview=confirm,
                        limits=found.register_limits,
                    )
                importing.settle(found.begin, found.vault, intake)
        _tell(found, words, report, unknown, preview=preview)


@commands.command("confirm")
def confirm_file(
    intake: Annotated[UUID, typer.Argument(help="The file that waits.", show_default=False)],
    *,
    officer: Annotated[str | None, typer.Option(help="The second registrar's username.")] = None,
    confirm: Confirmed = None,
    lang: Lang = None,
) -> None:
    """Confirm a file as the second registrar, where it changes more than one may."""
    with speaking(lang) as words, deployment() as found:
        registrar = _registrar(found, words, officer)
        with _telling(found, words, intake):
            with found.begin() as uow:
                report = importing.import_register(
                    uow,
                    found.begin,
                    found.vault,
                    intake,
                    by=registrar,
                    preview=confirm,
                    limits=found.register_limits,
                )
            importing.settle(found.begin, found.vault, intake)
        _tell(found, words, report, [], preview=False)


def _mode(whole: bool | None) -> Mode | None:  # noqa: FBT001  # as it was given, or not
    if whole is None:
        return None
    return Mode.WHOLE if whole else Mode.CHANGES


def _tell(
    found: Services, words: Words, report: ImportReport, unknown: Sequence[Word], *, preview: bool
) -> None:
    lines = [
        *_lines(words, report, preview=preview),
        *_changes(words, report),
        *(
            words(
                "roll.words.one",
                column=words(f"roll.column.{one.column}"),
                word=one.word,
                lines=one.lines,
                first=", ".join(map(str, one.first)),
            )
            for one in unknown
        ),
        *_next(
            words,
            report,
            _reasons(found, report) if preview or report.waits else [],
            preview=preview,
        ),
    ]
    print("\n".join(lines))


def _reasons(found: Services, report: ImportReport) -> list[Beyond]:
    """Why a second registrar is needed, with what one alone took in lately."""
    with found.begin() as uow:
        place = places.jurisdiction(uow.session, found.settings.jurisdiction)
        lately = alone_lately(uow.session, place.id)
    return beyond(report.effects, found.register_limits, lately)


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
    said = "preview" if preview else "waits" if report.waits else "done"
    yield words(f"roll.report.{said}", version=report.version)
    yield words(f"roll.report.mode.{report.mode}")
    yield words("roll.report.as_of", day=report.as_of)
    for kind in ("added", "changed", "ended", "unchanged"):
        yield words(f"roll.report.{kind}", count=getattr(report, kind))
    for kind in ("phones_replaced", "phones_first"):
        if getattr(report, kind):
            yield words(f"roll.report.{kind}", count=getattr(report, kind))
    if report.nameless:
        yield words("roll.report.nameless", count=report.nameless)
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


def _changes(words: Words, report: ImportReport) -> Iterator[str]:
    """Who lives where before and after, where that is another number."""
    effects = report.effects
    if effects is None or not effects.people.before:
        return
    yield words("roll.effects.people", before=effects.people.before, after=effects.people.after)
    for change, count in effects.changes.items():
        yield words(f"roll.effects.change.{change}", count=count)
    for kind, rows in effects.by.items():
        yield words(f"roll.effects.by.{kind}")
        for what, moved in rows.items():
            if moved.more:
                named = said_of_effects(words, kind, what, {})
                yield f"  {named}: {moved.before:,} → {moved.after:,} ({moved.more:+,})"


def _next(
    words: Words, report: ImportReport, reasons: Sequence[Beyond], *, preview: bool
) -> Iterator[str]:
    """What is still to be done, and by whom."""
    if report.unexplained:
        yield words("problem.register-words-unexplained", words=report.unexplained)
    for one in reasons:
        yield words(
            f"roll.effects.beyond.{one.change}",
            count=one.people,
            people=one.of,
            percent=one.percent,
        )
        if one.earlier:
            yield words("roll.effects.earlier", count=one.earlier)
    if preview:
        yield words("cli.register-preview", preview=report.preview or "")
    elif report.waits:
        yield words("cli.register-waits", intake=str(report.intake), preview=report.preview or "")
