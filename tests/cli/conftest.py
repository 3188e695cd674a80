"""The command line on the test's own database, as an operator's environment describes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from referendum.cli.main import app
from referendum.kernel.keys import Keyring
from tests.keyfiles import write
from tests.patience import LIMITS

Run = Callable[..., Result]


@pytest.fixture
def keyring_folder(tmp_path: Path, keyring: Keyring) -> Path:
    """The test's own keys as files, so that the command opens what the test sealed."""
    return write(keyring, tmp_path / "keys")


@pytest.fixture
def run(owner_url: str, database_url: str, keyring_folder: Path) -> Run:
    environment = {
        "REFERENDUM_MODE": "test",
        "REFERENDUM_DATABASE_URL": database_url,
        "REFERENDUM_OWNER_DATABASE_URL": owner_url,
        "REFERENDUM_KEYS_FOLDER": str(keyring_folder),
        "REFERENDUM_PUBLIC_URL": "https://vote.example",
        **{f"REFERENDUM_{name.upper()}": str(limit) for name, limit in LIMITS.items()},
        "LANG": "en_GB.UTF-8",
        "LC_ALL": "",
        "LC_MESSAGES": "",
    }

    def invoke(*arguments: str, stdin: str | None = None, **changed: str | None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=stdin, env={**environment, **changed})

    return invoke
