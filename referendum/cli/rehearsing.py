"""`referendum rehearse`: a case from history played through the real services, and compared."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from referendum.bootstrap import Services, rehearsal
from referendum.certificates.tables import Certificate
from referendum.cli.judging import REFUSED, finding_text, refusals
from referendum.cli.playing import Play
from referendum.cli.postgres import embedded
from referendum.i18n.words import Language, Words
from referendum.kernel import keys, log
from referendum.migrations.migrating import Role, migrate
from referendum.verifying.records import verify_export
from thresholds.cases import CaseJudgement, Difference, differences, read_case

APPLICATION: Final = "referendum_app"
DIFFERENT: Final = 1


def run(case: Path, bundle: Path | None, *, language: Language = Language.KO) -> None:
    """Play one case; exit status 1 where a verdict is not what history says, 2 where refused."""
    words = Words.load(language)
    with refusals(words):
        read = read_case(_text(case, words))
    began = time.monotonic()
    console = Console(stderr=True)
    with _services() as services, _bar(console, words) as shown:
        played = Play(read, services.begin, services.means, shown)
        judgement = played.run()
        if bundle is not None:
            _bundle(services, bundle)
    _tell(words, judgement, time.monotonic() - began)
    found = differences(judgement, read.expected)
    for one in found:
        typer.echo(_difference(words, one), err=True)
    if found:
        raise typer.Exit(DIFFERENT)
    typer.echo(words("rehearse.agrees"))


@contextmanager
def _services() -> Iterator[Services]:
    """A fresh embedded database with keys of its own, gone afterwards."""
    with embedded(None, durable=False) as server, tempfile.TemporaryDirectory() as folder:
        application = server.url_of("referendum", user=APPLICATION)
        migrate(server.url, Role.of(application), may_shift_clock=True)
        keys.create(Path(folder) / "keys")
        services = rehearsal(application, Path(folder) / "keys")
        try:
            yield services
        finally:
            services.engine.dispose()


@contextmanager
def _bar(console: Console, words: Words) -> Iterator[Callable[[str, int, int], None]]:
    """One line that says what is being played, with a bar where it takes longer than a breath."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1)

        def show(what: str, done: int, total: int) -> None:
            key = f"rehearse.doing.{what}"
            said = words(key) if words.has(key) else words("rehearse.doing.act", act=what)
            bar.update(task, description=said, completed=done, total=max(total, 1))

        yield show


def _bundle(services: Services, folder: Path) -> None:
    """Write certificate.pdf, certificate.json and record.jsonl; the record is verified first."""
    folder.mkdir(parents=True, exist_ok=True)
    log.catch_up(services.begin, services.log_key)
    lines = list(log.export(services.look, services.log_key))
    with services.begin() as uow:
        latest = uow.session.scalars(select(Certificate).order_by(Certificate.issued_at.desc()))
        certificate = latest.first()
    report = verify_export(lines, vkey=services.log_key.vkey)
    assert report.ok, report.problems
    (folder / "record.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    if certificate is not None:
        (folder / "certificate.json").write_bytes(certificate.document)
        # Every command reads this file, and hardly one sets a certificate.
        from referendum.certificates import layout  # noqa: PLC0415

        pdf = layout.render(json.loads(certificate.document), fonts=layout.Fonts.find())
        (folder / "certificate.pdf").write_bytes(pdf)


def _tell(words: Words, judgement: CaseJudgement, seconds: float) -> None:
    typer.echo(words("rehearse.played", case=judgement.case, seconds=round(seconds)))
    for part, verdict in (("petition", judgement.petition), ("poll", judgement.poll)):
        if verdict is None:
            continue
        typer.echo(words(f"rehearse.{part}", outcome=verdict.outcome.value))
        for finding in verdict.findings:
            typer.echo(f"  {finding_text(words, finding)}")


def _difference(words: Words, one: Difference) -> str:
    return words("rehearse.differs", key=one.key, expected=str(one.expected), found=str(one.found))


def _text(case: Path, words: Words) -> str:
    try:
        return case.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        typer.echo(words("rehearse.unreadable", file=str(case)), err=True)
        raise typer.Exit(REFUSED) from None
