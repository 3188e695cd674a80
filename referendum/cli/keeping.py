"""`referendum keys`: the key files are made once, and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from referendum.cli.speaking import Lang, speaking
from referendum.kernel import keys
from referendum.kernel.log import LogKey

commands = typer.Typer(help="The keys that live outside the database.", no_args_is_help=True)

Folder = Annotated[
    Path,
    typer.Option(
        "--folder",
        envvar="REFERENDUM_KEYS_FOLDER",
        help="The folder of the key files.",
        show_default=False,
    ),
]
Origin = Annotated[
    str,
    typer.Option(
        "--origin", envvar="REFERENDUM_LOG_ORIGIN", help="The record's name in its checkpoints."
    ),
]


@commands.command("init")
def init(*, folder: Folder, lang: Lang = None) -> None:
    """Make every key file, readable by this account alone; never over existing ones."""
    with speaking(lang) as words:
        keys.create(folder)
        print(words("cli.keys_made", folder=str(folder)))


@commands.command("check")
def check(
    *, folder: Folder, origin: Origin = "referendum.example/record", lang: Lang = None
) -> None:
    """Read every key file, and print the public key that verifies the record."""
    with speaking(lang) as words:
        keyring = keys.load(folder)
        print(words("cli.keys_fine"))
        print(words("cli.vkey", vkey=LogKey(origin, keyring.log).vkey))
