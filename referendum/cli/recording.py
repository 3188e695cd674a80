"""`referendum record`: the public record as a file, and the check that nobody touched it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from os import fstat
from pathlib import Path
from time import monotonic
from typing import Annotated, Final

import typer

from referendum.cli.speaking import FileNotReadable, Lang, deployment, speaking
from referendum.i18n.words import Words
from referendum.kernel import log
from referendum.verifying.records import BROUGHT, Report, verify_export

commands = typer.Typer(help="The append-only record.", no_args_is_help=True)

BROKEN = 1
SECONDS: Final = 3
"""So often is told how far the check of a long record is."""


@commands.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Without one: standard output.")] = None,
    *,
    lang: Lang = None,
) -> None:
    """Write the whole sealed record as lines of JSON."""
    with speaking(lang) as words, deployment() as found:
        lines = log.export(found.look, found.log_key)
        if file is None:
            sys.stdout.writelines(f"{line}\n" for line in lines)
            return
        with file.open("w", encoding="utf-8") as target:
            written = sum(1 for line in lines if target.write(f"{line}\n"))
        print(words("cli.record_exported", entries=written, file=str(file)))


@commands.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="An exported record.", show_default=False)],
    *,
    vkey: Annotated[
        str | None, typer.Option(help="The verifier key that you have from elsewhere.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            help="A checkpoint that you have: a note, or the JSON of a certificate or a receipt."
        ),
    ] = None,
    lang: Lang = None,
) -> None:
    """Find every edit, deletion and reordering; needs neither the service nor a database.

    With a checkpoint of yours also whether the record was cut back to an older one.
    """
    with speaking(lang) as words:
        known = [_note(each) for each in checkpoint or ()]
        with _readable(file), file.open("rb") as source:
            report = verify_export(_watched(words, source), vkey=vkey, known=known)
        _tell(words, report)
        if not report.ok:
            raise typer.Exit(BROKEN)


def _watched(words: Words, source: BufferedReader) -> Iterator[str]:
    """The lines of a file; whoever waits at a terminal is told how much of it was read.

    Nothing is counted beforehand: a record of years is gone through once, line by line.
    """
    whole, told = fstat(source.fileno()).st_size, monotonic()
    watched = sys.stderr.isatty() and whole > 0
    with TextIOWrapper(source, encoding="utf-8") as lines:
        for line in lines:
            if watched and monotonic() - told >= SECONDS:
                told = monotonic()
                percent = min(100 * source.tell() // whole, 100)
                print(words("cli.record_read", percent=percent), file=sys.stderr)
            yield line


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as fault:
        raise FileNotReadable(file=str(file)) from fault


def _note(file: Path) -> str:
    """The signed note in a file: alone, as it was copied from a page, or within a document."""
    with _readable(file):
        written = file.read_text(encoding="utf-8-sig")
    try:
        found = json.loads(written)["checkpoint"]
        return str(found["note"] if isinstance(found, dict) else found)
    except (ValueError, TypeError, KeyError):
        return f"{written.strip()}\n"


def _tell(words: Words, report: Report) -> None:
    for problem in report.problems:
        key = "record_problem_brought" if problem.line == BROUGHT else "record_problem"
        at = "" if problem.index is None else "_at"
        said = words(f"cli.record_fault.{problem.code}")
        sentence = words(f"cli.{key}{at}", line=problem.line, index=problem.index, said=said)
        typer.echo(sentence, err=True)
    if report.ok:
        facts = {
            "entries": report.entries,
            "sealed": report.sealed,
            "checkpoints": report.checkpoints,
        }
        print(words("cli.record_whole", **facts))
        print(f"{report.root}  {report.vkey}")
    else:
        typer.echo(words("cli.record_broken", problems=len(report.problems)), err=True)
    if not report.trusted:
        typer.echo(words("cli.record_untrusted"), err=True)
