"""`referendum record`: the public record as a file, and the check that nobody touched it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from referendum.cli.speaking import FileNotReadable, Lang, deployment, speaking
from referendum.i18n.words import Words
from referendum.kernel import log
from referendum.verifying.records import BROUGHT, Report, verify_export

commands = typer.Typer(help="The append-only record.", no_args_is_help=True)

BROKEN = 1


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
        with _readable(file), file.open(encoding="utf-8") as lines:
            report = verify_export(lines, vkey=vkey, known=known)
        _tell(words, report)
        if not report.ok:
            raise typer.Exit(BROKEN)


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
