"""`referendum demo`: a city service with invented people, on this machine, as one command."""

from __future__ import annotations

import time
from pathlib import Path

from referendum.cli import postgres, seeding, serving
from referendum.i18n.words import Language, Words


def run(port: int, folder: Path | None, *, language: Language) -> None:
    """Set up what is missing, start everything, print where to look, and run until Ctrl-C."""
    words = Words.load(language)
    home = folder or postgres.default_folder() / "demo"
    began = time.monotonic()

    def tell(step: str) -> None:
        seconds = round(time.monotonic() - began)
        print(words("demo_command.step", seconds=seconds, what=words(f"demo_command.{step}")))

    tell("database")
    with serving.installed(folder=home, mode="demo", port=port) as installation:
        if not seeding.is_seeded(installation.services):
            seeding.Seeding(installation.services, tell).run()
        tell("starting")
        serving.run_all(
            installation,
            log=home / "demo.log",
            announce=lambda address: print(
                words("demo_command.ready", address=address, folder=str(home))
            ),
        )
