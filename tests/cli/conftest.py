"""The command line on the test's own database, as an operator's environment describes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from referendum.cli.main import app
from referendum.kernel import keys
from referendum.kernel.keys import Keyring

Run = Callable[..., Result]


@pytest.fixture
def keyring_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    keys.create(folder)
    return folder


@pytest.fixture
def keyring(keyring_folder: Path) -> Keyring:
    """The same keys for what the test does itself and for what the command does."""
    return keys.load(keyring_folder)


@pytest.fixture
def run(owner_url: str, database_url: str, keyring_folder: Path) -> Run:
    environment = {
        "REFERENDUM_MODE": "test",
        "REFERENDUM_DATABASE_URL": database_url,
        "REFERENDUM_OWNER_DATABASE_URL": owner_url,
        "REFERENDUM_KEYS_FOLDER": str(keyring_folder),
        "REFERENDUM_PUBLIC_URL": "https://vote.example",
        "LANG": "en_GB.UTF-8",
        "LC_ALL": "",
        "LC_MESSAGES": "",
    }

    def invoke(*arguments: str, stdin: str | None = None, **changed: str | None) -> Result:
        return CliRunner().invoke(
            app, list(arguments), input=stdin, env={**environment, **changed}
        )

    return invoke
