"""The command line: every command of `referendum`, by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from referendum.cli import demo as showing
from referendum.cli import (
    judging,
    keeping,
    placing,
    recording,
    registering,
    rehearsing,
    ruling,
    running,
    staffing,
)
from referendum.cli.speaking import Lang, speaking

app = typer.Typer(
    help="A city's direct democracy, from the first draft to a certified result.",
    no_args_is_help=True,
    # What a variable holds is nobody's business on a terminal.
    pretty_exceptions_show_locals=False,
)
app.add_typer(keeping.commands, name="keys")
app.add_typer(placing.commands, name="place")
app.add_typer(staffing.commands, name="staff")
app.add_typer(registering.commands, name="register")
app.add_typer(recording.commands, name="record")
app.add_typer(ruling.rules, name="rules")
app.command("judge")(judging.judge)
app.command("migrate")(running.migrate)
app.command("serve")(running.serve)
app.command("worker")(running.worker)
app.command("beat")(running.beat)
app.command("health")(running.health)


@app.command("demo")
def demo(
    *,
    port: Annotated[int, typer.Option(help="The port; another is taken if it is in use.")] = 8000,
    folder: Annotated[
        Path | None, typer.Option(help="Where the data are kept; by default the state folder.")
    ] = None,
    fill: Annotated[bool, typer.Option("--fill", help="Only make the city.", hidden=True)] = False,
    lang: Lang = None,
) -> None:
    """A whole city service with invented people, on this machine."""
    with speaking(lang) as words:
        showing.run(port, folder, fill=fill, language=words.language)


@app.command("rehearse")
def rehearse(
    case: Annotated[Path, typer.Argument(help="A case file.", show_default=False)],
    *,
    bundle: Annotated[
        Path | None, typer.Option(help="A folder for the certificate and the record.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Play a real case through the service, and compare the verdict with what happened."""
    with speaking(lang) as words:
        rehearsing.run(case, bundle, language=words.language)


def main() -> None:
    """Run the command that the arguments name."""
    app()
