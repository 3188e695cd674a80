"""How commands speak: in the operator's language, and refusals as a sentence, never a traceback."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Annotated, Any, ClassVar, Final

import typer
from pydantic import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError

from referendum.bootstrap import Services, assemble, read_settings
from referendum.cli.binaries import PostgresUnavailable
from referendum.doors.naming import said, said_of_cell
from referendum.i18n.words import Language, Words
from referendum.kernel.errors import DomainError, Fact, Refusal
from referendum.kernel.faults import FileRefused
from referendum.roll.errors import RegisterMostlyBroken

REFUSED: Final = 2
"""The exit status of every refusal."""
LISTED: Final = 10
"""How many places of a refused file a terminal shows."""

Lang = Annotated[
    Language | None, typer.Option("--lang", help="The language; by default that of LANG.")
]


class SettingsNotUsable(DomainError):
    """Facts: `settings`, the names of the environment variables meant."""

    code: ClassVar[str] = "settings-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class FileNotReadable(DomainError):
    code: ClassVar[str] = "file-not-readable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


def words_for(lang: Language | None) -> Words:
    """The language asked for, else the terminal's, else English."""
    if lang is not None:
        return Words.load(lang)
    given = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return Words.load(Language.KO if given.startswith("ko") else Language.EN)


@contextmanager
def speaking(lang: Language | None) -> Iterator[Words]:
    """The words of a command; what it refuses becomes lines on standard error and status 2."""
    words = words_for(lang)
    try:
        yield words
    except DomainError as refused:
        _refuse(words, refused)
    except PostgresUnavailable as unavailable:
        typer.echo(str(unavailable), err=True)
        raise typer.Exit(REFUSED) from None
    except (OperationalError, InterfaceError) as down:
        # Only the kind: a database's own message may hold an address with a password.
        typer.echo(words("problem.service-unavailable"), err=True)
        typer.echo(f"  {type(down.orig).__name__}", err=True)
        raise typer.Exit(REFUSED) from None


@contextmanager
def deployment() -> Iterator[Services]:
    """What the environment describes; its connections are closed after the block."""
    with usable():
        services = assemble(read_settings(), application="referendum-cli")
    try:
        yield services
    finally:
        services.engine.dispose()


@contextmanager
def usable() -> Iterator[None]:
    """Where settings are read: which are missing, wrong or none, and not what they hold."""
    try:
        yield
    except ValidationError as wrong:
        errors = wrong.errors(include_input=False, include_url=False)
        names = {f"REFERENDUM_{error['loc'][0]}".upper() for error in errors if error["loc"]}
        raise SettingsNotUsable(settings=sorted(names)) from None


def said_of_place(words: Words, *, line: Fact, column: Fact, reason: Fact) -> str:
    """What is wrong at one place of a register's file."""
    why = words(f"roll.fault.{reason}")
    if column is None:
        return f"{words('roll.report.line', line=line)}: {why}"
    return f"{words('roll.report.place', line=line, column=words(f'roll.column.{column}'))}: {why}"


def _places(words: Words, facts: Mapping[str, Any]) -> Iterator[str]:
    """Of a register's file that was refused: what most is wrong, and the first places."""
    (kind,) = facts["commonest"]
    if kind["count"] > 1:
        fault = said_of_cell(words, RegisterMostlyBroken.code, kind)
        yield words("desk.broken.commonest", fault=fault, often=kind["count"])
    for one in facts["faults"][:LISTED]:
        yield said_of_place(words, line=one["line"], column=one["column"], reason=one["reason"])
    if facts["count"] > LISTED:
        yield words("desk.register.more", count=facts["count"] - LISTED)


def _refuse(words: Words, refused: DomainError) -> None:
    typer.echo(said(words, refused.code, refused.facts), err=True)
    lists = [fact for fact in refused.facts.values() if isinstance(fact, list)]
    shown = _places(words, refused.facts) if isinstance(refused, FileRefused) else chain(*lists)
    for one in shown:
        typer.echo(f"  {one}", err=True)
    raise typer.Exit(REFUSED) from None
