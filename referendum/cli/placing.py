"""`referendum place`: the jurisdiction that a deployment serves, with its districts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from referendum.cli.speaking import Lang, deployment, speaking
from referendum.kernel.people import Authority
from referendum.roll import places

commands = typer.Typer(help="The place that is served.", no_args_is_help=True)


@commands.command("add")
def add(
    file: Annotated[
        Path | None,
        typer.Argument(help="A place's TOML file; without one, Goyang's 44 districts."),
    ] = None,
    *,
    operated_by: Annotated[
        list[Authority], typer.Option(help="Whose staff runs the service; may be repeated.")
    ],
    lang: Lang = None,
) -> None:
    """Add a place with its districts."""
    with speaking(lang) as words, deployment() as found:
        place = places.read_place(file or places.GOYANG)
        with found.begin() as uow:
            places.settle(uow, place, operated_by=operated_by)
        print(words("cli.place_added", code=place.code, districts=len(place.districts)))
